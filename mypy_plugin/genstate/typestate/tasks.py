"""The transfer functions of tasks: operations are handed over, and somebody waits for their end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from genstate.cfg.body import may_wait as may_wait_at
from genstate.cfg.events import Await, Call, Cancel, Event, Start
from genstate.cfg.exceptions import CANCELLED, EXPIRED, RUNTIME_ERROR, ExceptionClass
from genstate.cfg.vocabulary import Constant
from genstate.typestate.awaits import AwaitTransfer, ended, may_wait
from genstate.typestate.conditions import LOST, Being, Busy, Called, Condition, Done, Pending, Work
from genstate.typestate.contract import State
from genstate.typestate.flights import (
    Begun,
    Flight,
    are_closed,
    cancelled,
    cut_off,
    flights_of,
    has_failed,
    is_fresh,
    is_over,
    is_raised_here,
    landed,
    lost,
    never_begun,
    outer,
    states_in,
    waits,
    was_cancelled,
)
from genstate.typestate.operations import Result
from genstate.typestate.store import Store
from genstate.typestate.values import (
    UNKNOWN,
    Awaitable,
    Generator,
    Object,
    Task,
    Tuple,
    Value,
    ordered,
    thrown,
)

#: The results of more operations than these are not put together.
_MOST: Final = 4


class TaskTransfer(AwaitTransfer):
    """What becomes of operations that are handed over to other code, which awaits them."""

    def await_(self, event: Await, store: Store) -> Iterator[Store]:
        yield from self._await(event, store, store.value(event.awaitable))

    def _await(self, event: Await, store: Store, value: Value) -> Iterator[Store]:
        for atom in ordered(value):
            if isinstance(atom, Tuple):
                yield from self._await_group(event, store, atom)
                continue
            if isinstance(atom, Awaitable):
                for condition in ordered(store.conditions(atom.object)):
                    yield from self._await_operation(event, store, atom, condition)
                continue
            self._note_await(event, event.node, None)
            if isinstance(atom, Task):
                begins = any(is_fresh(store, flight) for flight in flights_of(store, atom))
                after = store.suspended(surely=begins)
                yield from self._await_task(event, after, atom)
            else:
                after = store.suspended(surely=event.switches)
                yield from self._await_unknown(event, after, frozenset({atom}))

    # Handed over.

    def start(self, event: Start, store: Store) -> Iterable[Store]:
        """Each operation is in flight now, until somebody waits for it, or something else runs."""
        begun = Begun(store, event.collects, event.shields, event.lists)
        for place, node in zip(event.operations, event.nodes, strict=True):
            begun = self._hand_over(event, node, begun, store.value(place))
        task: Value = frozenset({begun.task(self._sites[id(event)])})
        if begun.understood:
            # One of the results is a failure, whichever that is.
            fails = begun.fails and event.unordered
            after = begun.store.doubted_if_late() if fails else begun.store
            return (self._bind(after, event.target, task),)
        self._raise_from_outside(begun.store)
        after = begun.store.doubted_if_late().escape(task)
        return (self._bind(after, event.target, UNKNOWN),)

    def _hand_over(self, event: Start, node: object, begun: Begun, value: Value) -> Begun:
        atom = next(iter(value)) if len(value) == 1 else None
        if event.tasks_only and not isinstance(atom, Task):
            return replace(begun, store=begun.store.escape(value), understood=False)
        if isinstance(atom, Awaitable) and atom.object in begun.seen:
            return begun  # `gather` folds equal arguments
        self._note_start(event, node, begun.store, value)
        if isinstance(atom, Task):
            new = tuple(each for each in atom.operations if each not in begun.operations)
            collects, shielded = outer(event, atom)
            begun = replace(begun, collects=collects, shielded=shielded)
            begun = replace(begun, lists=begun.lists or atom.lists)
            return replace(
                begun, operations=begun.operations + new, fails=begun.fails or atom.fails
            )
        if not isinstance(atom, Awaitable):
            return replace(begun, store=begun.store.escape(value), understood=False)
        begun = replace(begun, seen=(*begun.seen, atom.object))
        conditions = begun.store.conditions(atom.object)
        if all(isinstance(each, Done) for each in conditions):
            over = all(isinstance(each, Done) and self._is_over(each) for each in conditions)
            return replace(begun, fails=True) if over else replace(begun, understood=False)
        store = self._begin(event, begun.store, atom)
        if store is None:
            return replace(begun, store=begun.store.escape(value), understood=False)
        return replace(begun, store=store, operations=(*begun.operations, atom.object))

    def _is_over(self, done: Done) -> bool:
        """Who awaits it again finds it used up."""
        return done.pending is None and not (done.loose or self._is_spared(done))

    def _begin(self, event: Start, store: Store, awaitable: Awaitable) -> Store | None:
        """The store with one operation in flight; None where it is not known which."""
        conditions = store.conditions(awaitable.object)
        work = next(iter(conditions)) if len(conditions) == 1 else None
        if not isinstance(work, (Pending, Called)) or len(work.receiver) != 1:
            return None
        generator = next(iter(work.receiver))
        if not isinstance(generator, Generator) or awaitable.object.older:
            return None
        states = store.conditions(generator.object)
        beings = frozenset(each for each in states if isinstance(each, Being) and each.state)
        before = beings if len(beings) == len(states) else frozenset()
        done = Done(work.site, event.line, work, before)
        store = store.with_object(awaitable.object, (done,))
        if are_closed(before):
            # Of results that are not followed nobody knows that they must be failures.
            return store.with_object(generator.object, (LOST,)) if event.unordered else store
        in_flight = self._in_flight_with(event, awaitable.object, work, generator, states)
        return store.with_object(generator.object, (in_flight,))

    def _in_flight_with(
        self,
        event: Start,
        awaitable: Object,
        work: Work,
        generator: Generator,
        states: frozenset[Condition],
    ) -> Condition:
        """The state of a generator with one more operation in flight."""
        if all(isinstance(each, Being) and each.state for each in states):
            waits = all(may_wait(work, generator, state, surely=True) for state in states)
            before = frozenset(state for state in states if isinstance(state, Being))
            return Busy((awaitable,), self._sites[id(event)], waits, before)
        first = next(iter(states)) if len(states) == 1 else LOST
        if isinstance(first, Busy) and awaitable not in first.operations:
            return replace(first, operations=(*first.operations, awaitable))
        return LOST

    def may_overtake(self, event: Event, store: Store) -> bool:
        """Something may be done at once to a generator, before tasks do what they are there for.

        Of tasks that are waited for, those begin first that were handed over first. Where a call
        gets the generator, what it gives back may be awaited.
        """
        if isinstance(event, Call):
            return event.value is not Constant.NONE
        if not isinstance(event, Await):
            return may_wait_at(event)
        starters = [
            self._events[atom.starter] if isinstance(atom, Task) else None
            for atom in store.value(event.awaitable)
        ]
        return not all(isinstance(each, Start) and not each.inline for each in starters)

    def cancel(self, event: Cancel, store: Store) -> Iterator[Store]:
        """What a task has not begun yet, it never does. What it has begun may be cut short."""
        raised_here = event.cause is None or any(map(is_raised_here, store.value(event.cause)))
        for atom in ordered(store.value(event.task)):
            flights = flights_of(store, atom) if isinstance(atom, Task) else []
            if not raised_here:
                after = lost(store, flights)
            elif isinstance(atom, Task) and len(flights) == 1 and is_fresh(store, flights[0]):
                after = store if atom.shielded else cancelled(store, flights[0])
            else:
                after = store.escape(frozenset({atom}))
            yield self._bind(after, event.target, UNKNOWN)

    # Waited for.

    def _await_task(self, event: Await, store: Store, task: Task) -> Iterator[Store]:
        """What was handed over comes to its end; what comes of it comes here."""
        starter = self._events[task.starter]
        assert isinstance(starter, Start)
        flights = flights_of(store, task)
        limits = [(starter.timeout, starter.hasty)] if starter.timeout is not None else []
        limits += [(EXPIRED, event.hasty)] if event.expires else []
        if task.fails and not task.operations:
            for limit, hasty in limits:
                if hasty:
                    self._raise(store.doubted(), thrown(limit, exact=True))
            yield from self._fail(event, store, task)
            return
        if not flights or len(flights) > _MOST:
            yield from self._await_again(event, store, task)
            return
        if any(flight.done.cancelled for flight in flights):
            yield from self._await_cancelled(event, store, task, flights)
            return
        going_on = self._beside_what_is_over(store, task, flights)
        if going_on is None:
            return
        store = going_on
        for limit, hasty in limits:
            self._run_out(store, task, flights, starter.line, limit)
            if hasty:
                late = never_begun(store, flights, starter.line)
                late = (store if task.shielded else late).doubted()
                self._raise(late, thrown(limit, exact=True))
        if task.fails:
            self._raise_from_outside(lost(store, flights))
            store = lost(landed(store, flights, starter.line), flights)
            yield from self._fail(event, store, task)
            return
        store = landed(store, flights, starter.line)
        if len(task.operations) == 1 and task.collects is False:
            for after in self._perform(event, store, flights[0].work, flights[0].awaitable):
                yield self._listed(event, after) if task.lists else after
        else:
            yield from self._perform_all(event, store, flights, collects=task.collects)

    def _listed(self, event: Await, store: Store) -> Store:
        """The result is in a list, which is not followed."""
        return self._bind(store.escape(store.value(event.target)), event.target, UNKNOWN)

    def _await_group(self, event: Await, store: Store, group: Tuple) -> Iterator[Store]:
        """The tasks of a group come to their end, one after the other if not all are known."""
        tasks = [atom for item in group.items for atom in item if isinstance(atom, Task)]
        flights = [flight for task in tasks for flight in flights_of(store, task)]
        known = len(tasks) == len(group.items) == sum(map(len, group.items)) == len(flights)
        if known and not any(f.done.cancelled for f in flights) and not any(t.fails for t in tasks):
            operations = tuple(flight.awaitable for flight in flights)
            begins = any(is_fresh(store, flight) for flight in flights)
            together = Task(operations, tasks[0].starter)
            yield from self._await_task(event, store.suspended(surely=begins), together)
            return
        stores = [store]
        for item in group.items:
            stores = list(dict.fromkeys(a for s in stores for a in self._await(event, s, item)))
        yield from stores

    def _await_cancelled(
        self, event: Await, store: Store, task: Task, flights: list[Flight]
    ) -> Iterator[Store]:
        """The cancellation comes in where the operation would have begun."""
        flight = flights[0]
        if len(task.operations) > 1:
            yield from self._await_unknown(event, store, frozenset({task}))
            return
        store, before = landed(store, flights, event.line), flight.done.before
        store = cut_off(store, flight, event.line, failed=True)
        if isinstance(flight.work, Pending) and not are_closed(before):
            ends = flight.generator.function.body.just_ends
            waits = any(state.state == State.SUSPENDED.value for state in before)
            known = before and (ends or not waits)
            closed = Being(State.CLOSED.value, "cancelled", event.line)
            store = store.with_object(flight.generator.object, (closed if known else LOST,))
        self._raise(store, thrown(CANCELLED, exact=True))
        yield self._bind(store, event.target, UNKNOWN)  # a group does not tell

    def _beside_what_is_over(self, store: Store, task: Task, flights: list[Flight]) -> Store | None:
        """What was over before comes out first; None where that is a failure, so that nothing else
        does. All that was handed over together has begun by then.
        """
        over = replace(task, operations=tuple(e for e in task.operations if is_over(store, e)))
        failed = {has_failed(store, each) for each in over.operations}
        if failed <= {False} or task.collects:
            return store
        raised = lost(store, flights)
        if was_cancelled(store, over):
            self._raise(raised, thrown(CANCELLED, exact=True))
        else:
            self._raise_from_outside(raised)
        certain = True in failed and task.collects is False
        return None if certain else store.doubted_if_late()

    def _await_again(self, event: Await, store: Store, task: Task) -> Iterator[Store]:
        """What has come to its end comes out as it did; of all else nothing is known."""
        failed = {has_failed(store, operation) for operation in task.operations}
        if was_cancelled(store, task) and task.collects is False:
            self._raise(store, thrown(CANCELLED, exact=True))
        elif True in failed and task.collects is False:
            self._raise_from_outside(store)
        elif failed == {False} or (failed <= {True, False} and failed and task.collects):
            yield self._bind(store, event.target, UNKNOWN)
        elif task.collects:
            after = store.doubted_if_late().escape(frozenset({task}))
            yield self._bind(after, event.target, UNKNOWN)
        else:
            yield from self._await_unknown(event, store.doubted_if_late(), frozenset({task}))

    def _fail(self, event: Await, store: Store, task: Task) -> Iterator[Store]:
        """One of the operations was begun before."""
        if task.collects is not True:
            self._raise(store, thrown(RUNTIME_ERROR, exact=True))
        if task.collects is not False:
            after = store if task.collects else store.doubted_if_late()
            yield self._bind(after, event.target, UNKNOWN)

    def _run_out(
        self, store: Store, task: Task, flights: list[Flight], line: int, limit: ExceptionClass
    ) -> None:
        """The time is over before the operations are."""
        before = landed(store, flights, line)
        lates = [self._late(before, each.generator, each.work, line) for each in flights]
        cut_short = [late for late in lates if late is not None]
        if not cut_short:
            return
        late = cut_short[0] if len(flights) == 1 else lost(before, flights)
        for flight, waits_there in zip(flights, lates, strict=True):
            if waits_there is not None:
                failed = True if len(flights) == 1 else None
                late = cut_off(late, flight, line, failed=failed)
        self._raise(store if task.shielded else late, thrown(limit, exact=True))

    def _perform_all(
        self, event: Await, store: Store, flights: list[Flight], *, collects: bool | None
    ) -> Iterator[Store]:
        """The operations take effect one after the other: that those which wait are on their way
        at the same time makes a difference only to what they are done to."""
        failed = lost(store, flights)
        stores, waiting = [store], dict[Object, bool]()
        for flight in flights:
            target, first = flight.generator.object, flight.generator.object not in waiting
            if first:
                surely = waits(flight, states_in(stores, target))
                waiting.update({} if surely is None else {target: surely})
            after: list[Store] = []
            for each in stores:
                for result in (
                    self._outcomes(event, each, flight.work)
                    if first
                    else self._met(event, each, flight, surely=waiting[target])
                ):
                    if result.raised is None or collects is not False:
                        after.append(ended(result.store, flight.awaitable, result))
                    if result.raised is not None and collects is not True:
                        self._raise(failed, result.raised)
            stores = list(dict.fromkeys(after))
        for each in stores:
            yield self._bind(each.suspended(), event.target, UNKNOWN)

    def _met(self, event: Await, store: Store, flight: Flight, *, surely: bool) -> Iterator[Result]:
        """The operation meets another one, unless that has ended the generator at once."""
        target = flight.generator.object
        over = are_closed(store.conditions(target))
        if surely and not over and isinstance(flight.work, Pending):
            yield Result(store, None, None, thrown(RUNTIME_ERROR, exact=True))
        else:
            store = store if over and surely else store.with_object(target, (LOST,))
            yield from self._outcomes(event, store, flight.work)

    def _note_start(self, event: Start, node: object, store: Store, value: Value) -> None:
        conditions = [
            condition
            for atom in ordered(value)
            if isinstance(atom, Awaitable)
            for condition in ordered(store.conditions(atom.object))
        ]
        unordered = event.unordered and len(event.operations) > 1
        for pending in conditions:
            if isinstance(pending, (Pending, Called)) and not unordered:
                self._note_use(event, store, pending)
        done = [condition for condition in conditions if isinstance(condition, Done)]
        over = done and len(done) == len(conditions) and len(value) == 1
        self._note_await(event, node, self._reuse(done[0]) if over else None)
        condition = conditions[0] if len(value) == len(conditions) == 1 else None
        if isinstance(condition, Done) and condition.line == event.line:
            return  # a loop goes round: it was begun here
        work = condition if isinstance(condition, (Pending, Called)) else None
        atom = next(iter(value))
        given = atom.object if isinstance(atom, Awaitable) else None
        self._note_drive(event, node, store, work, given)
