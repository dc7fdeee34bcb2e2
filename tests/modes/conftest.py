"""What the tests of the modes share."""

from __future__ import annotations

import pytest


@pytest.fixture
def all_modes(pytestconfig: pytest.Config) -> None:
    """For tests that a usual run need not repeat."""
    if not pytestconfig.getoption("--all-modes"):
        pytest.skip("only with --all-modes")
