"""What a graph must hold before a rule can have anything to say.

Most functions hold nothing of the kind, and to solve them all would cost as much as a good part of
mypy's own work. A precondition looks at events and edges, never at values, so it may be true where
the rule has nothing to report; it is never false where the rule has.
"""

from __future__ import annotations

from genstate.cfg.events import (
    Closing,
    Copy,
    Create,
    Discard,
    Invoke,
    MakeIterator,
    Operate,
    Pack,
    Yield,
)
from genstate.cfg.graph import Graph
from genstate.cfg.terminators import Raise
from genstate.cfg.vocabulary import Place, Protocol, Role


def makes_generators(graph: Graph) -> bool:
    """A generator is made here that may be misused."""
    sync = False
    for _, event in graph.events():
        if isinstance(event, Invoke) and event.makes:
            return True
        if isinstance(event, Create) and event.function.judged:
            if event.function.protocol is Protocol.ASYNC or event.function.refuses_none:
                return True
            sync = True
    return sync and _keeps_generator(graph)


def _keeps_generator(graph: Graph) -> bool:
    """A synchronous one is kept, operated on, or thrown away: most are looped over, and no more."""
    kept: set[Place] = set()
    copies: dict[Place, list[Place]] = {}
    for _, event in graph.events():
        if isinstance(event, (Copy, MakeIterator)):
            copies.setdefault(event.target, []).append(event.source)
            if not event.target.startswith("%"):
                kept.add(event.target)
        elif isinstance(event, (Discard, Operate)):
            kept.add(event.value if isinstance(event, Discard) else event.receiver)
        elif isinstance(event, Pack):
            kept.update(event.items)
        elif isinstance(event, Closing):
            kept.add(event.generator)
    todo = list(kept)
    while todo:
        fresh = set(copies.get(todo.pop(), ())) - kept
        kept |= fresh
        todo += fresh
    return any(
        isinstance(event, Create) and event.function.judged and event.target in kept
        for _, event in graph.events()
    )


def asks_for_values(graph: Graph) -> bool:
    """An iterator is asked for its next value."""
    return any(isinstance(event, Operate) for _, event in graph.events())


def raises(graph: Graph) -> bool:
    """There is a `raise` statement."""
    return any(isinstance(event, Raise) and event.explicit for _, event in graph.events())


def is_driven_by_a_manager(graph: Graph) -> bool:
    """The generator is that of a context manager or fixture."""
    return graph.role in (Role.CONTEXT_MANAGER, Role.FIXTURE)


def yields_again_when_closed(graph: Graph) -> bool:
    """A way leads from an exception that a yield raises to another yield."""
    yielding = [
        block for block in graph.blocks if any(isinstance(event, Yield) for event in block.events)
    ]
    todo = [block.handler for block in yielding if block.handler >= 0]
    seen = set(todo)
    while todo:
        block = graph.blocks[todo.pop()]
        if any(isinstance(event, Yield) for event in block.events):
            return True
        fresh = set(graph.successors(block)) - seen
        seen |= fresh
        todo += fresh
    return False
