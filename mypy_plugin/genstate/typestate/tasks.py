"""The transfer functions of awaitables: awaited, handed over, waited for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from genstate.cfg.events import Await, Operate, Start
from genstate.cfg.exceptions import EXPIRED, RUNTIME_ERROR, STOP_ITERATION
from genstate.cfg.terminators import Next
from genstate.cfg.vocabulary import Operation, Place
from genstate.typestate import operations
from genstate.typestate.contract import State
from genstate.typestate.facts import Clash, Reuse, Use
from genstate.typestate.operations import Request, Result
from genstate.typestate.store import Store
from genstate.typestate.values import (
    LOST,
    UNKNOWN,
    Awaitable,
    Being,
    Busy,
    Condition,
    Done,
    Generator,
    Object,
    Pending,
    Task,
    Thrown,
    Value,
    is_none,
    ordered,
    thrown,
)
from genstate.typestate.ways import Ways

#: A StopIteration that would come out of an `await` ends it, or becomes a RuntimeError (PEP 479).
_OUT_OF_AWAIT: Final = frozenset({Thrown(excluded=frozenset({STOP_ITERATION}))})


class TaskTransfer(Ways):
    """What becomes of operations between the call that makes them and their result."""

    def await_(self, event: Await, store: Store) -> Iterator[Store]:
        for atom in ordered(store.value(event.awaitable)):
            if isinstance(atom, Awaitable):
                for condition in ordered(store.conditions(atom.object)):
                    yield from self._await_operation(event, store, atom, condition)
                continue
            self._note_await(event, event.node, None)
            after = store.suspended()
            if isinstance(atom, Task):
                yield from self._await_task(event, after, atom)
            else:
                yield from self._await_unknown(event, after, frozenset({atom}))

    def _await_unknown(self, event: Await, store: Store, value: Value) -> Iterator[Store]:
        store = store.escape(value)
        self._raise_from_outside(store, _OUT_OF_AWAIT)
        if event.returns:
            yield self._bind(store, event.target, UNKNOWN)

    def _await_operation(
        self, event: Await, store: Store, awaitable: Awaitable, condition: Condition
    ) -> Iterator[Store]:
        if isinstance(condition, Done):
            self._note_await(event, event.node, self._reuse(condition))
            self._raise(store, thrown(RUNTIME_ERROR, exact=True))
            return
        self._note_await(event, event.node, None)
        if not isinstance(condition, Pending):
            self._raise_from_outside(store)
            yield self._bind(store, event.target, UNKNOWN)
            return
        store = store.with_object(awaitable.object, (Done(condition.site, event.line),))
        self._note_use(event, store, condition)
        self._note_drive(event, event.node, store, condition.receiver)
        if event.expires:
            self._expire(event, store, condition)
        yield from self._perform(event, store, condition)

    def _expire(self, event: Await, store: Store, pending: Pending) -> None:
        """The time is over while the one generator's body waits: it is closed."""
        generator = next(iter(pending.receiver))
        if len(pending.receiver) == 1 and isinstance(generator, Generator):
            late = self._closed_by_timeout(store, generator, pending, event.line)
            if late is not None:
                self._raise(late, thrown(EXPIRED, exact=True))

    def _closed_by_timeout(
        self, store: Store, generator: Generator, pending: Pending, line: int
    ) -> Store | None:
        """The store where a timeout has cancelled the operation; None where that cannot be."""
        states = store.conditions(generator.object)
        if generator.object.older or not any(_may_wait(pending, generator, s) for s in states):
            return None
        closed = Being(State.CLOSED.value, "timed out", line, 0)
        return store.with_object(generator.object, (closed,))

    def _perform(self, event: Await, store: Store, pending: Pending) -> Iterator[Store]:
        """The operation takes effect."""
        operate, request = self._request(pending)
        for result in operations.perform(store, request):
            after = result.store.suspended() if event.suspends else result.store
            result = replace(result, store=after)
            yield from self._deliver(event.target, result, operate.receiver, pending.receiver)

    def _note_use(self, event: Await | Start, store: Store, pending: Pending) -> None:
        """The operation takes effect here, or some time after it was handed over here."""
        if self.facts is not None:
            operate, request = self._request(pending)
            self.facts.used(Use(operate, event, request, store))

    def _request(self, pending: Pending) -> tuple[Operate, Request]:
        operate = self._events[pending.site]
        assert isinstance(operate, Operate)
        request = Request(
            pending.operation,
            operate.line,
            pending.receiver,
            pending.argument,
            operate.default,
            operate.endless,
            operate.protocol,
            pending.site,
        )
        return operate, request

    def _deliver(
        self, target: Place, result: Result, receiver: Place, asked: Value
    ) -> Iterator[Store]:
        """The ways on behind an operation. If `receiver` still holds those that were `asked`, it
        is known now which of them it was."""
        store = result.store
        meant = store.value(receiver)
        if result.receiver in meant and len(meant) > 1 and meant == asked:
            store = store.refine(receiver, frozenset({result.receiver}))
        if result.value is not None:
            yield self._bind(store, target, result.value)
        elif result.raised is not None and result.receiver is None:
            self._raise_from_outside(store, result.raised)
        elif result.raised is not None:
            self._raise(store, result.raised)

    # Handed over.

    def start(self, event: Start, store: Store) -> Iterable[Store]:
        """Each operation is in flight now, until somebody waits for it, or something else runs."""
        started: list[Object] = []
        understood = True
        for place, node in zip(event.operations, event.nodes, strict=True):
            value = store.value(place)
            atom = next(iter(value)) if len(value) == 1 else None
            if isinstance(atom, Awaitable) and atom.object in started:
                continue  # `gather` folds equal arguments
            self._note_start(event, node, store, value)
            begun = self._begin(event, store, atom) if isinstance(atom, Awaitable) else None
            if isinstance(atom, Awaitable) and begun is not None:
                store = begun
                started.append(atom.object)
            else:
                understood = False
                store = store if isinstance(atom, Task) else store.escape(value)
        self._raise_from_outside(store)
        task = frozenset({Task(tuple(started), self._sites[id(event)])})
        if understood:
            return (self._bind(store, event.target, task),)
        return (self._bind(store.escape(task), event.target, UNKNOWN),)

    def _begin(self, event: Start, store: Store, awaitable: Awaitable) -> Store | None:
        """The store with one operation in flight; None where it is not known which."""
        conditions = store.conditions(awaitable.object)
        pending = next(iter(conditions)) if len(conditions) == 1 else None
        if not isinstance(pending, Pending) or len(pending.receiver) != 1 or awaitable.object.older:
            return None
        generator = next(iter(pending.receiver))
        if not isinstance(generator, Generator):
            return None
        states = store.conditions(generator.object)
        busy: set[Condition] = {
            Busy(
                awaitable.object,
                self._sites[id(event)],
                condition,
                unfinished=_may_wait(pending, generator, condition),
            )
            if isinstance(condition, Being) and condition.state
            else LOST
            for condition in states
        }
        done = Done(pending.site, event.line, pending)
        store = store.with_object(awaitable.object, (done,))
        return store.with_object(generator.object, {LOST} if LOST in busy else busy)

    def _await_task(self, event: Await, store: Store, task: Task) -> Iterator[Store]:
        """What was handed over comes to its end; what comes of it comes here."""
        starter = self._events[task.starter]
        assert isinstance(starter, Start)
        pending = self._in_flight(store, task)
        if pending is None:
            yield from self._await_unknown(event, store, frozenset({task}))
            return
        generator, waiting, befores = pending
        store = store.with_object(generator.object, befores)
        over = Done(waiting.site, starter.line)
        store = store.with_object(task.operations[0], (over,))
        late = self._closed_by_timeout(store, generator, waiting, starter.line)
        if starter.timeout is not None and late is not None:
            self._raise(late, thrown(starter.timeout, exact=True))
        yield from self._perform(event, store, waiting)

    def _in_flight(
        self, store: Store, task: Task
    ) -> tuple[Generator, Pending, frozenset[Condition]] | None:
        """The one operation that a task stands for, with the states in which it found its
        generator; None where something else may have been done to it."""
        if len(task.operations) != 1:
            return None
        conditions = store.conditions(task.operations[0])
        done = next(iter(conditions)) if len(conditions) == 1 else None
        if not isinstance(done, Done) or done.pending is None:
            return None
        generator = next(iter(done.pending.receiver))
        assert isinstance(generator, Generator)
        befores: set[Condition] = set()
        for condition in store.conditions(generator.object):
            if not isinstance(condition, Busy) or condition.operation != task.operations[0]:
                return None
            befores.add(condition.before)
        return generator, done.pending, frozenset(befores)

    # Noted down.

    def _note_await(self, event: Await | Start, node: object, reuse: Reuse | None) -> None:
        if self.facts is not None:
            self.facts.reused(event, node, reuse)

    def _note_start(self, event: Start, node: object, store: Store, value: Value) -> None:
        conditions = [
            condition
            for atom in ordered(value)
            if isinstance(atom, Awaitable)
            for condition in ordered(store.conditions(atom.object))
        ]
        for pending in conditions:
            if isinstance(pending, Pending):
                self._note_use(event, store, pending)
        condition = conditions[0] if len(value) == len(conditions) == 1 else None
        reuse = self._reuse(condition) if isinstance(condition, Done) else None
        self._note_await(event, node, reuse)
        receiver = condition.receiver if isinstance(condition, Pending) else UNKNOWN
        self._note_drive(event, node, store, receiver)

    def _reuse(self, done: Done) -> Reuse:
        operation = self._events[done.site]
        assert isinstance(operation, Operate)
        return Reuse(operation, done.line)

    def _note_drive(
        self, event: Await | Next | Start, node: object, store: Store, receiver: Value
    ) -> None:
        """An operation on `receiver` begins at `node`."""
        if self.facts is not None:
            self.facts.drives(event, node, self._clash(store, receiver))

    def _clash(self, store: Store, receiver: Value) -> Clash | None:
        """What the operation certainly clashes with, on every generator that it may be done to."""
        found: Clash | None = None
        for atom in ordered(receiver):
            if not isinstance(atom, Generator):
                return None
            for condition in store.conditions(atom.object):
                if not isinstance(condition, Busy) or not condition.unfinished:
                    return None
                starter = self._events[condition.starter]
                assert isinstance(starter, Start)
                found = found or Clash(atom, starter)
        return found


def _may_wait(pending: Pending, generator: Generator, state: Condition) -> bool:
    """The operation, once begun, may have to wait for something that the body waits for."""
    if not isinstance(state, Being):
        return False
    waits = generator.function.body.waits
    if state.state == State.SUSPENDED.value:
        throws = pending.operation in (Operation.THROW, Operation.CLOSE)
        return waits.thrown if throws else waits.later
    starts = pending.operation is Operation.NEXT or (
        pending.operation is Operation.SEND and all(is_none(atom) for atom in pending.argument)
    )
    return state.state == State.CREATED.value and waits.first and starts
