"""The control flow graph of every construct, compared with the dumps in test-data/cfg.

`pytest tests/test_cfg_dumps.py --update-dumps` writes the dumps anew: read the difference.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from tests.checking import ROOT
from tests.dumps import cases
from tests.dumps.cases import Case
from tests.dumps.lower import Lowered, lower

# Types differ in detail between versions of mypy: the dumps are those of the newest.
pytestmark = pytest.mark.any_mypy

FILES = sorted((ROOT / "test-data" / "cfg").glob("*.test"))


@cache
def lowered(path: Path, version: tuple[int, int]) -> Lowered:
    """All cases of a file for one version of Python, in one run of mypy, each as a module."""
    found = [case for case in cases.read(path) if case.since == version]
    return lower({case.name: case.source for case in found}, path.parent, version)


def parameters() -> list[object]:
    return [
        pytest.param(path, case, id=f"{path.stem}-{case.name}")
        for path in FILES
        for case in cases.read(path)
    ]


@pytest.mark.parametrize(("path", "case"), parameters())
def test_dump(path: Path, case: Case, pytestconfig: pytest.Config) -> None:
    found = lowered(path, case.since)
    assert not found.errors
    dumps = found.dumps(case.name, top_level=case.module)
    if pytestconfig.getoption("update_dumps"):
        cases.update(path, {case.name: dumps})
    else:
        assert dumps == case.expected
