"""mypy says on the cases of its own test suite what it says without genstate.

Where it does not, `differences.json` has the place and the reason: a corrected signature, or a true
report.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.mypy_suite.run import run

PARTS = 2
AT_LEAST = 50

EXPLAINED = json.loads(Path(__file__).with_name("differences.json").read_text("utf-8"))


def places(difference: list[str]) -> set[str]:
    """Where the lines of a difference stand, such as `+main:15`."""
    return {":".join(line.replace(" ", "", 1).split(":")[:2]) for line in difference}


@pytest.mark.parametrize("part", range(PARTS))
def test_cases_with_generators(part: int) -> None:
    results = run(f"--part={part}/{PARTS}")
    assert len(results) > AT_LEAST
    explained = {case: set(EXPLAINED[case]["places"]) for case in results if case in EXPLAINED}
    assert {case: places(lines) for case, lines in results.items() if lines} == explained
