"""The solver: elements flow along edges until nothing new arrives anywhere."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from typing import TypeVar

from genstate.flow.lattice import Disjunction, Element

E = TypeVar("E", bound=Element)


def solve(
    starts: Iterable[tuple[int, E]],
    order: list[int],
    limit: int,
    transfer: Callable[[int, E], Iterable[tuple[int, E]]],
) -> dict[int, Disjunction[E]]:
    """The fixpoint: for each node that is reached, the elements that reach it.

    Args:
        starts: the nodes to start at, each with an element that enters it.
        order: the nodes in reverse postorder: what comes first is worked on first.
        limit: how many elements a node keeps apart.
        transfer: the elements that leave a node, with where they go, for one that enters it.
            Monotone; it is called once for each new element.
    """
    rank = {node: position for position, node in enumerate(order)}
    reached: dict[int, Disjunction[E]] = {}
    queue: list[int] = []
    queued: set[int] = set()

    def arrive(node: int, new: E) -> None:
        disjunction = reached.get(node)
        if disjunction is None:
            disjunction = reached[node] = Disjunction(limit)
        if disjunction.add(new) and node not in queued:
            heapq.heappush(queue, rank[node])
            queued.add(node)

    for node, element in starts:
        arrive(node, element)
    while queue:
        node = order[heapq.heappop(queue)]
        queued.discard(node)
        for new in reached[node].take():
            for successor, outcome in transfer(node, new):
                arrive(successor, outcome)
    return reached
