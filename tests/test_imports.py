"""What a run of mypy imports of genstate: a short run has to pay for it, too."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.any_mypy

SOURCE = """\
from collections.abc import AsyncGenerator
async def numbers() -> AsyncGenerator[int, str]:
    yield 1
async def use() -> None:
    await numbers().asend("a")
"""
RUN = """\
import sys
from mypy import api
output, errors, _ = api.run(["--config-file=mypy.ini", "checked.py"])
assert "[generator-unstarted-send]" in output, output + errors
print(*sys.modules)
"""


def imported(folder: Path) -> set[str]:
    run = subprocess.run(
        [sys.executable, "-c", RUN], cwd=folder, capture_output=True, text=True, check=True
    )
    return set(run.stdout.split())


def test_a_run_from_the_cache_imports_no_analysis(tmp_path: Path) -> None:
    (tmp_path / "mypy.ini").write_text("[mypy]\nplugins = genstate\n")
    (tmp_path / "checked.py").write_text(SOURCE)
    analysis = {"genstate.trigger", "genstate.analysis", "genstate.typestate"}
    assert analysis <= imported(tmp_path)
    assert not analysis & imported(tmp_path)
