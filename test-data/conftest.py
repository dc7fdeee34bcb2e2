"""How the pytest-mypy-plugins cases in this folder run.

Every case is a run of mypy within the pytest process, which takes a third of the time that a
process of its own takes. Not so with the oldest mypy, which never gives back all the memory of a
run: a process that has made a hundred takes seconds for the next. The cases share one cache, which
is kept from one session to the next.
"""

from __future__ import annotations

import contextlib
import gc
import itertools
import os
import sys
from pathlib import Path

import mypy.version
import pytest
from pytest_mypy_plugins import utils

CASES_BETWEEN_COLLECTIONS = 20
GIVES_MEMORY_BACK = not mypy.version.__version__.startswith("1.19.")

finished_cases = itertools.count(1)


def pytest_configure(config: pytest.Config) -> None:
    """Set the options of pytest-mypy-plugins, so that plain `pytest` does the right thing."""
    assert config.cache is not None
    config.option.mypy_ini_file = str(Path(__file__).with_name("mypy.ini"))
    config.option.mypy_testing_base = str(config.cache.mkdir(f"mypy-{mypy.version.__version__}"))
    config.option.mypy_same_process = GIVES_MEMORY_BACK
    # It would put a copy in the place of `sys.modules`, which breaks the imports that come later.
    pytest.MonkeyPatch().setattr(utils, "temp_sys_modules", contextlib.nullcontext)
    # It insists on finding a `mypy` command, although it does not call it.
    os.environ["PATH"] = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])


def pytest_runtest_teardown() -> None:
    """Free the memory: a case leaves some 5 MB, and mypy puts the collector off."""
    if next(finished_cases) % CASES_BETWEEN_COLLECTIONS == 0:
        gc.collect()
