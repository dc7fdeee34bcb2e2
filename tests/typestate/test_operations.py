"""What operations do to the state of a generator, and what comes out of them."""

from __future__ import annotations

import pytest

from genstate.cfg.events import Bind, Closing, Copy, Enter, Leave, MakeException
from genstate.cfg.exceptions import (
    STOP_ASYNC_ITERATION,
    TYPE_ERROR,
    VALUE_ERROR,
    ExceptionClass,
    Handled,
)
from genstate.cfg.terminators import Branch, Catch, Jump, Next
from genstate.cfg.vocabulary import RAISED, Constant, Operation, Truth
from genstate.typestate import operations
from genstate.typestate.conditions import Being
from genstate.typestate.operations import Request
from genstate.typestate.path import Path
from genstate.typestate.store import Store
from genstate.typestate.values import Generator, Object
from tests.typestate.programs import (
    ECHO,
    NODE,
    Step,
    close,
    create,
    met,
    next_on,
    send_value,
    solve,
    throw,
)

pytestmark = pytest.mark.any_mypy


def after(*steps: Step, caught: ExceptionClass | None = None) -> set[str]:
    """The states behind `steps`: on the normal way, or where the last one raises `caught`."""
    body = [create("g"), *(event for step in steps for event in step.events)]
    probe = close("g")
    if caught is None:
        flow = solve([*body, *probe.events])
        return probe.states(flow)
    first = [
        create("g"),
        *(event for step in steps[:-1] for event in step.events),
        Jump(NODE, 0, 1),
    ]
    last = [*steps[-1].events]
    handler = [Catch(NODE, 0, RAISED, Handled((caught,)), 3, 4)]
    flow = solve(first, last, handler, [*probe.events], [], handlers={1: 2})
    return probe.states(flow)


def test_a_fresh_generator_is_created() -> None:
    assert after() == {"created"}


def test_the_next_value_starts_it() -> None:
    assert after(next_on("g")) == {"suspended"}
    assert after(next_on("g"), next_on("g")) == {"suspended"}


def test_close_closes_it_whatever_it_was() -> None:
    assert after(close("g")) == {"closed"}
    assert after(next_on("g"), close("g")) == {"closed"}
    assert after(close("g"), close("g")) == {"closed"}


def test_of_several_states_each_is_followed_on_its_own() -> None:
    gen = Generator(Object(0), ECHO)
    states = frozenset({Being("closed", "exhausted", 1), Being("suspended", "resumed", 2)})
    store = Store({}, {gen.object: states}, Path())
    results = list(operations.perform(store, Request(Operation.CLOSE, 3, frozenset({gen}))))
    found = [result.store.conditions(gen.object) for result in results if result.value is not None]
    assert found == [
        frozenset({Being("closed", "exhausted", 1)}),
        frozenset({Being("closed", "closed", 3)}),
    ]


def test_an_unstarted_send_only_raises() -> None:
    assert after(send_value("g")) == set()
    assert after(send_value("g"), caught=TYPE_ERROR) == {"created"}
    assert after(send_value("g"), caught=VALUE_ERROR) == set()


def test_a_send_to_a_started_generator() -> None:
    assert after(next_on("g"), send_value("g")) == {"suspended"}
    assert after(next_on("g"), send_value("g"), caught=TYPE_ERROR) == {"closed"}


def test_sending_none_is_asking_for_the_next_value() -> None:
    step = Step(Operation.SEND, "g", "none")
    probe = close("g")
    flow = solve([create("g"), Bind(NODE, 1, "none", Constant.NONE), *step.events, *probe.events])
    assert probe.states(flow) == {"suspended"}


def test_sending_what_may_be_none() -> None:
    step, probe = Step(Operation.SEND, "g", "unknown"), close("g")
    flow = solve([create("g"), *step.events, *probe.events])
    assert probe.states(flow) == {"suspended"}
    assert after(Step(Operation.SEND, "g", "unknown"), caught=TYPE_ERROR) == {"created", "closed"}


def test_the_end_leaves_it_closed() -> None:
    assert after(next_on("g"), caught=STOP_ASYNC_ITERATION) == {"closed"}
    assert after(close("g"), next_on("g")) == set()
    assert after(close("g"), next_on("g"), caught=STOP_ASYNC_ITERATION) == {"closed"}


