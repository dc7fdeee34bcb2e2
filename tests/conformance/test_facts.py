"""What the checks rest on beyond the table, on every interpreter that is there."""

from __future__ import annotations

import pytest

from tests.conformance.facts import FACTS
from tests.conformance.interpreters import VERSIONS, run
from tests.conformance.sync_facts import FACTS as SYNC_FACTS


@pytest.mark.parametrize("version", VERSIONS, ids="{0[0]}.{0[1]}".format)
@pytest.mark.parametrize("fact", FACTS)
def test_fact(version: tuple[int, int], fact: str) -> None:
    failure = run(version, "facts.py")[fact]
    assert not failure, failure


@pytest.mark.parametrize("version", VERSIONS, ids="{0[0]}.{0[1]}".format)
@pytest.mark.parametrize("fact", SYNC_FACTS)
def test_fact_of_sync_generators(version: tuple[int, int], fact: str) -> None:
    failure = run(version, "sync_facts.py")[fact]
    assert not failure, failure
