"""Which operations were handed over, and perhaps do not begin as things stood then."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from genstate.typestate.conditions import LOST, Busy, Done
from genstate.typestate.flights import is_over
from genstate.typestate.store import Store
from genstate.typestate.values import Object


def unbegun(before: Store, after: Collection[Store]) -> Iterator[Object]:
    """The awaitables of operations that are cancelled, perhaps, before they have begun.

    Whoever gets hold of their task may do that.
    """
    for each in _handed_over(before) if after else ():
        if any(_may_be_cancelled(store, each) for store in after):
            yield each


def overtaken(before: Store, after: Collection[Store]) -> Iterator[Object]:
    """The awaitables of operations that may not have begun, and perhaps will not as they were.

    The function may wait in between: something else is done to their generators at once.
    """
    in_flight = list(_in_flight(before))
    for store in after if in_flight else ():
        for target, operations in in_flight:
            if not all(isinstance(c, Busy) for c in store.objects.get(target, ())):
                yield from (each for each in operations if not is_over(store, each))


def _handed_over(before: Store) -> Iterator[Object]:
    """The awaitables that somebody else is to await, and may not have begun to."""
    for awaitable, conditions in before.objects.items():
        if any(isinstance(c, Done) and _is_to_begin(c) for c in conditions):
            yield awaitable


def _is_to_begin(done: Done) -> bool:
    return done.pending is not None and not (done.cancelled or done.begun)


def _in_flight(store: Store) -> Iterator[tuple[Object, tuple[Object, ...]]]:
    """The generators with operations that may not have begun, and these."""
    for target, conditions in store.objects.items():
        for state in conditions:
            if isinstance(state, Busy) and not state.begun:
                yield target, state.operations


def _is_left_open(done: Done) -> bool:
    return (done.cancelled or done.loose) and not done.begun


def _may_be_cancelled(store: Store, awaitable: Object) -> bool:
    """It is, or others have got hold of it."""
    return any(
        condition == LOST or (isinstance(condition, Done) and _is_left_open(condition))
        for condition in store.objects.get(awaitable, ())
    )