def test_the_end_with_a_default_gives_a_value() -> None:
    assert after(close("g"), Step(Operation.NEXT, "g", default=True)) == {"closed"}
    assert after(Step(Operation.NEXT, "g", default=True)) == {"suspended", "closed"}


def test_an_exception_out_of_the_body_closes_it() -> None:
    assert after(next_on("g"), caught=VALUE_ERROR) == {"closed"}
    assert after(next_on("g"), close("g"), caught=VALUE_ERROR) == {"closed"}


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([], set()),
        ([next_on("g")], {"suspended"}),
        ([close("g")], {"closed"}),
    ],
)
def test_throwing_that_gives_a_value(steps: list[Step], expected: set[str]) -> None:
    thrown, probe = throw("g", "error"), close("g")
    flow = solve(
        [
            create("g"),
            *(event for step in steps for event in step.events),
            MakeException(NODE, 1, "error", VALUE_ERROR, True),
            *thrown.events,
            *probe.events,
        ]
    )
    assert probe.states(flow) == expected


def test_throwing_into_an_unstarted_generator_raises_what_is_thrown() -> None:
    thrown, caught, passed = throw("g", "error"), close("g"), close("g")
    flow = solve(
        [create("g"), MakeException(NODE, 1, "error", VALUE_ERROR, True), Jump(NODE, 0, 1)],
        [*thrown.events],
        [Catch(NODE, 0, RAISED, Handled((VALUE_ERROR,)), 3, 4)],
        [*caught.events],
        [*passed.events],
        handlers={1: 2},
    )
    assert caught.states(flow) == {"closed"}
    assert passed.states(flow) == set()


def test_an_operation_that_is_not_awaited_does_nothing() -> None:
    step, probe = next_on("g"), close("g")
    flow = solve([create("g"), step.operate, *probe.events])
    assert step.states(flow) == set()
    assert probe.states(flow) == {"created"}


def test_an_operation_takes_effect_where_it_is_awaited() -> None:
    first, second = send_value("g"), next_on("g")
    flow = solve([create("g"), first.operate, *second.events, first.awaiting])
    assert first.states(flow) == {"suspended"}


def test_an_awaitable_that_was_awaited_raises() -> None:
    step, probe = next_on("g"), close("g")
    flow = solve([create("g"), *step.events, step.awaiting, *probe.events])
    assert step.states(flow) == {"created"}
    assert probe.states(flow) == set()


def test_a_loop_over_a_generator() -> None:
    inside, behind = close("g"), close("g")
    head = Next(NODE, 2, "item", "iterator", 2, 3, is_async=True)
    flow = solve(
        [create("g"), Copy(NODE, 1, "iterator", "g"), Jump(NODE, 0, 1)],
        [head],
        [*inside.events],
        [*behind.events],
    )
    assert inside.states(flow) == {"suspended"}
    assert behind.states(flow) == {"closed"}
    assert met(flow, head) == {"created"}


def test_the_next_turn_of_a_loop_finds_it_suspended() -> None:
    head = Next(NODE, 2, "item", "iterator", 2, 3, is_async=True)
    start = [create("g"), Copy(NODE, 1, "iterator", "g"), Jump(NODE, 0, 1)]
    flow = solve(start, [head], [Jump(NODE, 0, 1)], [])
    assert met(flow, head) == {"created", "suspended"}


def test_a_closing_manager_closes_on_the_way_out() -> None:
    inside, behind = next_on("g"), next_on("other")
    flow = solve(
        [
            create("g"),
            Copy(NODE, 1, "other", "g"),
            Closing(NODE, 2, "manager", "g"),
            Enter(NODE, 2, "target", "manager", is_async=True),
            *inside.events,
            Leave(NODE, 2, "manager", is_async=True),
            *behind.events,
        ]
    )
    assert inside.states(flow) == {"created"}
    assert behind.states(flow) == {"closed"}


def test_a_closing_manager_hands_over_its_generator() -> None:
    inside = next_on("target")
    flow = solve(
        [
            create("g"),
            Closing(NODE, 2, "manager", "g"),
            Enter(NODE, 2, "target", "manager", is_async=True),
            *inside.events,
        ]
    )
    assert inside.states(flow) == {"created"}


def test_a_generator_is_true() -> None:
    yes, no = close("g"), close("g")
    flow = solve(
        [create("g"), Branch(NODE, 1, Truth("g"), 1, 2)],
        [*yes.events],
        [*no.events],
    )
    assert yes.states(flow) == {"created"}
    assert no.states(flow) == set()
