"""What the body of a generator function says about its generators, by the ways through its graph.

An exception that leaves the body is no end of the generator in this sense: who asks for a value
gets the exception. What is thrown in at a yield may change what follows, so the count holds for
generators that are only asked for values, or sent some.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from genstate.cfg import events
from genstate.cfg.exceptions import CANCELLED, GENERATOR_EXIT, ExceptionClass, Matching, match
from genstate.cfg.graph import Graph
from genstate.cfg.terminators import Block, Catch, Jump, Next, Raise, Return
from genstate.cfg.vocabulary import Body, Supply, Waits
from genstate.knowledge.scopes import SHIELDING

#: More values than these are not counted.
_MOST: Final = 8

#: What stands in the way of an exception that nobody deals with.
_PASSING_ON: Final = (events.Copy, events.Forget, Catch, Jump, Raise)
_RAISING: Final = (
    events.Call,
    events.Invoke,
    events.Unpack,
    events.Item,
    events.Enter,
    events.Leave,
    events.MakeIterator,
    Next,
)


def body(graph: Graph) -> Body:
    """What the generators of `graph` have in common."""
    just_ends = not (_handlers(graph) or _delegates(graph))
    return Body(supply(graph), waits(graph), _cleans_up(graph), just_ends, _survives(graph))


def _survives(graph: Graph) -> bool:
    """A cancellation of what is waited for may be handled, and another value given."""
    return _absorbs(graph) or any(
        isinstance(event, events.Yield)
        for block in _behind_a_cancellation(graph)
        for event in block.events
    )


def is_cancelled_with(graph: Graph) -> bool:
    """A cancellation gets to what is waited for, and comes out of the function again."""
    ends = (block.terminator for block in _behind_a_cancellation(graph))
    return not _absorbs(graph) and not any(map(_ends_otherwise, ends))


def _ends_otherwise(end: events.Event | None) -> bool:
    """The function returns here, or raises an exception of another kind."""
    if isinstance(end, Raise):
        return end.explicit and not CANCELLED.is_subclass_of(end.bound)
    return isinstance(end, Return)


def _absorbs(graph: Graph) -> bool:
    """What is waited for may be kept from a cancellation, or handle it."""
    return any(_may_absorb(event) for _, event in graph.events())


def _may_absorb(event: events.Event) -> bool:
    if isinstance(event, events.Enter) and event.scope in SHIELDING:
        return True
    if isinstance(event, events.Create):
        return event.function.body.survives
    if isinstance(event, (events.Await, events.Enter, Next)):
        return event.absorbs is not None and event.absorbs()
    return False


def _behind_a_cancellation(graph: Graph) -> Iterator[Block]:
    """The blocks that may be come to where something that is waited for is cancelled."""
    waiting = (
        block.handler
        for block in graph.blocks
        if any(may_wait(event) for event in (*block.events, block.terminator))
    )
    yield from _behind(CANCELLED, graph, {handler for handler in waiting if handler >= 0})


def _behind(
    raised: ExceptionClass, graph: Graph, handlers: set[int], *, guesses: bool = False
) -> Iterator[Block]:
    """The blocks that may be come to where an exception arrives at these; `guesses` as below.

    Where another one is raised in its place, that may be any.
    """
    todo: set[tuple[int, ExceptionClass | None]] = {(handler, raised) for handler in handlers}
    seen = set(todo)
    while todo:
        number, coming = todo.pop()
        block = graph.blocks[number]
        yield block
        ways = _ways_of(coming, graph, block, guesses=guesses)
        if _raises_another(block.terminator, raised):
            coming = None
        new = {(way, coming) for way in ways} - seen
        todo |= new
        seen |= new


def _raises_another(end: events.Event | None, raised: ExceptionClass) -> bool:
    return isinstance(end, Raise) and end.explicit and not raised.is_subclass_of(end.bound)


def _ways_of(
    raised: ExceptionClass | None, graph: Graph, block: Block, *, guesses: bool = False
) -> Iterator[int]:
    """Where control may go from a block while an exception is on its way, or behind that.

    `raised` is None where nothing is known of it. `guesses`: a class that is not known is taken for
    one that does not catch it.
    """
    end = block.terminator
    if raised is None:
        yield from graph.successors(block)
    elif isinstance(end, Catch):
        caught = [match(raised, True, handler) for handler in end.handled.classes]
        if Matching.ALWAYS in caught:
            yield end.yes
        elif guesses or not end.handled.bounds:
            yield end.no
        else:
            yield from (end.yes, end.no)
    else:
        yield from graph.successors(block)


def _handlers(graph: Graph) -> set[int]:
    """Where control goes in the body when something is thrown in at one of its yields."""
    yielding = (
        block for block in graph.blocks if any(isinstance(e, events.Yield) for e in block.events)
    )
    return {block.handler for block in yielding} - {-1, graph.raise_exit}


def _cleans_up(graph: Graph) -> bool:
    """Something runs in the body when a generator is closed at one of its yields."""
    return not all(
        isinstance(event, _PASSING_ON)
        for block in _behind(GENERATOR_EXIT, graph, _handlers(graph), guesses=True)
        for event in block.all_events()
    )


def _delegates(graph: Graph) -> bool:
    """There is a `yield from`: to close the generator there closes another one first."""
    return any(isinstance(event, events.Yield) and event.delegates for _, event in graph.events())


def supply(graph: Graph) -> Supply:
    """The fewest and the most values that the generators of `graph` can give."""
    fewest, most = _fewest(graph), _most(graph)
    if fewest is None:  # at its first step it raises something, or it goes on and on
        return Supply(most=0 if most == 0 else None, endless=True)
    return Supply(min(fewest, _MOST), most)


def _fewest(graph: Graph) -> int | None:
    """The yields on the shortest way to an end; None if no way leads to one."""
    least = _distances(graph, _plain_ways, min)
    ends = [
        least[block.number] + _yields(block)
        for block in graph.blocks
        if block.number in least and isinstance(block.terminator, Return)
    ]
    return min(ends, default=None)


def _most(graph: Graph) -> int | None:
    """The yields on the longest way; None if some of them may run again and again."""
    found = [event for _, event in graph.events() if isinstance(event, events.Yield)]
    if len(found) > _MOST or any(event.delegates for event in found):
        return None
    longest = _distances(graph, _all_ways, max, len(found))
    most = max(distance + _yields(graph.blocks[number]) for number, distance in longest.items())
    return most if most <= len(found) else None


def _distances(
    graph: Graph,
    ways: Callable[[Block], Iterator[tuple[int, int]]],
    better: Callable[[int, int], int],
    stop: int | None = None,
) -> dict[int, int]:
    """The yields on the best way from the entry to each block; none counts beyond `stop`."""
    found = {0: 0}
    todo = [0]
    while todo:
        number = todo.pop()
        for way, length in ways(graph.blocks[number]):
            there = found[number] + length
            if way not in found or better(found[way], there) != found[way]:
                found[way] = there
                if stop is None or there <= stop:
                    todo.append(way)
    return found


def _all_ways(block: Block) -> Iterator[tuple[int, int]]:
    """Where control goes from a block, with the most yields on the way."""
    targets = block.terminator.targets() if block.terminator is not None else ()
    for target in targets if block.handler < 0 else (*targets, block.handler):
        yield target, _yields(block)


def _plain_ways(block: Block) -> Iterator[tuple[int, int]]:
    """Where control goes from a block while nothing is thrown in, with the fewest yields."""
    end = block.terminator
    if end is not None:
        skipped = end.done if isinstance(end, Next) and end.endless else -1
        yield from ((target, _yields(block)) for target in end.targets() if target != skipped)
    if block.handler >= 0 and any(may_raise(event) for event in (*block.events, end)):
        yield block.handler, 0


def may_raise(event: events.Event | None) -> bool:
    """Something other than what is thrown in at a yield can come out of the event."""
    if isinstance(event, _RAISING):
        return event.raises
    if isinstance(event, events.Forget):
        return event.demands
    return isinstance(event, (events.Operate, events.Await, Raise))


def _yields(block: Block) -> int:
    """A `yield from` may give nothing, and is left out."""
    return sum(isinstance(e, events.Yield) and not e.delegates for e in block.events)


def waits(graph: Graph) -> Waits:
    """When the generators of `graph` wait for something."""
    first = _waits_on_the_way(graph, [(0, 0)])
    yields = [
        (block.number, place + 1)
        for block in graph.blocks
        for place, event in enumerate(block.events)
        if isinstance(event, events.Yield)
    ]
    handlers = {graph.blocks[number].handler for number, _ in yields} - {-1}
    thrown = _waits_on_the_way(graph, [(handler, 0) for handler in sorted(handlers)])
    behind = [_waits_on_the_way(graph, [place]) for place in yields]
    always = all(behind) and not any(_yields_at_once(graph, place) for place in yields)
    surely_first = first and not _yields_at_once(graph, (0, 0))
    return Waits(first, any(behind), thrown, surely_first, always, not _may_never_wait(graph))


def _may_never_wait(graph: Graph) -> bool:
    """Some way leads through yields and to the end, or round and round, and waits for nothing.

    A loop over something is taken to come to its end. Where the body itself sets a limit of time,
    nobody outside may ever run out of it.
    """
    passed = {
        block.number for block in graph.blocks if not any(map(_waits_long, block.all_events()))
    }
    todo = [(0, False)] if 0 in passed else []
    seen = set(todo)
    while todo:
        number, yielded = todo.pop()
        block = graph.blocks[number]
        yielded = yielded or any(map(_is_yield, block.events))
        if yielded and isinstance(block.terminator, Return):
            return True
        new = {(way, yielded) for way in block.targets() if way in passed} - seen
        todo += new
        seen |= new
    inside = {number for number, _ in seen if not isinstance(graph.blocks[number].terminator, Next)}
    yielding = [number for number in inside if any(map(_is_yield, graph.blocks[number].events))]
    return any(_comes_back(graph, number, inside) for number in yielding)


def _comes_back(graph: Graph, start: int, inside: set[int]) -> bool:
    """Some way leads from the block to itself, through blocks of `inside` alone."""
    todo, seen = [start], set[int]()
    while todo:
        new = (inside & set(graph.blocks[todo.pop()].targets())) - seen
        if start in new:
            return True
        todo += new
        seen |= new
    return False


def _yields_at_once(graph: Graph, start: tuple[int, int]) -> bool:
    """Some way leads from the place `start` to a yield, on which nothing is waited for."""
    return any(map(_is_yield, _on_the_way(graph, [start], _surely_waits, raising=False)))


def _waits_on_the_way(graph: Graph, starts: list[tuple[int, int]]) -> bool:
    """Something is waited for between the `starts` (places in blocks) and the next yields."""
    return any(map(may_wait, _on_the_way(graph, starts, _is_yield, raising=True)))


def _on_the_way(
    graph: Graph,
    starts: list[tuple[int, int]],
    until: Callable[[events.Event], bool],
    *,
    raising: bool,
) -> Iterator[events.Event]:
    """The events behind the `starts`, on each way as far as `until`.

    `raising`: what comes before that may also raise, so that its handler runs.
    """
    todo, seen = [*starts], set(starts)
    while todo:
        number, place = todo.pop()
        block = graph.blocks[number]
        ways: set[tuple[int, int]] = set()
        for event in (*block.events[place:], *([block.terminator] if block.terminator else [])):
            yield event
            if until(event):
                break
        else:
            ways.update((way, 0) for way in graph.successors(block))
        if raising and block.handler >= 0:
            ways.add((block.handler, 0))
        todo += ways - seen
        seen |= ways


def _is_yield(event: events.Event) -> bool:
    return isinstance(event, events.Yield)


def _surely_waits(event: events.Event) -> bool:
    """Control goes back to the event loop here."""
    if isinstance(event, (events.Await, Next, events.Enter, events.Leave)):
        return may_wait(event) and event.surely
    return False


def _waits_long(event: events.Event) -> bool:
    limited = isinstance(event, events.Await) and (event.limited or event.expires)
    return _surely_waits(event) and not limited


def may_wait(event: events.Event | None) -> bool:
    """Control may come back to the event loop here."""
    if isinstance(event, events.Await):
        return event.suspends
    if isinstance(event, Next):
        return event.is_async and event.suspends
    return isinstance(event, (events.Enter, events.Leave)) and event.is_async
