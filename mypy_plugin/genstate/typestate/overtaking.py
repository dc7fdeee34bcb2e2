"""Which operations were handed over, and perhaps do not begin as things stood then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from genstate.typestate.flights import is_over
from genstate.typestate.store import Store
from genstate.typestate.values import LOST, Busy, Condition, Done, Generator, Object, Work


def overtaken(before: Store, after: Iterable[Store], *, waits: bool) -> Iterator[Object]:
    """The awaitables of operations that may not have begun, and perhaps will not as they were.

    Where the function `waits`, something else may be done to their generators at once. At all times
    they may be cancelled, also by whoever gets hold of their task.
    """
    handed_over = list(_handed_over(before))
    in_flight = list(_in_flight(before)) if waits else []
    for store in after if handed_over or in_flight else ():
        yield from (each for each in handed_over if _may_be_cancelled(store, each))
        for target, operations in in_flight:
            if not all(isinstance(c, Busy) for c in store.objects.get(target, ())):
                yield from (each for each in operations if not is_over(store, each))


def _handed_over(store: Store) -> Iterator[Object]:
    """The awaitables that somebody else is to await, and may not have begun to."""
    for awaitable, conditions in store.objects.items():
        for done in conditions:
            if not isinstance(done, Done) or done.pending is None or done.cancelled:
                continue
            if not all(map(_has_begun, _states(store, done.pending))):
                yield awaitable


def _states(store: Store, work: Work) -> Iterator[Condition]:
    for atom in work.receiver:
        if isinstance(atom, Generator):
            yield from store.conditions(atom.object)


def _has_begun(state: Condition) -> bool:
    return isinstance(state, Busy) and state.begun


def _in_flight(store: Store) -> Iterator[tuple[Object, tuple[Object, ...]]]:
    """The generators with operations that may not have begun, and these."""
    for target, conditions in store.objects.items():
        for state in conditions:
            if isinstance(state, Busy) and not state.begun:
                yield target, state.operations


def _may_be_cancelled(store: Store, awaitable: Object) -> bool:
    """It is, or others have got hold of it."""
    return any(
        condition == LOST
        or (isinstance(condition, Done) and (condition.cancelled or condition.loose))
        for condition in store.objects.get(awaitable, ())
    )
