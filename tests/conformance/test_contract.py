"""The contract table against real generators, on every interpreter that is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

import pytest

from genstate.cfg.vocabulary import Operation, Protocol
from genstate.typestate.contract import Gives, Outcome, Raises, Row, Source, State, outcomes, rows
from tests.conformance.interpreters import VERSIONS, run

Seen: TypeAlias = dict[str, Any]
YIELDED = (1, 2)
RETURNED = 3
FROM_BODY = ("FromBody", "thrown")


def cases(version: tuple[int, int], row: Row) -> Iterator[Seen]:
    """What that Python did in the row's state with the row's operation."""
    for seen in run(version, "drive.py"):
        operation = seen["operation"].split()[0]
        state = (row.protocol.value, row.state.value, row.operation.value)
        if (seen["protocol"], seen["state"], operation) == state:
            yield seen


def agrees(seen: Seen, outcome: Outcome) -> bool:
    if outcome.state is not None and outcome.state.value != seen["after"]:
        return False
    if isinstance(outcome, Gives):
        return "gives" in seen and gives(seen["gives"], outcome)
    if "raises" not in seen:
        return False
    return raises(seen, outcome)


def gives(value: object, outcome: Gives) -> bool:
    if outcome.yielded:
        return value in YIELDED
    return value == RETURNED if outcome.returned else value is None


def raises(seen: Seen, outcome: Raises) -> bool:
    if outcome.exception is Source.THROWN:
        return bool(seen["raises"] == "thrown")
    if outcome.exception is Source.BODY:
        return seen["converted"] or seen["raises"] in FROM_BODY
    return seen["raises"] == outcome.exception.short_name and outcome.words in seen["words"]


@pytest.mark.parametrize("version", VERSIONS, ids="{0[0]}.{0[1]}".format)
@pytest.mark.parametrize("protocol", Protocol, ids=lambda protocol: protocol.value)
def test_the_interpreter_does_what_the_table_says(
    version: tuple[int, int], protocol: Protocol
) -> None:
    for row in rows(protocol, version):
        for seen in cases(version, row):
            assert any(agrees(seen, outcome) for outcome in row.outcomes), (row, seen)


@pytest.mark.parametrize("version", VERSIONS, ids="{0[0]}.{0[1]}".format)
@pytest.mark.parametrize("protocol", Protocol, ids=lambda protocol: protocol.value)
def test_the_table_says_nothing_that_the_interpreter_does_not_do(
    version: tuple[int, int], protocol: Protocol
) -> None:
    for row in rows(protocol, version):
        seen = list(cases(version, row))
        for outcome in row.outcomes:
            assert any(agrees(each, outcome) for each in seen), (row, outcome)


@pytest.mark.parametrize("version", VERSIONS, ids="{0[0]}.{0[1]}".format)
@pytest.mark.parametrize("protocol", Protocol, ids=lambda protocol: protocol.value)
def test_the_table_has_one_row_for_every_state_and_operation(
    version: tuple[int, int], protocol: Protocol
) -> None:
    found = sorted((row.state.value, row.operation.value) for row in rows(protocol, version))
    assert found == sorted((s.value, o.value) for s in State for o in Operation)


@pytest.mark.parametrize("protocol", Protocol, ids=lambda protocol: protocol.value)
def test_what_rules_go_by_covers_every_version(protocol: Protocol) -> None:
    for version in VERSIONS:
        for row in rows(protocol, version):
            known = outcomes(protocol, row.state, row.operation)
            assert set(row.outcomes) <= set(known), row
