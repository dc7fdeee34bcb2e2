"""The transfer functions of what takes values out of a generator at once."""

from __future__ import annotations

from collections.abc import Iterator

from genstate.cfg.events import Consume, Unpack
from genstate.cfg.exceptions import VALUE_ERROR
from genstate.cfg.vocabulary import Operation, Protocol
from genstate.typestate import operations
from genstate.typestate.facts import Use
from genstate.typestate.managers import ManagerTransfer
from genstate.typestate.operations import Request, Result
from genstate.typestate.store import Store
from genstate.typestate.values import UNKNOWN, Atom, Generator, ordered, thrown


class ConsumeTransfer(ManagerTransfer):
    """What `list(g)`, `x in g`, and the like do, by the same contract as loops."""

    def consume(self, event: Consume, store: Store) -> Iterator[Store]:
        for atom in ordered(store.value(event.source)):
            request = _request(event.line, atom)
            if self.facts is not None:
                self.facts.used(Use(event, event, request, store))
            if not isinstance(atom, Generator):
                after = store.escape(frozenset({atom}))
                self._raise_from_outside(after)
                yield after
                continue
            if event.through.unasked:
                yield store
            for result in self._taken(store, request):
                if result.stopped:
                    yield result.store
                    continue
                if event.through.raises or not event.quiet:
                    self._raise_from_outside(result.store)
                if event.through.early or event.early:
                    yield result.store
                elif self.facts is not None:
                    self.facts.used(Use(event, event, request, result.store, again=True))

    def _taken(self, store: Store, request: Request) -> Iterator[Result]:
        """All that comes of taking values up to the end."""
        return self._sorted_out(operations.repeat(store, request))

    def _asked(self, store: Store, request: Request) -> Iterator[Result]:
        """A value, or the end."""
        return self._sorted_out(operations.perform(store, request))

    def _sorted_out(self, results: Iterator[Result]) -> Iterator[Result]:
        """What the body raises goes its own way."""
        for result in results:
            if result.raised is not None and not result.stopped:
                self._raise(result.store, result.raised)
            else:
                yield result

    def _unpack_generator(self, event: Unpack, store: Store, atom: Generator) -> Iterator[Store]:
        """`a, b = g` takes one value more than there are names, to see that there is none."""
        request = _request(event.line, atom)
        starred = event.starred >= 0
        stores = [store]
        for _ in range(len(event.targets) - starred):
            stores = [after for before in stores for after in self._item(before, request)]
        for before in stores:
            rest = self._taken(before, request) if starred else self._asked(before, request)
            for result in rest:
                if result.stopped:
                    yield self._unpacked(event, result.store)
                elif not starred:
                    self._raise(result.store, thrown(VALUE_ERROR, exact=True))

    def _item(self, store: Store, request: Request) -> Iterator[Store]:
        for result in self._asked(store, request):
            if result.stopped:
                self._raise(result.store, thrown(VALUE_ERROR, exact=True))
            else:
                yield result.store

    def _unpacked(self, event: Unpack, store: Store) -> Store:
        for target in event.targets:
            store = self._bind(store, target, UNKNOWN)
        return store


def _request(line: int, atom: Atom) -> Request:
    return Request(Operation.NEXT, line, frozenset({atom}), protocol=Protocol.SYNC)
