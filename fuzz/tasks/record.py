"""What a run did with its operations: the program's calls come here (see `instrument`)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import AsyncGeneratorType
from typing import Any

from fuzz.callers.recorder import state
from fuzz.tasks.later import Later
from fuzz.tasks.loop import Impatient
from fuzz.tasks.operation import Event, Events, Operation, Place, Waits
from fuzz.world import AnyGenerator, Opaque, World


@dataclass
class Recorder:
    """The record of one run."""

    world: World
    events: Events
    streams: Mapping[str, Waits]
    cautious: bool = False
    operations: dict[int, Operation] = field(default_factory=dict)
    late: set[int] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)
    blurred: set[int] = field(default_factory=set)
    plain: list[object] = field(default_factory=list)
    fresh: Callable[[], AnyGenerator] = field(init=False)
    loop: Impatient = field(init=False)

    def tick(self) -> None:
        self.world.tick()

    def operation(self, place: Place, name: str, generator: Any, *arguments: Any) -> object:
        """The call of an operation."""
        call = anext if name == "anext" else getattr(generator, name)
        made = call(generator) if name == "anext" else call(*arguments)
        value = name == "asend" and arguments[0] is not None
        return self._made(place, name, generator, made, value=value)

    def called(self, place: Place, name: str, function: Callable[[Any], Any], given: Any) -> object:
        """The call of a coroutine function that begins with an operation, or waits before it."""
        made = function(given)
        if name == "late":
            name = "anext"
            self.escaped(given)
        return self._made(place, name, given, made, value=name == "asend", called=True)

    def _made(
        self,
        place: Place,
        name: str,
        generator: Any,
        made: Any,
        *,
        value: bool,
        called: bool = False,
    ) -> object:
        if isinstance(generator, AsyncGeneratorType):
            if self.cautious and id(generator) in self.hidden:
                made = self._whatever(made)
            self.operations[id(made)] = Operation(place, name, generator, made, value, called)
        return made

    def awaited(self, place: Place, awaitable: Any) -> Any:
        known = self.operations.get(id(awaitable))
        if known is not None:
            self._note(place, known, at_once=True)
            awaitable = _watched(awaitable, known)
        return self._whenever(awaitable, known) if self.cautious else awaitable

    async def _whenever(self, awaitable: Any, known: Operation | None) -> Any:
        """Who waits cannot tell what else comes to its end in the meantime, nor what fails."""
        self.world.touch()
        in_flight = [each.future for each in self.operations.values() if each.is_in_flight]
        if in_flight and not self.world.over and self.world.chooser.choose(2):
            await asyncio.wait([each for each in in_flight if each is not None])
        plain = isinstance(awaitable, asyncio.Future) or any(p is awaitable for p in self.plain)
        if known is None and not plain:
            self.world.choose(1)
        return await awaitable

    async def _whatever(self, made: Any) -> object:
        """An operation on a generator of which nothing is known."""
        return 1 if self.world.choose(2) else await made

    def escaped(self, value: object) -> object:
        """`value` goes where it cannot be followed."""
        for each in self.operations.values():
            if value in (each.awaitable, each.future):
                self.hidden.add(id(each.generator))
        self.hidden.add(id(value))
        return value

    def to_cancel(self, task: Any) -> object:
        """A task is cancelled: what it has begun may have come to its end, or not."""
        known = self._operation_of(task)
        if known is None or known.round != self.loop.rounds:
            self.escaped(task)
        else:
            known.waits = False
        return task

    def touched(self, generator: object) -> object:
        """The attribute that held `generator` holds another one now, of which nothing is known."""
        other = self.fresh()
        self.world.kept.append(self.escaped(generator))
        if self.world.chooser.choose(2):
            with suppress(StopIteration):
                other.aclose().send(None)
        return self.escaped(other)

    def ends(self) -> bool:
        """Whether a body of which nothing is known ends here."""
        return bool(self.world.chooser.choose(1, 1) or self.world.choose(1))

    def swallow(self, error: BaseException) -> None:
        """Such a body got `error` at its yield."""
        self.world.swallow(error)

    def iterated(self, place: Place, iterable: object) -> object:
        """What an `async for` runs over: the first of its operations is noted."""
        if isinstance(iterable, AsyncGeneratorType):
            first = Operation(place, "for", iterable, iterable, value=False)
            self._note(place, first, at_once=True)
            first.awaitable = iterable = _Turns(iterable, first)
            self.operations[id(iterable)] = first
        return iterable

    def ensure_future(self, places: tuple[Place, ...], awaitable: Any) -> Any:
        known = self.operations.get(id(awaitable))
        if known is None:
            return asyncio.ensure_future(awaitable)
        begins_late = self.cautious and not self.world.over and self.world.chooser.choose(1, 1)
        later = Later(known, self._beginning(known), wait=bool(begins_late))
        future = asyncio.ensure_future(awaitable if known.used else later)
        self._handed_over(places[0], known, future)
        return future

    def _beginning(self, known: Operation) -> Callable[[bool], None]:
        """To be called when a task begins: the generator may be in another state by then.

        Or when it is cancelled before that: then nothing is done to the generator's state.
        """

        def begins(does: bool) -> None:
            now, noted = state(known.generator) if does else "", known.noted
            if noted is not None and noted.state not in ("", now) and not self.world.over:
                self.events[known.begun, known.place][noted._replace(state=now)] += 1
            if not (does or self.world.over):
                self._never_begins(known)

        return begins

    def _never_begins(self, known: Operation) -> None:
        """It is cancelled before that: it meets nothing, and is not met by what was handed over."""
        met = [each for each in self.operations.values() if id(known) in each.clashes]
        for each in met:
            each.clashes.remove(id(known))
        for each in (known, *met):
            free = each is known or (each.future is not None and not each.clashes)
            if free and each.noted is not None and each.noted.busy:
                self.events[each.begun, each.place][each.noted._replace(busy=False)] += 1

    create_task = ensure_future

    def start_in(self, group: Any, places: tuple[Place, ...], awaitable: Any) -> Any:
        """A task of a group."""
        known = self.operations.get(id(awaitable))
        if known is None:
            return group.create_task(awaitable)
        later = Later(known, self._beginning(known))
        task = group.create_task(awaitable if known.used else later)
        self._handed_over(places[0], known, task)
        return task

    def _handed_over(self, place: Place, known: Operation, future: asyncio.Future[Any]) -> None:
        """The operation is begun by a task, unless it was begun before."""
        first = not known.used
        self._note(place, known)
        if first:
            known.future = future
            known.round = self.loop.rounds

    def group(self) -> asyncio.TaskGroup:
        """To enter it counts as a call of something that is not known."""
        if self.cautious:
            self.world.touch()
            self.world.choose(1)
            self.blurred.update(id(o.generator) for o in self.operations.values() if o.is_in_flight)
        return asyncio.TaskGroup()

    def shield(self, places: tuple[Place, ...], awaitable: Any) -> Any:
        return asyncio.shield(self.ensure_future(places, awaitable))

    def gather(
        self, places: tuple[Place, ...], *awaitables: Any, return_exceptions: bool = False
    ) -> Any:
        different = {
            id(each): (place, each) for place, each in zip(places, awaitables, strict=True)
        }
        futures = [self.ensure_future((place,), each) for place, each in different.values()]
        return asyncio.gather(*futures, return_exceptions=return_exceptions)

    def as_completed(self, places: tuple[Place, ...], awaitables: list[Any]) -> Iterator[Any]:
        """All are begun, in any order: what happens to them need not be foretold."""
        for each in awaitables if len(awaitables) > 1 else []:
            self.escaped(each)
        different = {
            id(each): (place, each) for place, each in zip(places, awaitables, strict=True)
        }
        futures = [self.ensure_future((place,), each) for place, each in different.values()]
        for future in futures:
            self.escaped(future)
        return asyncio.as_completed(futures)

    def wait(self, _: tuple[Place, ...], tasks: list[Any], **options: Any) -> Any:
        return self._without_surprises(asyncio.wait(tasks, **options))

    def _without_surprises(self, waits: Any) -> Any:
        """What waits raises nothing but what comes out of that for which it waits."""
        self.plain.append(waits)
        return waits

    def wait_for(
        self, places: tuple[Place, ...], awaitable: Any, timeout: float | None
    ) -> Coroutine[Any, Any, Any]:
        known = self._operation_of(awaitable)
        if known is not None and known.future is None:
            self._overtaken(known.generator)
        future = self.ensure_future(places, awaitable)
        waits: Coroutine[Any, Any, Any] = self._wait_for(known, future, timeout)
        self._without_surprises(waits)
        return waits

    def _overtaken(self, generator: object) -> None:
        """From Python 3.12 on, `wait_for` begins at once. It comes before tasks that have not."""
        for each in self.operations.values():
            fresh = each.is_in_flight and each.round == self.loop.rounds
            if fresh and each.generator is generator and each.noted and not self.world.over:
                self.events[each.begun, each.place][each.noted._replace(hidden=True)] += 1

    def timeout(self, _: tuple[Place, ...], limit: float | None) -> Limit:
        return Limit(self, limit)

    def expired(self) -> None:
        """A scope is left because its time is over."""
        for each in self.operations.values():
            if each.cancelled:
                each.cancelled = False
                self.late.add(id(each.generator))

    def _operation_of(self, awaitable: object) -> Operation | None:
        """The operation that an awaitable, or a task, stands for."""
        found = (each for each in self.operations.values() if each.future is awaitable)
        return self.operations.get(id(awaitable)) or next(found, None)

    async def _wait_for(self, known: Operation | None, future: Any, timeout: float | None) -> Any:
        try:
            return await asyncio.wait_for(future, timeout)
        except asyncio.TimeoutError:
            if known is not None and future.cancelled():
                self.late.add(id(known.generator))
            raise

    def _note(self, place: Place, operation: Operation, *, at_once: bool = False) -> None:
        """The operation begins, `at_once` or when its task does.

        What is done at once meets a task that has not begun only where it has to wait itself.
        """
        generator = operation.generator
        others = [
            other
            for other in self.operations.values()
            if other is not operation and other.generator is generator and other.is_in_flight
        ]
        now = "running" if generator.ag_running else state(generator)
        stream = self.streams[generator.ag_code.co_name]
        waits = stream.where(now, operation.name, operation.value)
        if not operation.used:
            operation.waits = not others and waits
        meets = not at_once or now == "running" or waits
        met = {id(other) for other in others if other.waits} if meets else set[int]()
        event = Event(
            operation.name,
            now if now == "closed" or not others else "",
            operation.used and not operation.spared,
            operation.value,
            operation.called,
            bool(met),
            id(generator) in self.late and now == "closed",
            bool({id(generator)} & (self.hidden | self.blurred)) or operation.spared,
            operation.used and operation.begun[0] != place[0],
        )
        if not operation.used:
            operation.noted, operation.begun, operation.clashes = event, place, met
        operation.used = True
        if others and now != "closed":
            # What becomes of a generator that two drive at a time need not be foretold.
            self.hidden.add(id(generator))
        if not self.world.over:
            self.events[place, operation.place][event] += 1


class Limit:
    """A scope with a limit of time. What it has cancelled is known behind it."""

    def __init__(self, recorder: Recorder, limit: float | None) -> None:
        self._recorder = recorder
        self._scope = asyncio.timeout(limit)

    async def __aenter__(self) -> None:
        if self._recorder.cautious:  # it may fail, and it may wait
            self._recorder.world.touch()
            await asyncio.sleep(self._recorder.world.choose(2))
        await self._scope.__aenter__()

    async def __aexit__(self, *raised: Any) -> None:
        try:
            await self._scope.__aexit__(*raised)
        except TimeoutError:
            self._recorder.expired()
            raise


class _Turns:
    """The turns of an `async for` over a generator."""

    def __init__(self, generator: AnyGenerator, operation: Operation) -> None:
        self._generator = generator
        self._operation = operation

    def __aiter__(self) -> _Turns:
        return self

    def __anext__(self) -> Coroutine[Any, Any, object]:
        return _watched(anext(self._generator), self._operation)


async def _watched(awaitable: Any, operation: Operation) -> object:
    try:
        return await awaitable
    except asyncio.CancelledError:
        operation.cut_short()
        raise


class Waiting(Opaque):
    """The object `c` of the programs: it waits, for a moment or for long.

    `may_pass`: or not at all.
    """

    def __init__(self, world: World, *, may_pass: bool) -> None:
        super().__init__(world)
        self._choosing = world
        self._may_pass = may_pass

    def __call__(self) -> bool:
        self._choosing.touch()
        return super().__call__()

    def note(self, *values: object) -> None:
        self._choosing.touch()
        super().note(*values)

    async def pause(self) -> None:
        self._choosing.touch()
        if self._may_pass and self._choosing.chooser.choose(2):
            return
        await asyncio.sleep(10 * self._choosing.choose(2))

    def use(self, thing: object) -> None:
        self._choosing.touch()
        if isinstance(thing, asyncio.Future) and self._choosing.choose(2):
            thing.cancel()
