"""The states with which control comes to each line of a function, and those with which it goes on.

Made for people who look at what the analysis believes. The rules have no part in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from genstate.cfg import events, terminators
from genstate.cfg.events import Event
from genstate.cfg.graph import Graph
from genstate.cfg.terminators import Block
from genstate.cfg.vocabulary import REMEMBERED, Place
from genstate.typestate.solution import Question, explore
from genstate.typestate.store import Store
from genstate.typestate.transfer import Transfer


class Spot(NamedTuple):
    """A line of the source; of a `with` statement, its beginning or its end."""

    line: int
    is_end: bool = False


@dataclass(slots=True)
class Seen:
    """What passes by a spot: the stores before it, and those behind it on the normal way on."""

    before: dict[Store, None] = field(default_factory=dict)
    after: dict[Store, None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Watched:
    """A function, as it was watched.

    Attributes:
        spots: what passes by each.
        origins: the lines of the events that make objects, by site.
    """

    spots: dict[Spot, Seen]
    origins: dict[int, int]


def watch(graph: Graph) -> Watched:
    """Solve `graph` once more. Variables that are used no more are followed to the end."""
    names = {place for place in _places(graph) if is_variable(place)}
    watcher, reached = explore(graph, Question(kept=frozenset(names)), _Watcher)
    watcher.watching = True
    for number in sorted(reached):
        for store in reached[number]:
            watcher.block(number, store)
    return Watched(watcher.spots, watcher.origins())


def is_variable(place: Place) -> bool:
    """Is it one of the function's own variables?"""
    return not place.startswith(("%", REMEMBERED))


def _places(graph: Graph) -> Iterable[Place]:
    for _, event in graph.events():
        yield from event.defines()
        yield from event.uses()


class _Watcher(Transfer):
    """Notes down where control passes from one spot to another."""

    def __init__(self, graph: Graph, live: list[frozenset[Place]]) -> None:
        super().__init__(graph, live)
        self.watching = False
        self.spots: dict[Spot, Seen] = {}
        self._number = 0
        self._previous: dict[int, Spot] = {}
        self._first: dict[int, Spot] = {}
        self._last: dict[int, Spot] = {}
        self._ends = _ends(graph)
        for block in graph.blocks:
            self._look_at(block)

    def origins(self) -> dict[int, int]:
        lines = {id(event): event.line for _, event in self._graph.events()}
        return {site: lines[made] for made, site in self._sites.items() if made in lines}

    def _look_at(self, block: Block) -> None:
        """Note down the first and last spot of a block, and for each event the one before it."""
        before: Spot | None = None
        for event in (*block.events, block.terminator):
            spot = None if event is None else self._spot_of(event)
            if event is None or spot is None:
                continue
            if before is None:
                self._first[block.number] = spot
            elif before != spot:
                self._previous[id(event)] = before
            before = spot
        if before is not None:
            self._last[block.number] = before

    def block(self, number: int, store: Store) -> Iterable[tuple[int, Store]]:
        if self.watching and number == 0 and number in self._first:
            self._seen(self._first[number]).before[store] = None
        self._number = number
        leaving = list(super().block(number, store))
        last = self._last.get(number)
        if self.watching and last is not None:
            for to, after in leaving:
                self._pass(last, to, after, normal=to != self._graph.blocks[number].handler)
        return leaving

    def _pass(self, last: Spot, to: int, store: Store, *, normal: bool) -> None:
        first = self._first_from(to)
        if first == last:
            return
        if normal:
            self._seen(last).after[store] = None
        if first is not None:
            self._seen(first).before[store] = None

    def _first_from(self, number: int) -> Spot | None:
        """The first spot from a block on; blocks that only jump have none of their own."""
        seen: set[int] = set()
        while number not in self._first and number not in seen:
            seen.add(number)
            end = self._graph.blocks[number].terminator
            if not isinstance(end, terminators.Jump):
                return None
            number = end.to
        return self._first.get(number)

    def _step(self, event: Event, store: Store) -> Iterable[Store]:
        self._arrive(event, store)
        return super()._step(event, store)

    def _terminate(self, terminator: terminators.Terminator, store: Store) -> None:
        self._arrive(terminator, store)
        if self.watching and isinstance(terminator, terminators.Return):
            spot = self._last.get(self._number)
            if spot is not None:
                self._seen(spot).after[store] = None
        super()._terminate(terminator, store)

    def _arrive(self, event: Event, store: Store) -> None:
        previous = self._previous.get(id(event)) if self.watching else None
        spot = self._spot_of(event)
        if previous is not None and spot is not None:
            self._seen(previous).after[store] = None
            self._seen(spot).before[store] = None

    def _seen(self, spot: Spot) -> Seen:
        return self.spots.setdefault(spot, Seen())

    def _spot_of(self, event: Event) -> Spot | None:
        """Where an event stands; None for one that no line stands for."""
        if event.line < 1 or _is_silent(event):
            return None
        return Spot(event.line, id(event) in self._ends)


def _is_silent(event: Event) -> bool:
    """It only passes control on, or an exception that was there before."""
    if isinstance(event, terminators.Raise):
        return not event.explicit
    if isinstance(event, (events.Copy, events.Forget)):
        return not any(is_variable(place) for place in event.defines())
    return isinstance(event, terminators.Jump)


def _ends(graph: Graph) -> set[int]:
    """The events that belong to the end of a `with` statement, by identity.

    They have the line of its beginning. What stands in one block with the leaving belongs to it,
    and so do the blocks behind it, as long as they stay on that line.
    """
    found: set[int] = set()
    behind: dict[int, int] = {}
    for number in reversed(graph.postorder()):
        block = graph.blocks[number]
        own = [e for e in (*block.events, block.terminator) if e is not None]
        lines = {e.line for e in own if isinstance(e, events.Leave)}
        if number in behind and all(e.line == behind[number] or _is_silent(e) for e in own):
            lines.add(behind[number])
        found.update(id(e) for e in own if e.line in lines)
        last = [e for e in own if not _is_silent(e)][-1:]
        for line in (e.line for e in last if e.line in lines):
            behind.update(dict.fromkeys(graph.successors(block), line))
    return found
