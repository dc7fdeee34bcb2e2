"""The transfer function of loop heads: the next value, or the end."""

from __future__ import annotations

from genstate.cfg import terminators
from genstate.cfg.exceptions import EXPIRED
from genstate.cfg.vocabulary import Dependence, Operation, Protocol, turns_of
from genstate.typestate import branches, operations
from genstate.typestate.conditions import Pending
from genstate.typestate.facts import Use
from genstate.typestate.operations import Request
from genstate.typestate.store import Store
from genstate.typestate.tasks import TaskTransfer
from genstate.typestate.values import (
    UNKNOWN,
    Atom,
    Driven,
    Generator,
    Tuple,
    Unknown,
    Value,
    ordered,
    thrown,
    truth,
)


class LoopTransfer(TaskTransfer):
    """What a loop does with the thing that it iterates over."""

    def _end(self, event: terminators.Next, store: Store, *, sure: bool = False) -> None:
        """The loop runs out. Before the first yield it may be meant to be left otherwise."""
        depends = event.depends
        if not sure:
            store = branches.guessing((turns_of(event.iterator),), store)
        if store.path.yielded:
            depends &= ~(Dependence.ELEMENT | Dependence.GIVEN)
        self._out.append((event.done, branches.hanging_on(depends, store)))

    def _turn(
        self,
        event: terminators.Next,
        store: Store,
        value: Value,
        *,
        again: bool,
        sure: bool = False,
    ) -> None:
        """The loop takes a value. A generator that has given one may be meant to give no other."""
        depends = event.depends & ~Dependence.ELEMENT
        if not (again and store.path.yielded):
            depends &= ~Dependence.GIVEN
        if not sure:
            store = branches.guessing((turns_of(event.iterator),), store)
        store = branches.hanging_on(depends, store)
        self._out.append((event.body, self._bind(store, event.target, value)))

    def _next(self, event: terminators.Next, store: Store) -> None:
        for atom in ordered(store.value(event.iterator)):
            entered = atom.generator if isinstance(atom, Driven) else atom
            if isinstance(atom, Tuple):
                self._next_item(event, store, atom)
            elif isinstance(entered, Generator):
                self._next_value(event, store, entered, again=isinstance(atom, Driven))
            else:
                self._next_unknown(event, store, atom)

    def _next_unknown(self, event: terminators.Next, store: Store, atom: Atom) -> None:
        self._note_turn(event, store, atom, again=isinstance(atom, Driven))
        store = self._waited(event, store).escape(frozenset({atom}))
        if event.raises:
            # What tells the end ends the loop, and no StopIteration leaves a coroutine.
            protocol = Protocol.ASYNC if event.is_async else Protocol.SYNC
            self._raise_from_outside(store, operations.OUT_OF_BODY[protocol])
        filled = event.sized and truth(atom) is True
        if not event.endless and not filled:
            self._end(event, store)
        if filled:
            store = self._bind(store, event.iterator, UNKNOWN)  # for the first turn alone
        again = isinstance(atom, Driven)
        if Dependence.GIVEN in event.depends:
            store = self._bind(store, event.iterator, frozenset({Driven(Unknown())}))
        self._turn(event, store, UNKNOWN, again=again, sure=event.endless or filled)

    def _waited(self, event: terminators.Next, store: Store) -> Store:
        return store.suspended() if event.is_async else store

    def _next_item(self, event: terminators.Next, store: Store, items: Tuple) -> None:
        store = self._waited(event, store)
        if not items.items:
            self._end(event, store, sure=not items.more)
            if items.more:
                self._turn(event, store, UNKNOWN, again=True)
            return
        rest = frozenset({Tuple(items.items[1:], items.more)})
        store = self._bind(store, event.iterator, rest)
        self._out.append((event.body, self._bind(store, event.target, items.items[0])))

    def _next_value(
        self, event: terminators.Next, store: Store, generator: Generator, *, again: bool
    ) -> None:
        """An async `for` drives its generator with `__anext__`, and ends where it is exhausted."""
        store = self._bind(store, event.iterator, frozenset({Driven(generator)}))
        request = self._note_turn(event, store, generator, again=again)
        if event.expires:
            self._expire_turn(event, store, generator)
        store = self._waited(event, store)
        if event.through.unasked:
            self._end(event, store)
        ask = operations.repeat if event.through.skips else operations.perform
        for result in ask(store, request):
            if result.stopped:
                self._end(event, result.store)
                if event.through.goes_on:
                    rest = self._bind(result.store, event.iterator, UNKNOWN)
                    self._turn(event, rest, UNKNOWN, again=True)
            elif result.value is not None:
                if event.through.raises:
                    self._raise_from_outside(result.store)
                if event.through.early:
                    self._end(event, result.store)
                self._turn(event, result.store, result.value, again=again)
            elif result.raised is not None:
                self._raise(result.store, result.raised)

    def _note_turn(
        self, event: terminators.Next, store: Store, atom: Atom, *, again: bool
    ) -> Request:
        """A loop over something unknown counts as well: what is certain holds in all copies."""
        request = Request(Operation.NEXT, event.line, frozenset({atom}))
        if self.facts is not None:
            self.facts.used(Use(event, event, request, store, again))
        if not again:
            self._note_drive(event, event.node, store, _turn_of(atom))
        return request

    def _expire_turn(self, event: terminators.Next, store: Store, generator: Generator) -> None:
        """The time is over while the loop waits for its next value."""
        late = self._late(store, generator, _turn_of(generator), event.line)
        if late is not None:
            self._raise(late, thrown(EXPIRED, exact=True))


def _turn_of(atom: Atom) -> Pending:
    """What a loop does to the thing that it iterates over."""
    return Pending(-1, Operation.NEXT, frozenset({atom}), UNKNOWN)
