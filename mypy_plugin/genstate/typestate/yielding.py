"""The transfer function of a function's own yields."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from genstate.cfg.events import Change, Yield
from genstate.cfg.exceptions import BASE_EXCEPTION, GENERATOR_EXIT
from genstate.cfg.graph import Graph
from genstate.cfg.vocabulary import Protocol, Role
from genstate.typestate import contract
from genstate.typestate.consuming import ConsumeTransfer
from genstate.typestate.store import Store
from genstate.typestate.values import UNKNOWN, Thrown, Value, thrown


class YieldTransfer(ConsumeTransfer):
    """What comes in at a yield: a value, an exception, the end.

    Attributes:
        thrown_in: what the with-block of a context manager raises. None puts that off: what is to
            follow is kept in `failing`.
        failing: the yields at which the with-block may fail, each with the handler of its block and
            the store there.
    """

    def __init__(self, graph: Graph) -> None:
        super().__init__(graph)
        self.thrown_in: Value | None = frozenset({Thrown()})
        self.failing: dict[tuple[int, Yield, Store], None] = {}

    def yield_(self, event: Yield, store: Store) -> Iterable[Store]:
        """A yield hands its value out, and waits: for a value, an exception, or to be closed."""
        store = store.suspended()
        if event.value is not None:
            store = store.escape(store.value(event.value))
        if self.facts is not None:
            self.facts.yielded(event, store)
        inside = store
        if event.inner is not None:  # what is thrown in goes there first
            inside = store.escape(store.value(event.inner))
        path = store.path
        if path.closing or path.yielded:
            return ()  # what is wrong is wrong here: nothing behind it is of interest
        if self._graph.role in (Role.CONTEXT_MANAGER, Role.FIXTURE):
            store = store.with_path(replace(path, yielded=event.line, guessed=False))
            if self._graph.role is Role.CONTEXT_MANAGER:
                self._fail_block(event, inside.with_path(replace(store.path, thrown=True)))
        else:
            closing = inside.with_path(replace(path, closing=event.line))
            self._raise(closing, thrown(GENERATOR_EXIT, exact=True))
            self._raise(inside, _come_out(event, thrown(BASE_EXCEPTION)))
        return (self._bind(store, event.target, UNKNOWN),)

    def change(self, event: Change, store: Store) -> Iterable[Store]:
        """What the function works out itself is of interest where it decides about yields."""
        if event.sources and not store.path.has_made(event.sources):
            return (store,)
        return (store.with_path(store.path.made(event.names)),)

    def _fail_block(self, event: Yield, store: Store) -> None:
        """The with-block of a context manager fails at the yield."""
        if self.thrown_in is not None:
            self._raise(store, _come_out(event, self.thrown_in))
        elif self.facts is not None:
            self.failing[self._handler, event, store] = None


def _come_out(event: Yield, thrown_in: Value) -> Value:
    """What comes of an exception that is thrown in at a yield."""
    if not event.converts:
        return thrown_in
    converted = contract.converted(Protocol.SYNC)
    return frozenset(
        replace(atom, excluded=atom.excluded | converted)
        for atom in thrown_in
        if isinstance(atom, Thrown)
    )
