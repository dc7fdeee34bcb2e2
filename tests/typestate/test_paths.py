"""Which way control can go: conditions, handlers, managers, and the function's own yields."""

from __future__ import annotations

import pytest

from genstate.cfg.events import Bind, Call, Copy, Event, Forget, MakeException, Yield
from genstate.cfg.exceptions import (
    BASE_EXCEPTION,
    EXCEPTION,
    GENERATOR_EXIT,
    RUNTIME_ERROR,
    STOP_ITERATION,
    TYPE_ERROR,
    VALUE_ERROR,
    ExceptionClass,
    Handled,
)
from genstate.cfg.terminators import Branch, Catch, Jump, Next, Raise, Return, Swallowed
from genstate.cfg.vocabulary import RAISED, Condition, Constant, IsInstance, IsNone, Swallow, Truth
from genstate.typestate.path import Path
from genstate.typestate.solution import FunctionFlow, solve_function
from tests.typestate.programs import NODE, close, create, graph, solve

pytestmark = pytest.mark.any_mypy

CALL = Call(NODE, 1, "%called")


def returned(flow: FunctionFlow, event: Return) -> list[Path]:
    """The paths that end at a `return`."""
    found = flow.facts.returns.get(event.node)
    return [] if found is None else found[1]


def leaves(flow: FunctionFlow, *events: Return) -> list[bool]:
    """For each `return`, whether some path gets there."""
    return [bool(returned(flow, event)) for event in events]


def ways() -> tuple[Return, Return]:
    return Return(NODE, 8), Return(NODE, 9)


@pytest.mark.parametrize(
    ("constant", "test", "expected"),
    [
        (Constant.NONE, IsNone("x"), [True, False]),
        (Constant.TRUTHY, IsNone("x"), [False, True]),
        (Constant.FALSY, IsNone("x"), [True, True]),
        (Constant.NOT_NONE, IsNone("x"), [False, True]),
        (None, IsNone("x"), [True, True]),
        (Constant.TRUE, Truth("x"), [True, False]),
        (Constant.FALSE, Truth("x"), [False, True]),
        (Constant.NONE, Truth("x"), [False, True]),
        (Constant.NOT_NONE, Truth("x"), [True, True]),
        (None, Truth("x"), [True, True]),
        (Constant.TRUE, None, [True, True]),
    ],
)
def test_a_branch_on_what_is_known(
    constant: Constant | None, test: Truth | IsNone | None, expected: list[bool]
) -> None:
    yes, no = ways()
    flow = solve([Bind(NODE, 1, "x", constant), Branch(NODE, 1, test, 1, 2)], [yes], [no])
    assert leaves(flow, yes, no) == expected


def twice(test: Truth | IsNone | Condition, *between: Event) -> list[bool]:
    """Whether a test that held the first time can hold, or not hold, the second time."""
    yes, no = ways()
    made = graph(
        [Branch(NODE, 1, test, 1, 3)],
        [*between, Branch(NODE, 2, test, 2, 4)],
        [yes],
        [],
        [no],
    )
    made.conditions = {"x": ("?x",)}
    flow = solve_function(made)
    return [any(not path.doubtful for path in returned(flow, way)) for way in (yes, no)]


@pytest.mark.parametrize(
    "test",
    [Truth("x"), IsNone("x"), Condition("?x", stable=True), Condition("?x", stable=False)],
    ids=repr,
)
def test_a_condition_answers_twice_the_same(test: Truth | IsNone | Condition) -> None:
    assert twice(test) == [True, False]
    assert twice(test, CALL) == [True, False]


@pytest.mark.parametrize(
    "test",
    [Truth("x"), IsNone("x"), Condition("?x", stable=True), Condition("?x", stable=False)],
    ids=repr,
)
def test_a_new_value_may_answer_differently(test: Truth | IsNone | Condition) -> None:
    assert twice(test, Bind(NODE, 1, "x")) == [True, True]


