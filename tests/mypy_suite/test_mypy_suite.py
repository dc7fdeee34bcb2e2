"""mypy says on the cases of its own test suite what it says without genstate.

Where it does not, `differences.json` has the place and the reason: a corrected signature, or a true
report. `make mypy-suite` runs all cases, those of the daemon as well.
"""

from __future__ import annotations

import subprocess

import pytest

from tests.mypy_suite.run import DAEMON, run, unexplained
from tests.mypy_suite.sdist import source_tree

PARTS = 2
AT_LEAST = 50
AT_LEAST_OF_DAEMON = 5


@pytest.fixture(scope="module", autouse=True)
def _cases() -> None:
    try:
        source_tree()
    except subprocess.CalledProcessError as error:
        pytest.skip(f"mypy's source distribution cannot be had: {error}")


@pytest.mark.parametrize("part", range(PARTS))
def test_cases_with_generators(part: int) -> None:
    results = run(f"--part={part}/{PARTS}")
    assert len(results) > AT_LEAST
    assert unexplained(results) == {}


def test_cases_of_the_daemon_with_generators() -> None:
    results = run(suites=DAEMON)
    assert len(results) > AT_LEAST_OF_DAEMON
    assert unexplained(results) == {}
