"""The transfer functions of tasks: operations are handed over, and somebody waits for their end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from genstate.cfg.events import Await, Start
from genstate.cfg.exceptions import EXPIRED, RUNTIME_ERROR, ExceptionClass
from genstate.typestate import operations
from genstate.typestate.awaits import AwaitTransfer, ended, may_wait
from genstate.typestate.contract import State
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
    Value,
    ordered,
    thrown,
)

#: The results of more operations than these are not put together.
_MOST: Final = 4


@dataclass(frozen=True, slots=True)
class Flight:
    """An operation in flight: its awaitable, what it does, and the one generator it does it to."""

    awaitable: Object
    done: Done
    pending: Pending
    generator: Generator


@dataclass(frozen=True, slots=True)
class Begun:
    """What a starter has been handed so far, with the store behind that.

    Attributes:
        seen: the awaitables that were handed to it, begun before or not.
        understood: it is known what they all are.
        operations, collects, shielded, fails: as for `Task`.
    """

    store: Store
    collects: bool | None
    shielded: bool
    operations: tuple[Object, ...] = ()
    seen: tuple[Object, ...] = ()
    fails: bool = False
    understood: bool = True

    def task(self, starter: int) -> Task:
        """What stands for all that was handed over."""
        return Task(self.operations, starter, self.shielded, self.collects, self.fails)


class TaskTransfer(AwaitTransfer):
    """What becomes of operations that are handed over to other code, which awaits them."""

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

    # Handed over.

    def start(self, event: Start, store: Store) -> Iterable[Store]:
        """Each operation is in flight now, until somebody waits for it, or something else runs."""
        begun = Begun(store, event.collects, event.shields)
        for place, node in zip(event.operations, event.nodes, strict=True):
            begun = self._hand_over(event, node, begun, store.value(place))
        task: Value = frozenset({begun.task(self._sites[id(event)])})
        if begun.understood:
            return (self._bind(begun.store, event.target, task),)
        self._raise_from_outside(begun.store)
        return (self._bind(begun.store.escape(task), event.target, UNKNOWN),)

    def _hand_over(self, event: Start, node: object, begun: Begun, value: Value) -> Begun:
        atom = next(iter(value)) if len(value) == 1 else None
        if event.tasks_only and not isinstance(atom, Task):
            return replace(begun, store=begun.store.escape(value), understood=False)
        if isinstance(atom, Awaitable) and atom.object in begun.seen:
            return begun  # `gather` folds equal arguments
        self._note_start(event, node, begun.store, value)
        if isinstance(atom, Task):
            new = tuple(each for each in atom.operations if each not in begun.operations)
            collects, shielded = _outer(event, atom)
            begun = replace(begun, collects=collects, shielded=shielded)
            return replace(
                begun, operations=begun.operations + new, fails=begun.fails or atom.fails
            )
        if not isinstance(atom, Awaitable):
            return replace(begun, store=begun.store.escape(value), understood=False)
        begun = replace(begun, seen=(*begun.seen, atom.object))
        conditions = begun.store.conditions(atom.object)
        if all(isinstance(each, Done) for each in conditions):
            over = all(isinstance(each, Done) and each.pending is None for each in conditions)
            return replace(begun, fails=True) if over else replace(begun, understood=False)
        store = self._begin(event, begun.store, atom)
        if store is None:
            return replace(begun, store=begun.store.escape(value), understood=False)
        return replace(begun, store=store, operations=(*begun.operations, atom.object))

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
        beings = frozenset(each for each in states if isinstance(each, Being) and each.state)
        before = beings if len(beings) == len(states) else frozenset()
        done = Done(pending.site, event.line, pending, before)
        store = store.with_object(awaitable.object, (done,))
        if _are_closed(before):
            # Of results that are not followed nobody knows that they must be failures.
            return store.with_object(generator.object, (LOST,)) if event.unordered else store
        in_flight = self._in_flight_with(event, awaitable.object, pending, generator, states)
        return store.with_object(generator.object, (in_flight,))

    def _in_flight_with(
        self,
        event: Start,
        awaitable: Object,
        pending: Pending,
        generator: Generator,
        states: frozenset[Condition],
    ) -> Condition:
        """The state of a generator with one more operation in flight."""
        if all(isinstance(each, Being) and each.state for each in states):
            waits = all(may_wait(pending, generator, state, surely=True) for state in states)
            before = frozenset(state for state in states if isinstance(state, Being))
            return Busy((awaitable,), self._sites[id(event)], waits, before)
        first = next(iter(states)) if len(states) == 1 else LOST
        if isinstance(first, Busy) and awaitable not in first.operations:
            return replace(first, operations=(*first.operations, awaitable))
        return LOST

    # Waited for.

    def _await_task(self, event: Await, store: Store, task: Task) -> Iterator[Store]:
        """What was handed over comes to its end; what comes of it comes here."""
        starter = self._events[task.starter]
        assert isinstance(starter, Start)
        flights = self._flights(store, task)
        if task.fails and not task.operations:
            yield from self._fail(event, store, task)
            return
        if not flights or len(flights) > _MOST:
            yield from self._await_again(event, store, task)
            return
        limits = [starter.timeout] if starter.timeout is not None else []
        limits += [EXPIRED] if event.expires else []
        for limit in limits:
            self._run_out(store, task, flights, starter.line, limit)
        if task.fails:
            self._raise_from_outside(_lost(store, flights))
            store = _lost(_landed(store, flights, starter.line), flights)
            yield from self._fail(event, store, task)
            return
        store = _landed(store, flights, starter.line)
        if len(flights) == 1 and task.collects is False:
            yield from self._perform(event, store, flights[0].pending, flights[0].awaitable)
        else:
            yield from self._perform_all(event, store, flights, collects=task.collects)

    def _await_again(self, event: Await, store: Store, task: Task) -> Iterator[Store]:
        """What has come to its end comes out as it did; of all else nothing is known."""
        failed = {_has_failed(store, operation) for operation in task.operations}
        if True in failed and task.collects is False:
            self._raise_from_outside(store)
        elif failed == {False} or (failed <= {True, False} and failed and task.collects):
            yield self._bind(store, event.target, UNKNOWN)
        else:
            yield from self._await_unknown(event, store, frozenset({task}))

    def _fail(self, event: Await, store: Store, task: Task) -> Iterator[Store]:
        """One of the operations was begun before."""
        if task.collects is not True:
            self._raise(store, thrown(RUNTIME_ERROR, exact=True))
        if task.collects is not False:
            yield self._bind(store, event.target, UNKNOWN)

    def _flights(self, store: Store, task: Task) -> list[Flight]:
        """The operations that a task stands for; none where one of them is not known."""
        found: list[Flight] = []
        for awaitable in task.operations:
            conditions = store.conditions(awaitable)
            done = next(iter(conditions)) if len(conditions) == 1 else None
            if not isinstance(done, Done) or done.pending is None:
                return []
            generator = next(iter(done.pending.receiver))
            assert isinstance(generator, Generator)
            found.append(Flight(awaitable, done, done.pending, generator))
        return found

    def _run_out(
        self, store: Store, task: Task, flights: list[Flight], line: int, limit: ExceptionClass
    ) -> None:
        """The time is over before the operations are."""
        landed = _landed(store, flights, line)
        lates = [self._late(landed, each.generator, each.pending, line) for each in flights]
        cut_short = [late for late in lates if late is not None]
        if not cut_short:
            return
        late = cut_short[0] if len(flights) == 1 else _lost(landed, flights)
        self._raise(store if task.shielded else late, thrown(limit, exact=True))

    def _perform_all(
        self, event: Await, store: Store, flights: list[Flight], *, collects: bool | None
    ) -> Iterator[Store]:
        """The operations take effect one after the other: that those which wait are on their way
        at the same time makes a difference only to what they are done to."""
        failed = _lost(store, flights)
        stores, waiting = [store], set[Object]()
        for flight in flights:
            target = flight.generator.object
            if target in waiting:
                stores = [each.with_object(target, (LOST,)) for each in stores]
            elif any(
                may_wait(flight.pending, flight.generator, s) for s in _states(stores, target)
            ):
                waiting.add(target)
            _, request = self._request(flight.pending)
            after: list[Store] = []
            for each in stores:
                for result in operations.perform(each, request):
                    if result.raised is None or collects is not False:
                        after.append(ended(result.store, flight.awaitable, result))
                    if result.raised is not None and collects is not True:
                        self._raise(failed, result.raised)
            stores = list(dict.fromkeys(after))
        for each in stores:
            yield self._bind(each.suspended(), event.target, UNKNOWN)

    def _note_start(self, event: Start, node: object, store: Store, value: Value) -> None:
        conditions = [
            condition
            for atom in ordered(value)
            if isinstance(atom, Awaitable)
            for condition in ordered(store.conditions(atom.object))
        ]
        unordered = event.unordered and len(event.operations) > 1
        for pending in conditions:
            if isinstance(pending, Pending) and not unordered:
                self._note_use(event, store, pending)
        done = [condition for condition in conditions if isinstance(condition, Done)]
        over = done and len(done) == len(conditions) and len(value) == 1
        self._note_await(event, node, self._reuse(done[0]) if over else None)
        condition = conditions[0] if len(value) == len(conditions) == 1 else None
        receiver = condition.receiver if isinstance(condition, Pending) else UNKNOWN
        self._note_drive(event, node, store, receiver)


def _has_failed(store: Store, operation: Object) -> bool | None:
    """How an operation has come out; None where that is not known."""
    conditions = store.conditions(operation)
    found = {each.failed if isinstance(each, Done) else None for each in conditions}
    return found.pop() if len(found) == 1 else None


def _outer(event: Start, task: Task) -> tuple[bool | None, bool]:
    """Whether a task collects, and is shielded, that was made of another one."""
    alone = len(event.operations) == 1
    if event.collects is False and task.collects is not False:
        return (task.collects if alone else None), event.shields or (alone and task.shielded)
    return event.collects, event.shields or (alone and task.shielded)


def _are_closed(states: frozenset[Being]) -> bool:
    """There are states, and all say that the generator is closed."""
    return bool(states) and all(state.state == State.CLOSED.value for state in states)


def _states(stores: list[Store], target: Object) -> Iterator[Condition]:
    for store in stores:
        yield from store.conditions(target)


def _landed(store: Store, flights: list[Flight], line: int) -> Store:
    """The store in which none of the operations is in flight; nor has one taken effect yet."""
    queues: dict[Generator, list[Flight]] = {}
    for flight in flights:
        store = store.with_object(flight.awaitable, (Done(flight.done.site, line),))
        queues.setdefault(flight.generator, []).append(flight)
    for generator, queue in queues.items():
        states = store.conditions(generator.object)
        if states == {LOST} or _are_closed_before(states, queue):
            continue
        in_flight = next(iter(states)) if len(states) == 1 else LOST
        alone = isinstance(in_flight, Busy) and in_flight.operations == tuple(
            flight.awaitable for flight in queue
        )
        store = store.with_object(generator.object, (alone and queue[0].done.before) or (LOST,))
    return store


def _are_closed_before(states: frozenset[Condition], queue: list[Flight]) -> bool:
    """The generator was closed before any of the operations was handed over."""
    closed = frozenset(each for each in states if isinstance(each, Being))
    return (
        closed == states and _are_closed(closed) and all(_are_closed(f.done.before) for f in queue)
    )


def _lost(store: Store, flights: list[Flight]) -> Store:
    """Nothing is known of the generators any more, but of those that are closed."""
    for flight in flights:
        target = flight.generator.object
        if not _are_closed_before(store.conditions(target), [flight]):
            store = store.with_object(target, (LOST,))
    return store