def test_only_a_stable_condition_is_certain_of_its_answer() -> None:
    for stable, certain in ((True, False), (False, True)):
        yes, no = ways()
        test = Condition("?x", stable)
        flow = solve([Branch(NODE, 1, test, 1, 3)], [Branch(NODE, 2, test, 2, 4)], [yes], [], [no])
        assert leaves(flow, yes, no) == [True, certain]


def caught(raised: ExceptionClass, exact: bool, *handled: ExceptionClass) -> list[bool]:
    """Whether a handler for `handled` may take an exception, and whether it may pass it by."""
    yes, no = ways()
    flow = solve(
        [
            MakeException(NODE, 1, "error", raised, exact),
            Raise(NODE, 1, "error", explicit=True),
        ],
        [Catch(NODE, 2, RAISED, Handled(handled), 2, 3)],
        [yes],
        [no],
        handlers={0: 1},
    )
    return leaves(flow, yes, no)


@pytest.mark.parametrize(
    ("raised", "exact", "handled", "expected"),
    [
        (VALUE_ERROR, True, (VALUE_ERROR,), [True, False]),
        (VALUE_ERROR, True, (EXCEPTION,), [True, False]),
        (VALUE_ERROR, True, (TYPE_ERROR,), [False, True]),
        (VALUE_ERROR, True, (TYPE_ERROR, VALUE_ERROR), [True, False]),
        (EXCEPTION, True, (VALUE_ERROR,), [False, True]),
        (EXCEPTION, False, (VALUE_ERROR,), [True, True]),
        (BASE_EXCEPTION, False, (EXCEPTION,), [True, True]),
        (GENERATOR_EXIT, True, (EXCEPTION,), [False, True]),
        (GENERATOR_EXIT, True, (BASE_EXCEPTION,), [True, False]),
    ],
)
def test_handlers_match_as_python_matches(
    raised: ExceptionClass, exact: bool, handled: tuple[ExceptionClass, ...], expected: list[bool]
) -> None:
    assert caught(raised, exact, *handled) == expected


def test_a_handler_of_a_class_that_is_not_known() -> None:
    yes, no = ways()
    flow = solve(
        [MakeException(NODE, 1, "error", VALUE_ERROR, True), Raise(NODE, 1, "error")],
        [Catch(NODE, 2, RAISED, Handled(bounds=(EXCEPTION,)), 2, 3)],
        [yes],
        [no],
        handlers={0: 1},
    )
    assert leaves(flow, yes, no) == [True, True]


def test_what_passed_a_handler_by_is_remembered() -> None:
    taken, other, passed = Return(NODE, 7), *ways()
    flow = solve(
        [CALL],
        [Catch(NODE, 2, RAISED, Handled((EXCEPTION,)), 2, 3)],
        [taken],
        [Catch(NODE, 3, RAISED, Handled((VALUE_ERROR,)), 4, 5)],
        [other],
        [passed],
        handlers={0: 1},
    )
    assert leaves(flow, taken, other, passed) == [True, False, True]


def test_isinstance_of_what_was_caught() -> None:
    yes, no = ways()
    flow = solve(
        [CALL],
        [Catch(NODE, 2, RAISED, Handled((VALUE_ERROR,)), 2, 5)],
        [Copy(NODE, 2, "e", RAISED), Branch(NODE, 3, IsInstance("e", Handled((EXCEPTION,))), 3, 4)],
        [yes],
        [no],
        [],
        handlers={0: 1},
    )
    assert leaves(flow, yes, no) == [True, False]


@pytest.mark.parametrize(
    ("swallow", "expected"),
    [
        (Swallow(), [False, True]),
        (Swallow(Handled((BASE_EXCEPTION,))), [True, True]),
        (Swallow(Handled((BASE_EXCEPTION,)), always=True), [True, False]),
        (Swallow(Handled((VALUE_ERROR,)), always=True), [True, False]),
        (Swallow(Handled((TYPE_ERROR,)), always=True), [False, True]),
    ],
)
def test_managers_swallow_what_they_swallow(swallow: Swallow, expected: list[bool]) -> None:
    yes, no = ways()
    flow = solve(
        [MakeException(NODE, 1, "error", VALUE_ERROR, True), Raise(NODE, 1, "error")],
        [Swallowed(NODE, 2, RAISED, swallow, 2, 3)],
        [yes],
        [no],
        handlers={0: 1},
    )
    assert leaves(flow, yes, no) == expected


