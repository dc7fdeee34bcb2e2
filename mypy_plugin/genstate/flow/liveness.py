"""Live variables: a backward may analysis with sets as bits of an integer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def live_in(
    order: Sequence[int],
    successors: Sequence[Iterable[int]],
    uses: Sequence[int],
    defines: Sequence[int],
) -> list[int]:
    """For each node the variables that may still be used before they are defined again.

    Args:
        order: the nodes in postorder.
        successors: of each node.
        uses: of each node, those used before the node itself defines them.
        defines: of each node, those that it certainly defines.
    """
    live = list(uses)
    changed = True
    while changed:
        changed = False
        for node in order:
            out = 0
            for successor in successors[node]:
                out |= live[successor]
            new = uses[node] | (out & ~defines[node])
            if new != live[node]:
                live[node] = new
                changed = True
    return live
