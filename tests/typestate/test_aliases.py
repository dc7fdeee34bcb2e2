"""Which generator a place stands for: aliases, tuples, closures, and what gets out of sight."""

from __future__ import annotations

import pytest

from genstate.cfg.events import Bind, Call, Copy, Escape, Event, Forget, Pack, Share, Unpack, Yield
from genstate.cfg.terminators import Branch, Jump, Next
from genstate.cfg.vocabulary import Constant
from tests.typestate.programs import NODE, close, create, met, next_on, solve

pytestmark = pytest.mark.any_mypy


def test_an_alias_is_the_same_generator() -> None:
    probe = close("other")
    flow = solve([create("g"), Copy(NODE, 1, "other", "g"), *next_on("g").events, *probe.events])
    assert probe.states(flow) == {"suspended"}


def test_a_variable_that_is_bound_anew_is_another_generator() -> None:
    old, new = close("old"), close("g")
    flow = solve(
        [
            create("g"),
            *next_on("g").events,
            Copy(NODE, 1, "old", "g"),
            create("g"),
            *new.events,
            *old.events,
        ]
    )
    assert new.states(flow) == {"created"}
    assert old.states(flow) == {"suspended"}


def test_a_place_that_may_hold_either() -> None:
    probe, first = close("g"), close("a")
    flow = solve(
        [create("a"), create("b"), *next_on("b").events, Branch(NODE, 1, None, 1, 2)],
        [Copy(NODE, 2, "g", "a"), Jump(NODE, 2, 3)],
        [Copy(NODE, 3, "g", "b"), Jump(NODE, 3, 3)],
        [*probe.events, *first.events],
    )
    assert probe.states(flow) == {"created", "suspended"}
    assert first.states(flow) == {"created", "closed"}


def test_tuples_keep_their_items_apart() -> None:
    first, second = close("x"), close("y")
    flow = solve(
        [
            create("a"),
            create("b"),
            *next_on("a").events,
            Pack(NODE, 1, "pair", ("b", "a")),
            Unpack(NODE, 1, ("x", "y"), "pair"),
            *first.events,
            *second.events,
        ]
    )
    assert first.states(flow) == {"created"}
    assert second.states(flow) == {"suspended"}


def test_unpacking_the_wrong_number_raises() -> None:
    normal, handler = close("a"), close("a")
    flow = solve(
        [create("a"), Pack(NODE, 1, "pair", ("a", "a")), Jump(NODE, 1, 1)],
        [Unpack(NODE, 1, ("x", "y", "z"), "pair"), *normal.events],
        [*handler.events],
        handlers={1: 2},
    )
    assert normal.states(flow) == set()
    assert handler.states(flow) == {"created"}


def test_what_a_starred_target_takes_is_lost() -> None:
    first, rest = close("x"), close("a")
    flow = solve(
        [
            create("a"),
            create("b"),
            Pack(NODE, 1, "all", ("b", "a", "a")),
            Unpack(NODE, 1, ("x", "rest"), "all", starred=1),
            *first.events,
            *rest.events,
        ]
    )
    assert first.states(flow) == {"created"}
    assert rest.states(flow) == {"?"}


def test_a_loop_over_a_tuple_takes_item_by_item() -> None:
    probe, behind = next_on("item"), close("a")
    flow = solve(
        [
            create("a"),
            create("b"),
            Pack(NODE, 1, "both", ("a", "b")),
            Copy(NODE, 1, "iterator", "both"),
            Jump(NODE, 1, 1),
        ],
        [Next(NODE, 1, "item", "iterator", 2, 3)],
        [*probe.events, Jump(NODE, 1, 1)],
        [*behind.events],
    )
    assert probe.states(flow) == {"created"}
    assert behind.states(flow) == {"suspended"}