def test_reading_an_unbound_variable_raises() -> None:
    normal, handled = ways()
    flow = solve(
        [Forget(NODE, 1, ("x",)), Copy(NODE, 2, "y", "x"), normal],
        [handled],
        handlers={0: 1},
    )
    assert leaves(flow, normal, handled) == [False, True]


def test_a_variable_that_is_bound_on_one_path_only() -> None:
    probe, handled = close("g"), Return(NODE, 9)
    made = graph(
        [Branch(NODE, 1, None, 1, 2)],
        [create("g"), Jump(NODE, 1, 2)],
        [*probe.events],
        [handled],
        handlers={2: 3},
    )
    made.locals = frozenset({"g"})
    flow = solve_function(made)
    assert probe.states(flow) == {"created"}
    assert leaves(flow, handled) == [True]


def test_an_iterator_without_an_end() -> None:
    inside, behind = ways()
    flow = solve([Next(NODE, 1, "item", "numbers", 1, 2, endless=True)], [inside], [behind])
    assert leaves(flow, inside, behind) == [True, False]


def closing_at(flow: FunctionFlow, event: Yield) -> set[int]:
    """The lines of the yields at which a path was closed that reaches `event`."""
    found = flow.facts.yields.get(event.node)
    return set() if found is None else {path.closing for path in found[1] if path.likely}


def test_closing_reaches_what_its_handler_reaches() -> None:
    first, second = Yield(NODE, 1, "%1", None), Yield(NODE, 2, "%2", None)
    flow = solve([first], [second], handlers={0: 1})
    assert closing_at(flow, first) == {0}
    assert closing_at(flow, second) == {0, 1}  # thrown in, or closed at line 1


@pytest.mark.parametrize(
    ("handled", "expected"),
    [(EXCEPTION, {0}), (VALUE_ERROR, {0}), (GENERATOR_EXIT, {0, 1}), (BASE_EXCEPTION, {0, 1})],
)
def test_closing_is_caught_as_generator_exit(handled: ExceptionClass, expected: set[int]) -> None:
    first, second = Yield(NODE, 1, "%1", None), Yield(NODE, 2, "%2", None)
    flow = solve(
        [first],
        [Catch(NODE, 2, RAISED, Handled((handled,)), 2, 3)],
        [second],
        [],
        handlers={0: 1},
    )
    assert closing_at(flow, second) == expected


def test_a_flag_tells_the_closing_path_from_the_others() -> None:
    first, second = Yield(NODE, 1, "%1", None), Yield(NODE, 2, "%2", None)
    flow = solve(
        [Bind(NODE, 1, "closing", Constant.FALSE), Jump(NODE, 1, 1)],
        [first, Jump(NODE, 1, 4)],
        [Catch(NODE, 2, RAISED, Handled((GENERATOR_EXIT,)), 3, 4)],
        [Bind(NODE, 2, "closing", Constant.TRUE), Jump(NODE, 2, 4)],
        [Branch(NODE, 3, Truth("closing"), 6, 5)],
        [second],
        [],
        handlers={1: 2},
    )
    assert closing_at(flow, second) == {0}


def test_what_the_cleanup_raises_is_not_likely() -> None:
    first, second = Yield(NODE, 1, "%1", None), Yield(NODE, 2, "%2", None)
    flow = solve(
        [first],
        [CALL],
        [Catch(NODE, 2, RAISED, Handled((RUNTIME_ERROR, STOP_ITERATION)), 3, 4)],
        [second],
        [],
        handlers={0: 1, 1: 2},
    )
    assert 1 not in closing_at(flow, second)
