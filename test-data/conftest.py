"""How the pytest-mypy-plugins cases in this folder run.

Every case is a run of mypy within the pytest process, which takes a third of the time that a
process of its own takes. The cases share one cache, which is kept from one session to the next.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from pathlib import Path

import mypy.version
import pytest
from pytest_mypy_plugins import utils

RUNS_BETWEEN_COLLECTIONS = 20
"""A run leaves about 5 MB of cyclic garbage, and mypy puts the collector off."""

runs = 0


def pytest_configure(config: pytest.Config) -> None:
    assert config.cache is not None
    config.option.mypy_ini_file = str(Path(__file__).with_name("mypy.ini"))
    config.option.mypy_testing_base = str(config.cache.mkdir(f"mypy-{mypy.version.__version__}"))
    config.option.mypy_same_process = True
    # It insists on finding a `mypy` command, although it does not call it.
    os.environ["PATH"] = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
    # It would put a copy of `sys.modules` in its place, which breaks the imports that come later.
    utils.temp_sys_modules = contextlib.nullcontext


def pytest_runtest_teardown() -> None:
    global runs
    runs += 1
    if runs % RUNS_BETWEEN_COLLECTIONS == 0:
        gc.unfreeze()
        gc.collect()
