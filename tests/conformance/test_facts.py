"""What the checks rest on beyond the table, on every interpreter that is there."""

from __future__ import annotations

import pytest

from tests.conformance.facts import FACTS
from tests.conformance.interpreters import VERSIONS, run


@pytest.mark.parametrize("version", VERSIONS, ids="{0[0]}.{0[1]}".format)
@pytest.mark.parametrize("fact", FACTS)
def test_fact(version: tuple[int, int], fact: str) -> None:
    failure = run(version, "facts.py")[fact]
    assert not failure, failure
