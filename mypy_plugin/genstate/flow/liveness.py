"""Live variables: a backward may analysis with sets as bits of an integer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def live_in(
    order: Sequence[int], ways: Sequence[Iterable[tuple[int, int]]], uses: Sequence[int]
) -> list[int]:
    """For each node the variables that may still be used before they are defined again.

    Args:
        order: the nodes in postorder.
        ways: the edges from each node: where one leads, and what is certainly defined on it.
        uses: of each node, the variables that it uses before it defines them itself.
    """
    live = list(uses)
    changed = True
    while changed:
        changed = False
        for node in order:
            new = uses[node]
            for successor, defined in ways[node]:
                new |= live[successor] & ~defined
            if new != live[node]:
                live[node] = new
                changed = True
    return live
