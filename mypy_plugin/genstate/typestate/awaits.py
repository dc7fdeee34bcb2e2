"""The transfer functions of operations: awaited on the spot, or cut short by a limit of time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from genstate.cfg.events import Await, Event, Operate, Start
from genstate.cfg.exceptions import CANCELLED, EXPIRED, RUNTIME_ERROR
from genstate.cfg.terminators import Next
from genstate.cfg.vocabulary import Operation, Place
from genstate.typestate import operations
from genstate.typestate.conditions import LATE, Being, Busy, Called, Condition, Done, Pending, Work
from genstate.typestate.contract import State
from genstate.typestate.facts import Clash, Reuse, Use
from genstate.typestate.following import CallTransfer
from genstate.typestate.operations import OUT_OF_AWAIT, Request, Result
from genstate.typestate.store import Store
from genstate.typestate.values import (
    UNKNOWN,
    Awaitable,
    Generator,
    Object,
    Value,
    is_none,
    ordered,
    thrown,
)

_CANCELLATION: Final = thrown(CANCELLED)


def ended(store: Store, awaitable: Object, result: Result) -> Store:
    """The store in which it is known how what was handed over has come out."""
    failed = result.raised is not None
    conditions = (
        replace(each, failed=failed) if isinstance(each, Done) else each
        for each in store.conditions(awaitable)
    )
    return store.with_object(awaitable, conditions)


class AwaitTransfer(CallTransfer):
    """What becomes of operations between the call that makes them and their result."""

    def _await_unknown(self, event: Await, store: Store, value: Value) -> Iterator[Store]:
        store = store.escape(value)
        self._raise_from_outside(store, _CANCELLATION if event.switches else OUT_OF_AWAIT)
        if event.returns:
            yield self._bind(store, event.target, UNKNOWN)

    def _await_operation(
        self, event: Await, store: Store, awaitable: Awaitable, condition: Condition
    ) -> Iterator[Store]:
        if isinstance(condition, Done):
            self._note_await(event, event.node, self._reuse(condition))
            if condition.line != event.line:  # another operation was begun there, not here
                self._note_drive(event, event.node, store, None)
            if self._is_spared(condition):
                yield from self._await_unknown(event, store, frozenset({awaitable}))
            elif condition.pending is None:
                self._raise(store, thrown(RUNTIME_ERROR, exact=True))
                if condition.loose:
                    late = store.doubted_if_late()
                    yield from self._await_unknown(event, late, frozenset({awaitable}))
            else:
                # Whichever of the two begins first, the other finds it begun.
                both = condition.pending.receiver | {awaitable}
                self._raise(store.escape(both), thrown(RUNTIME_ERROR, exact=True))
                yield from self._await_unknown(event, store.doubted_if_late(), both)
            return
        self._note_await(event, event.node, None)
        if not isinstance(condition, (Pending, Called)):
            self._raise_from_outside(store, OUT_OF_AWAIT)
            yield self._bind(store, event.target, UNKNOWN)
            return
        store = store.with_object(awaitable.object, (Done(condition.site, event.line),))
        self._note_use(event, store, condition)
        self._note_drive(event, event.node, store, condition)
        if event.expires:
            self._expire(event, store, awaitable.object, condition)
        yield from self._perform(event, store, condition)

    def _expire(self, event: Await, store: Store, awaitable: Object, work: Work) -> None:
        """The time is over while the one generator's body waits: it is closed."""
        generator = next(iter(work.receiver), None)
        if len(work.receiver) == 1 and isinstance(generator, Generator):
            late = self._late(store, generator, work, event.line)
            if late is not None:
                done = Done(work.site, event.line, failed=True, cancelled=True)
                late = late.with_object(awaitable, (done,))
                self._raise(late, thrown(EXPIRED, exact=True))

    def _late(self, store: Store, generator: Generator, work: Work, line: int) -> Store | None:
        """The store where a timeout has cancelled the operation; None where that cannot be."""
        if isinstance(work, Called) and not (work.opening and work.alone):
            return store.escape(work.receiver)
        states = store.conditions(generator.object)
        if generator.object.older or generator.function.body.survives:
            return None
        if not any(may_wait(work, generator, state) for state in states):
            return None
        closed = Being(State.CLOSED.value, LATE, line, 0)
        late = store.with_object(generator.object, (closed,))
        return late if generator.function.body.waits.ever else late.doubted()

    def _perform(
        self, event: Await, store: Store, work: Work, task: Object | None = None
    ) -> Iterator[Store]:
        """The operation takes effect; how it comes out is kept where a `task` has done it."""
        for result in self._outcomes(event, store, work):
            after = result.store.suspended() if event.suspends else result.store
            after = after if task is None else ended(after, task, result)
            result = replace(result, store=after)
            if isinstance(work, Pending):
                receiver = self._request(work)[0].receiver
                yield from self._deliver(event.target, result, receiver, work.receiver)
            elif result.raised is not None:
                self._raise_out_of_call(store, after, result.raised)
            elif result.value is not None and event.returns:
                yield self._bind(after, event.target, result.value)

    def _outcomes(self, event: Await, store: Store, work: Work) -> Iterator[Result]:
        """All ways in which what somebody awaits can come out."""
        if isinstance(work, Called):
            yield from self.run(event, store, work)
            return
        operate, request = self._request(work)
        if operate.fallback is not None and not event.suspends:
            request = replace(request, fallback=store.value(operate.fallback))
        yield from operations.perform(store, request)

    def _note_use(self, event: Await | Start, store: Store, work: Work) -> None:
        """The operation takes effect here, or some time after it was handed over here."""
        if self.facts is None:
            return
        if isinstance(work, Pending):
            operate, request = self._request(work)
            self.facts.used(Use(operate, event, request, store))
        else:
            surely = work.opening is not None or isinstance(event, Await)
            self.note_call(event, store, work, surely=surely)

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

    # Noted down.

    def _note_await(self, event: Await | Start, node: object, reuse: Reuse | None) -> None:
        if self.facts is not None:
            self.facts.reused(event, node, reuse)

    def _reuse(self, done: Done) -> Reuse | None:
        """To await a coroutine twice is a mistake, too, but none that has to do with generators."""
        operation = self._events[done.site]
        if not isinstance(operation, Operate) or self._is_spared(done):
            return None
        goes_on = None if done.loose else done.pending is not None
        return Reuse(operation, done.line, goes_on)

    def _is_spared(self, done: Done) -> bool:
        """Before Python 3.13, a cancellation does not use up the awaitable of such an operation."""
        operation = self._events[done.site]
        return (
            done.cancelled
            and isinstance(operation, Operate)
            and operation.operation in (Operation.THROW, Operation.CLOSE)
        )

    def _note_drive(
        self,
        event: Await | Next | Start,
        node: object,
        store: Store,
        work: Work | None,
        awaitable: Object | None = None,
    ) -> None:
        """An operation begins at `node`, if it is known: at once, or when its task runs that gets
        the `awaitable`.
        """
        if self.facts is not None:
            first = work.opening if isinstance(work, Called) else work
            clash = None if first is None else self._clash(store, first, awaitable)
            self.facts.drives(event, node, clash)

    def _clash(self, store: Store, first: Pending, awaitable: Object | None) -> Clash | None:
        """What the operation certainly clashes with, on every generator that it may be done to.

        What is done at once comes before what was handed over: it has to wait for that to begin.
        """
        found: Clash | None = None
        involved = set[Event]()
        for atom in ordered(first.receiver):
            if not isinstance(atom, Generator):
                return None
            for condition in store.conditions(atom.object):
                if not isinstance(condition, Busy) or not condition.unfinished:
                    return None
                if awaitable is None and not _lets_in(first, atom, condition):
                    self._note_forestalled(first, condition)
                    return None
                starter = self._events[condition.starter]
                assert isinstance(starter, Start)
                if awaitable is not None:
                    involved.update(
                        self._events[each.site] for each in (condition.operations[0], awaitable)
                    )
                found = found or Clash(atom, starter, frozenset())
        return None if found is None else replace(found, operations=frozenset(involved))

    def _note_forestalled(self, first: Pending, busy: Busy) -> None:
        """What is done at once may end the body, before what was handed over begins."""
        if self.facts is not None and first.operation is not Operation.SEND:
            operations = (self._events[each.site] for each in busy.operations)
            self.facts.forestalled.update(operations)


def _lets_in(first: Pending, generator: Generator, busy: Busy) -> bool:
    """While what comes first waits, what was handed over begins."""
    return all(may_wait(first, generator, state, surely=True) for state in busy.before)


def may_wait(work: Work, generator: Generator, state: Condition, *, surely: bool = False) -> bool:
    """The operation, once begun, may have to wait for something that the body waits for.

    `surely`: it does, unless it is the last one.
    """
    if isinstance(work, Called):
        opening = work.opening
        if opening is None or generator not in opening.receiver or not (work.alone or surely):
            return not surely
        return may_wait(opening, generator, state, surely=surely)
    if not isinstance(state, Being):
        return False
    waits = generator.function.body.waits
    if state.state == State.SUSPENDED.value:
        if work.operation in (Operation.THROW, Operation.CLOSE):
            return waits.thrown and not surely
        return waits.always if surely else waits.later
    starts = work.operation is Operation.NEXT or (
        work.operation is Operation.SEND and all(is_none(atom) for atom in work.argument)
    )
    first = waits.surely_first if surely else waits.first
    return state.state == State.CREATED.value and first and starts
