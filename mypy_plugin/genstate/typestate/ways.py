"""The ways out of an event: on behind it, to some block, or to the handler of its block."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from genstate.cfg.events import Event, Forget
from genstate.cfg.exceptions import GENERATOR_EXIT, UNBOUND_LOCAL_ERROR
from genstate.cfg.graph import Graph
from genstate.cfg.vocabulary import RAISED, Place
from genstate.typestate.facts import Facts
from genstate.typestate.store import Store
from genstate.typestate.values import Thrown, Value, ordered, thrown

#: What a call may raise. A GeneratorExit comes in where the function itself waits, not here.
ANYTHING: Final[Value] = frozenset({Thrown(excluded=frozenset({GENERATOR_EXIT}))})


class Ways:
    """What all transfer functions share: where stores go that leave the current block.

    Attributes:
        facts: where uses and yields are noted down, for the rules; None while solving.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._events = [event for _, event in graph.events()]
        self._sites = {id(event): site for site, event in enumerate(self._events)}
        self._reads = dict(_reads(graph, self._events))
        self._out: list[tuple[int, Store]] = []
        self._handler = -1
        self.facts: Facts | None = None

    def _raise(self, store: Store, exception: Value) -> None:
        if self._handler == self._graph.raise_exit:
            self._escaping(store, exception)
        elif self._handler >= 0:
            self._out.append((self._handler, self._bind(store, RAISED, exception)))

    def _escaping(self, store: Store, exception: Value) -> None:
        """Note what leaves the function by an exception.

        It is noted where it is raised: so many ways lead out that, put together, they would blur.
        """
        if self.facts is None:
            return
        store = store.touched(self._graph.fields)
        self.facts.failed(store, exception)
        if store.path.closing:
            self.facts.left(store, None)
        for atom in ordered(exception):
            if isinstance(atom, Thrown) and atom.origin >= 0:
                self.facts.left_by(self._events[atom.origin], atom.raised, store.path)

    def _raise_from_outside(self, store: Store, exception: Value = ANYTHING) -> None:
        """Something that is not followed raises. While an exception is dealt with, that is rare.

        Behind a timeout it may be nothing that can be raised there: a handler for the end of a
        generator is meant for one that was not closed by the timeout.
        """
        if (store.path.closing or store.path.thrown) and not store.path.failing:
            store = store.with_path(replace(store.path, failing=True))
        self._raise(store.doubted_if_late(), exception)

    def _reads_unbound(self, event: Event, store: Store) -> bool:
        """The event reads a variable that has no value: it raises, on this path."""
        for place in self._reads.get(id(event), ()):
            if store.is_unbound(place):
                self._raise(store, thrown(UNBOUND_LOCAL_ERROR, exact=True))
                return True
        return False

    def _bind(self, store: Store, place: Place, value: Value) -> Store:
        store = store.with_path(store.path.bound(place))
        return store.bind(place, value, self._graph.conditions)


def _reads(graph: Graph, inside: list[Event]) -> Iterator[tuple[int, tuple[Place, ...]]]:
    """The events that read a variable which may have no value, by identity, with what they read."""
    forgotten = [event.places for event in inside if isinstance(event, Forget)]
    unbound = graph.locals.union(*forgotten)
    for event in inside:
        read = tuple(place for place in event.uses() if place in unbound)
        if read:
            yield id(event), read
