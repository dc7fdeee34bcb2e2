"""The transfer function of loop heads: the next value, or the end."""

from __future__ import annotations

from genstate.cfg import terminators
from genstate.cfg.vocabulary import Operation
from genstate.typestate import operations
from genstate.typestate.facts import Use
from genstate.typestate.operations import Request
from genstate.typestate.store import Store
from genstate.typestate.tasks import TaskTransfer
from genstate.typestate.values import UNKNOWN, Atom, Driven, Generator, Tuple, ordered


class LoopTransfer(TaskTransfer):
    """What a loop does with the thing that it iterates over."""

    def _after_loop(self, event: terminators.Next, store: Store) -> Store:
        """A loop has run out whose own body decides by the loop variable whether it does."""
        if (event.decides or event.forwards) and not store.path.yielded:
            return store.doubted()
        return store

    def _once_more(self, event: terminators.Next, store: Store) -> Store:
        """A generator that is forwarded gives a value behind the yield that was forwarded."""
        if event.forwards and store.path.yielded:
            return store.doubted()
        return store

    def _next(self, event: terminators.Next, store: Store) -> None:
        for atom in ordered(store.value(event.iterator)):
            if isinstance(atom, Tuple):
                self._next_item(event, store, atom)
            elif isinstance(atom, (Generator, Driven)):
                self._next_value(event, store, atom)
            else:
                self._note_turn(event, store, atom)
                after = self._waited(event, store).escape(frozenset({atom}))
                if event.raises:
                    self._raise_from_outside(after)
                if not event.endless:
                    self._out.append((event.done, self._after_loop(event, after)))
                again = self._once_more(event, after)
                self._out.append((event.body, self._bind(again, event.target, UNKNOWN)))

    def _waited(self, event: terminators.Next, store: Store) -> Store:
        return store.suspended() if event.is_async else store

    def _next_item(self, event: terminators.Next, store: Store, items: Tuple) -> None:
        if not items.items:
            self._out.append((event.done, self._after_loop(event, store)))
            if items.more:
                self._out.append((event.body, self._bind(store, event.target, UNKNOWN)))
            return
        rest = frozenset({Tuple(items.items[1:], items.more)})
        store = self._bind(store, event.iterator, rest)
        self._out.append((event.body, self._bind(store, event.target, items.items[0])))

    def _next_value(self, event: terminators.Next, store: Store, atom: Generator | Driven) -> None:
        """An async `for` drives its generator with `__anext__`, and ends where it is exhausted."""
        generator = atom.generator if isinstance(atom, Driven) else atom
        again = isinstance(atom, Driven)
        store = self._bind(store, event.iterator, frozenset({Driven(generator)}))
        request = self._note_turn(event, store, generator, again=again)
        if not again:
            self._note_drive(event, event.node, store, request.receiver)
        store = self._waited(event, store)
        for result in operations.perform(store, request):
            if result.stopped:
                self._out.append((event.done, self._after_loop(event, result.store)))
            elif result.value is not None:
                going_on = self._once_more(event, result.store)
                after = self._bind(going_on, event.target, result.value)
                self._out.append((event.body, after))
            elif result.raised is not None:
                self._raise(result.store, result.raised)

    def _note_turn(
        self, event: terminators.Next, store: Store, atom: Atom, *, again: bool = False
    ) -> Request:
        """A loop over something unknown counts as well: what is certain holds in all copies."""
        request = Request(Operation.NEXT, event.line, frozenset({atom}))
        if self.facts is not None:
            self.facts.used(Use(event, event, request, store, again))
        return request