@pytest.mark.parametrize(
    "event",
    [
        Escape(NODE, 1, ("g",)),
        Call(NODE, 1, "%1", arguments=("g",)),
        Call(NODE, 1, "%1", arguments=("pair",)),
        Call(NODE, 1, "%1", reads=("pair",)),
        Share(NODE, 1, ("g",)),
        Yield(NODE, 1, "%1", "g"),
    ],
    ids=lambda event: str(type(event).__name__),
)
def test_what_gets_out_of_sight_is_unknown(event: Event) -> None:
    probe = close("g")
    flow = solve([create("g"), Pack(NODE, 1, "pair", ("g", "g")), event, *probe.events])
    assert probe.states(flow) == {"?"}


@pytest.mark.parametrize(
    "event",
    [
        Call(NODE, 1, "%1", reads=("g",)),
        Escape(NODE, 1, ("other",)),
        Share(NODE, 1, ("other",)),
        Bind(NODE, 1, "other", Constant.NONE),
        Forget(NODE, 1, ("other",)),
    ],
    ids=lambda event: str(type(event).__name__),
)
def test_what_does_not_touch_it_changes_nothing(event: Event) -> None:
    probe = close("g")
    flow = solve([Bind(NODE, 1, "other"), create("g"), event, *probe.events])
    assert probe.states(flow) == {"created"}


def test_what_is_bound_to_a_shared_variable_later_is_unknown() -> None:
    probe = close("g")
    flow = solve([Share(NODE, 1, ("g",)), create("g"), *probe.events])
    assert probe.states(flow) == {"?"}


def test_a_variable_that_a_closure_rebinds_is_unknown() -> None:
    probe = close("g")
    flow = solve([create("g"), Share(NODE, 1, ("g",), ("g",)), create("g"), *probe.events])
    assert probe.states(flow) == {"?"}


def test_an_awaitable_that_gets_away_takes_its_generator_along() -> None:
    step, probe = next_on("g"), close("g")
    flow = solve(
        [create("g"), step.operate, Escape(NODE, 1, (step.operate.target,)), *probe.events]
    )
    assert probe.states(flow) == {"?"}


def test_what_is_sent_into_a_generator_is_out_of_sight() -> None:
    probe, step = close("a"), next_on("g")
    step.operate.argument = "a"
    flow = solve([create("g"), create("a"), *step.events, *probe.events])
    assert probe.states(flow) == {"?"}


def test_two_generators_of_one_line() -> None:
    """The newest has a state of its own; the older ones share what is possible for any of them."""
    newest, older = next_on("g"), next_on("previous")
    flow = solve(
        [create("previous"), Jump(NODE, 1, 1)],
        [Branch(NODE, 1, None, 2, 3)],
        [create("g"), *newest.events, Copy(NODE, 2, "previous", "g"), Jump(NODE, 2, 1)],
        [*older.events],
    )
    assert newest.states(flow) == {"created"}
    assert older.states(flow) == {"created", "suspended"}


def test_an_older_generator_keeps_all_states_that_it_may_have_had() -> None:
    """Which of the older ones is meant is not known: closing one leaves the others as they were."""
    closing, probe = close("second"), close("first")
    flow = solve(
        [Bind(NODE, 1, "first"), Bind(NODE, 1, "second"), Jump(NODE, 1, 1)],
        [Branch(NODE, 1, None, 2, 3)],
        [
            Copy(NODE, 2, "first", "second"),
            Copy(NODE, 2, "second", "third"),
            create("third"),
            Jump(NODE, 2, 1),
        ],
        [*closing.events, *probe.events],
    )
    assert "created" in probe.states(flow)


def test_a_loop_variable_of_an_unknown_iterator_is_unknown() -> None:
    head = Next(NODE, 1, "item", "unknown", 1, 2, is_async=True)
    probe = close("item")
    flow = solve([head], [*probe.events, Jump(NODE, 1, 0)], [])
    assert met(flow, head) == {"?"}
    assert probe.states(flow) == {"?"}
