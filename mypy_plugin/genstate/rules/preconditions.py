"""What a graph must hold before a rule can have anything to say.

Most functions hold nothing of the kind, and to solve them all would cost as much as a good part of
mypy's own work. A precondition looks at events and edges, never at values, so it may be true where
the rule has nothing to report; it is never false where the rule has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from genstate.cfg.events import (
    Await,
    Bind,
    Closing,
    Copy,
    Create,
    Discard,
    Doubt,
    Event,
    Forget,
    Invoke,
    MakeException,
    MakeIterator,
    Operate,
    Pack,
    Start,
    Yield,
)
from genstate.cfg.exceptions import (
    GENERATOR_EXIT,
    STOP_ASYNC_ITERATION,
    STOP_ITERATION,
    ExceptionClass,
    Handled,
)
from genstate.cfg.graph import Graph
from genstate.cfg.terminators import Block, Branch, Catch, Jump, Raise, Return, Swallowed
from genstate.cfg.vocabulary import IsInstance, Place, Protocol, Role

_STOPS: Final = (STOP_ITERATION, STOP_ASYNC_ITERATION)
_QUIET: Final = (
    *(Bind, Copy, Discard, Doubt, Forget, MakeException),
    *(Branch, Catch, Jump, Raise, Return, Swallowed),
)


def makes_generators(graph: Graph) -> bool:
    """A generator is made here that may be misused.

    Most generators are looped over where they are made, and no more: that goes wrong only where
    they count on being sent something.
    """
    makes = False
    for _, event in graph.events():
        if isinstance(event, Invoke) and event.makes:
            return True
        if isinstance(event, Create) and event.function.judged:
            if event.function.refuses_none:
                return True
            makes = True
    return makes and _keeps_generator(graph)


def makes_any_generators(graph: Graph) -> bool:
    """A generator is made here, whatever becomes of it."""
    return any(
        event.makes if isinstance(event, Invoke) else event.function.judged
        for _, event in graph.events()
        if isinstance(event, (Create, Invoke))
    )


def _keeps_generator(graph: Graph) -> bool:
    """One that is made is bound to a variable, operated on, or thrown away."""
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
        elif isinstance(event, Invoke):
            kept.update(event.uses())
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


def keeps_awaitables(graph: Graph) -> bool:
    """The awaitable of an operation has more uses than the one `await` that most have."""
    made: Counter[Place] = Counter()
    used: Counter[Place] = Counter()
    others: set[Place] = set()
    for _, event in graph.events():
        if isinstance(event, Operate) and event.protocol is Protocol.ASYNC:
            made[event.target] += 1
        if isinstance(event, (Await, Start)):
            used.update(event.uses())
        else:
            others.update(event.uses())
    return any(place in others or used[place] > count for place, count in made.items())


def raises_stop(graph: Graph) -> bool:
    """A `raise` statement may raise a stop exception, or a generator is asked for too much."""
    sources = ends = False
    raised: list[Raise] = []
    for _, event in graph.events():
        if isinstance(event, Raise) and event.explicit:
            raised.append(event)
        elif isinstance(event, Operate):
            sources = ends = True
        else:
            sources = sources or _brings_stop(event)
    if any(_is_stop(event.bound) for event in raised):
        return True
    if sources and any(_may_be_stop(event.bound) for event in raised):
        return True
    return ends and (makes_generators(graph) or _makes_iterators(graph))


def _brings_stop(event: Event) -> bool:
    """A stop exception is made, comes out of a call that is followed, or is asked for."""
    if isinstance(event, MakeException):
        return _is_stop(event.raised)
    if isinstance(event, Invoke):
        return event.raises or event.deferred
    if isinstance(event, Catch):
        return _names_stop(event.handled)
    if isinstance(event, Branch) and isinstance(event.test, IsInstance):
        return _names_stop(event.test.handled)
    return False


def _names_stop(handled: Handled) -> bool:
    return any(map(_is_stop, handled.classes)) or any(map(_may_be_stop, handled.bounds))


def _is_stop(raised: ExceptionClass) -> bool:
    return any(raised.is_subclass_of(stop) for stop in _STOPS)


def _may_be_stop(bound: ExceptionClass) -> bool:
    return _is_stop(bound) or any(stop.is_subclass_of(bound) for stop in _STOPS)


def _makes_iterators(graph: Graph) -> bool:
    return any(isinstance(event, MakeIterator) for _, event in graph.events())


def is_driven_by_a_manager(graph: Graph) -> bool:
    """The generator is that of a context manager or fixture."""
    return graph.role in (Role.CONTEXT_MANAGER, Role.FIXTURE)


def is_driven(graph: Graph) -> bool:
    """Somebody else drives the generator to its end: a manager, or what the decorator makes."""
    return is_driven_by_a_manager(graph) or graph.role is Role.DRIVEN


def yields_again_when_closed(graph: Graph) -> bool:
    """A way leads from a yield that raises GeneratorExit to another yield.

    On it GeneratorExit is caught or swallowed, or replaced by what an event on the way raises.
    """
    todo = [
        (block.handler, True) for block in graph.blocks if block.handler >= 0 and _yields(block)
    ]
    seen = set(todo)
    while todo:
        number, closing = todo.pop()
        block = graph.blocks[number]
        if _yields(block):
            return True
        fresh = set(_ways_on(block, closing=closing)) - seen
        seen |= fresh
        todo += fresh
    return False


def _yields(block: Block) -> bool:
    return any(isinstance(event, Yield) for event in block.events)


def _ways_on(block: Block, *, closing: bool) -> Iterator[tuple[int, bool]]:
    """The blocks behind this one, and whether GeneratorExit (`closing`) is still on its way."""
    end = block.terminator
    if closing and isinstance(end, (Catch, Swallowed)):
        yield end.no, True
        handled = end.handled if isinstance(end, Catch) else end.swallow.handled
        if any(GENERATOR_EXIT.is_subclass_of(each) for each in handled.classes):
            yield end.yes, False
    elif end is not None:
        for to in end.targets():
            yield to, closing
    if block.handler >= 0:
        if isinstance(end, Raise):
            yield block.handler, closing and not end.explicit
        if not all(map(_is_quiet, block.events)) or not (end is None or _is_quiet(end)):
            yield block.handler, False


def _is_quiet(event: Event) -> bool:
    """It raises nothing new, not even because a variable has no value."""
    named = any(not place.startswith("%") for place in event.uses())
    return isinstance(event, _QUIET) and not named
