"""Operations in flight: how they stand, and what becomes of their generators."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from genstate.cfg.events import Start
from genstate.cfg.exceptions import STOP_ITERATION
from genstate.typestate.awaits import may_wait
from genstate.typestate.conditions import LATE, LOST, Being, Busy, Called, Condition, Done, Work
from genstate.typestate.contract import State
from genstate.typestate.store import Store
from genstate.typestate.values import Atom, Generator, Object, Task, Thrown


@dataclass(frozen=True, slots=True)
class Flight:
    """An operation in flight: its awaitable, what it does, and the one generator it does it to."""

    awaitable: Object
    done: Done
    work: Work
    generator: Generator


@dataclass(frozen=True, slots=True)
class Begun:
    """What a starter has been handed so far, with the store behind that.

    Attributes:
        seen: the awaitables that were handed to it, begun before or not.
        understood: it is known what they all are.
        operations, collects, shielded, lists, fails: as for `Task`.
    """

    store: Store
    collects: bool | None
    shielded: bool
    lists: bool
    operations: tuple[Object, ...] = ()
    seen: tuple[Object, ...] = ()
    fails: bool = False
    understood: bool = True

    def task(self, starter: int) -> Task:
        """What stands for all that was handed over."""
        return Task(self.operations, starter, self.shielded, self.collects, self.fails, self.lists)


def flights_of(store: Store, task: Task) -> list[Flight]:
    """What a task stands for that is not over yet; none where something of it is not known."""
    found: list[Flight] = []
    for awaitable in task.operations:
        if is_over(store, awaitable):
            continue
        conditions = store.conditions(awaitable)
        done = next(iter(conditions)) if len(conditions) == 1 else None
        if not isinstance(done, Done) or done.pending is None:
            return []
        generator = next(iter(done.pending.receiver))
        assert isinstance(generator, Generator)
        found.append(Flight(awaitable, done, done.pending, generator))
    return found


def is_over(store: Store, operation: Object) -> bool:
    """Somebody has waited for its end."""
    return all(
        isinstance(condition, Done) and condition.pending is None and not condition.loose
        for condition in store.conditions(operation)
    )


def has_failed(store: Store, operation: Object) -> bool | None:
    """How an operation has come out; None where that is not known."""
    conditions = store.conditions(operation)
    found = {each.failed if isinstance(each, Done) else None for each in conditions}
    return found.pop() if len(found) == 1 else None


def was_cancelled(store: Store, task: Task) -> bool:
    """All that it stands for has come to its end by a cancellation."""
    return bool(task.operations) and all(
        isinstance(condition, Done) and condition.cancelled and condition.failed
        for operation in task.operations
        for condition in store.conditions(operation)
    )


def cut_off(store: Store, flight: Flight, line: int, *, failed: bool | None) -> Store:
    """A cancellation ends the operation, unless it was over: so will who waits for it again."""
    done = Done(flight.done.site, line, failed=failed, cancelled=True, begun=True)
    return store.with_object(flight.awaitable, (done,))


def is_fresh(store: Store, flight: Flight) -> bool:
    """It has not begun yet."""
    states = store.conditions(flight.generator.object)
    return all(isinstance(state, Busy) and state.fresh for state in states)


def cancelled(store: Store, flight: Flight) -> Store:
    """A task was cancelled before it has begun: it does not clash with anything."""
    target = flight.generator.object
    waiting = (
        replace(each, unfinished=False) if isinstance(each, Busy) else each
        for each in store.conditions(target)
    )
    store = store.with_object(target, waiting)
    return store.with_object(flight.awaitable, (replace(flight.done, cancelled=True),))


def waits(flight: Flight, states: Iterable[Condition]) -> bool | None:
    """Whether an operation surely has to wait; None where it does not."""
    found = list(states)
    if not any(may_wait(flight.work, flight.generator, state) for state in found):
        return None
    return all(may_wait(flight.work, flight.generator, state, surely=True) for state in found)


def are_closed(states: Collection[Condition]) -> bool:
    """There are states, and all say that the generator is closed."""
    return bool(states) and all(
        isinstance(state, Being) and state.state == State.CLOSED.value for state in states
    )


def states_in(stores: list[Store], target: Object) -> Iterator[Condition]:
    for store in stores:
        yield from store.conditions(target)


def landed(store: Store, flights: list[Flight], line: int) -> Store:
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
    return closed == states and are_closed(closed) and all(are_closed(f.done.before) for f in queue)


def lost(store: Store, flights: list[Flight]) -> Store:
    """Nothing is known of the generators any more, but of those that are closed."""
    for flight in flights:
        target = flight.generator.object
        if not _are_closed_before(store.conditions(target), [flight]):
            store = store.with_object(target, (LOST,))
    return store


def never_begun(store: Store, flights: list[Flight], line: int) -> Store:
    """The operations were cancelled before they have begun, if they had not begun before.

    That closes the generator of an operation. A coroutine that is cancelled then does nothing.
    """
    store = landed(store, flights, line)
    for flight in flights:
        if isinstance(flight.work, Called):
            store = lost(store, [flight])
        else:
            closed = Being(State.CLOSED.value, LATE, line, 0)
            store = store.with_object(flight.generator.object, (closed,))
        store = cut_off(store, flight, line, failed=True)
    return store


def is_raised_here(atom: Atom) -> bool:
    """A statement or operation of the function raises it, or what is awaited: a call only might."""
    return isinstance(atom, Thrown) and (
        atom.exact or atom.origin >= 0 or STOP_ITERATION in atom.excluded
    )


def outer(event: Start, task: Task) -> tuple[bool | None, bool]:
    """Whether a task collects, and is shielded, that was made of another one."""
    alone = len(event.operations) == 1
    if event.collects is False and task.collects is not False:
        return (task.collects if alone else None), event.shields or (alone and task.shielded)
    return event.collects, event.shields or (alone and task.shielded)
