"""Transfer functions are monotone: what a store allows, every store that covers it allows too."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genstate.cfg.events import (
    Await,
    Bind,
    Call,
    Closing,
    Copy,
    Create,
    Enter,
    Escape,
    Event,
    Forget,
    Leave,
    MakeException,
    Operate,
    Pack,
    Share,
    Unpack,
    Yield,
)
from genstate.cfg.exceptions import (
    BASE_EXCEPTION,
    EXCEPTION,
    GENERATOR_EXIT,
    VALUE_ERROR,
    Handled,
)
from genstate.cfg.graph import Graph
from genstate.cfg.terminators import Branch, Catch, Next, Raise, Swallowed
from genstate.cfg.vocabulary import (
    RAISED,
    Condition,
    Constant,
    IsInstance,
    IsNone,
    Operation,
    Place,
    Swallow,
    Test,
    Truth,
)
from genstate.typestate.store import Store
from genstate.typestate.transfer import Transfer
from tests.typestate.programs import ECHO, NODE, graph
from tests.typestate.strategies import PLACES, covers, stores

pytestmark = pytest.mark.any_mypy

YES, NO = 1, 2

places = st.sampled_from(PLACES)
handled = st.sampled_from(
    [
        Handled(),
        Handled((BASE_EXCEPTION,)),
        Handled((EXCEPTION, GENERATOR_EXIT)),
        Handled((VALUE_ERROR,)),
        Handled(bounds=(EXCEPTION,)),
    ]
)
tests: st.SearchStrategy[Test | None] = st.one_of(
    st.none(),
    st.builds(Truth, places),
    st.builds(IsNone, places),
    st.builds(IsInstance, places, handled),
    st.builds(Condition, st.just("?x"), st.booleans()),
)
pairs = st.tuples(places, places)


def built(kind: type[Event], *arguments: st.SearchStrategy[object]) -> st.SearchStrategy[Event]:
    return st.builds(kind, st.just(NODE), st.just(7), *arguments)


def operate(target: Place, operation: Operation, receiver: Place, argument: Place) -> Operate:
    return Operate(NODE, 7, target, operation, receiver, operation.value, argument=argument)


AWAITED = operate("%1", Operation.NEXT, "x", "y")
steps: st.SearchStrategy[Event] = st.one_of(
    built(Bind, places, st.one_of(st.none(), st.sampled_from(Constant))),
    built(Copy, places, places),
    built(Pack, places, pairs),
    built(Unpack, pairs, places, st.sampled_from([-1, 0, 1])),
    built(Forget, pairs),
    built(Escape, pairs),
    built(Share, pairs, places.map(lambda place: (place,))),
    built(Call, places, pairs, pairs, st.booleans()),
    built(MakeException, places, st.just(VALUE_ERROR), st.booleans()),
    built(Create, places, st.just(ECHO)),
    st.builds(operate, places, st.sampled_from(Operation), places, places),
    built(Await, places, places, st.booleans()),
    built(Yield, places, places),
    built(Closing, places, places),
    built(Enter, places, places),
    built(Leave, places),
    built(Branch, tests, st.just(YES), st.just(NO)),
    built(Catch, places, handled, st.just(YES), st.just(NO)),
    built(
        Swallowed,
        places,
        st.builds(Swallow, handled, st.booleans()),
        st.just(YES),
        st.just(NO),
    ),
    built(Next, places, places, st.just(YES), st.just(NO), st.booleans()),
    built(Raise, places),
)


def transfer(made: Graph, store: Store) -> list[tuple[int, Store]]:
    live = [frozenset((*PLACES, RAISED))] * len(made.blocks)
    return list(Transfer(made, live).block(0, store))


@settings(max_examples=200, deadline=None)
@given(steps, stores(unbound=False), stores(unbound=False))
def test_what_is_possible_stays_possible(step: Event, part: Store, other: Store) -> None:
    made = graph([step], [AWAITED] * 3, [])  # one of them is the third event of all
    whole = part.join(other)
    reached = transfer(made, whole)
    for target, store in transfer(made, part):
        assert any(way == target and covers(found, store) for way, found in reached)
