"""Which operations were handed over, and something else came before they could begin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from genstate.typestate.store import Store
from genstate.typestate.values import Busy, Done, Object


def overtaken(before: Store, after: Iterable[Store]) -> Iterator[Object]:
    """The awaitables of operations that may not have begun, and have lost their generators."""
    waiting = [
        (target, state)
        for target, conditions in before.objects.items()
        for state in conditions
        if isinstance(state, Busy) and not state.begun
    ]
    for store in after if waiting else ():
        for target, state in waiting:
            found = store.objects.get(target, ())
            if any(not isinstance(condition, Busy) for condition in found):
                yield from (each for each in state.operations if not _is_over(store, each))


def _is_over(store: Store, operation: Object) -> bool:
    """Somebody has waited for its end."""
    return all(
        isinstance(condition, Done) and condition.pending is None
        for condition in store.conditions(operation)
    )
