"""Which operations were handed over, and something else came before they could begin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from genstate.typestate.store import Store
from genstate.typestate.values import LOST, Busy, Done, Object


def overtaken(before: Store, after: Iterable[Store], *, waits: bool) -> Iterator[Object]:
    """The awaitables of operations that may not have begun, and perhaps will not as they were.

    Where the function `waits`, something else may be done to their generators at once. At all times
    whoever gets hold of their task may cancel it.
    """
    waiting = [
        (target, state)
        for target, conditions in before.objects.items()
        for state in conditions
        if isinstance(state, Busy) and not state.begun
    ]
    for store in after if waiting else ():
        for target, state in waiting:
            found = store.objects.get(target, ())
            taken = waits and any(not isinstance(condition, Busy) for condition in found)
            for each in state.operations:
                if _is_lost(store, each) or (taken and not _is_over(store, each)):
                    yield each


def _is_lost(store: Store, operation: Object) -> bool:
    """Others may have got hold of it."""
    return LOST in store.objects.get(operation, ())


def _is_over(store: Store, operation: Object) -> bool:
    """Somebody has waited for its end."""
    return all(
        isinstance(condition, Done) and condition.pending is None
        for condition in store.conditions(operation)
    )
