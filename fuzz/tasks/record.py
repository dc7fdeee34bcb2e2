"""What a run did with its operations: the program's calls come here (see `instrument`)."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Coroutine
from dataclasses import dataclass, field
from types import AsyncGeneratorType
from typing import Any, NamedTuple, TypeAlias

from fuzz.callers.recorder import state
from fuzz.world import AnyGenerator, Opaque, World


class Event(NamedTuple):
    """An operation begins, or is handed over.

    Attributes:
        name: what was called.
        state: the generator's, if nothing else is in flight on it.
        reused: its awaitable was awaited before.
        busy: another operation on the generator was handed over, and has not come to its end.
        late: a timeout has closed the generator.
        value: it sends something other than None.
    """

    name: str
    state: str
    reused: bool
    busy: bool
    late: bool
    value: bool


Place: TypeAlias = tuple[int, int]

#: By the place of what begins the operation, and of the call that makes it.
Events: TypeAlias = dict[tuple[Place, Place], Counter[Event]]


@dataclass
class Operation:
    """An awaitable of the program."""

    place: Place
    name: str
    generator: AnyGenerator
    awaitable: object
    value: bool
    used: bool = False
    future: asyncio.Future[Any] | None = None

    @property
    def is_in_flight(self) -> bool:
        return self.future is not None and not self.future.done()


@dataclass
class Recorder:
    """The record of one run."""

    world: World
    events: Events
    operations: dict[int, Operation] = field(default_factory=dict)
    late: set[int] = field(default_factory=set)

    def tick(self) -> None:
        self.world.tick()

    def operation(self, place: Place, name: str, generator: Any, *arguments: Any) -> object:
        """The call of an operation."""
        call = anext if name == "anext" else getattr(generator, name)
        made = call(generator) if name == "anext" else call(*arguments)
        if isinstance(generator, AsyncGeneratorType):
            value = name == "asend" and arguments[0] is not None
            self.operations[id(made)] = Operation(place, name, generator, made, value)
        return made

    def awaited(self, place: Place, awaitable: Any) -> Any:
        known = self.operations.get(id(awaitable))
        if known is not None:
            self._note(place, known)
        return awaitable

    def iterated(self, place: Place, iterable: object) -> object:
        """What an `async for` runs over: the first of its operations is noted."""
        if isinstance(iterable, AsyncGeneratorType):
            first = Operation(place, "for", iterable, iterable, value=False)
            self._note(place, first)
        return iterable

    def ensure_future(self, places: tuple[Place, ...], awaitable: Any) -> Any:
        known = self.operations.get(id(awaitable))
        if known is None:
            return asyncio.ensure_future(awaitable)
        self._note(places[0], known)
        known.future = asyncio.ensure_future(awaitable)
        return known.future

    create_task = ensure_future

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

    def wait_for(
        self, places: tuple[Place, ...], awaitable: Any, timeout: float | None
    ) -> Coroutine[Any, Any, Any]:
        known = self.operations.get(id(awaitable))
        return self._wait_for(known, self.ensure_future(places, awaitable), timeout)

    async def _wait_for(self, known: Operation | None, future: Any, timeout: float | None) -> Any:
        try:
            return await asyncio.wait_for(future, timeout)
        except asyncio.TimeoutError:
            if known is not None and future.cancelled():
                self.late.add(id(known.generator))
            raise

    def _note(self, place: Place, operation: Operation) -> None:
        generator = operation.generator
        busy = any(
            other is not operation and other.generator is generator and other.is_in_flight
            for other in self.operations.values()
        )
        event = Event(
            operation.name,
            "" if busy or generator.ag_running else state(generator),
            operation.used,
            busy,
            id(generator) in self.late and state(generator) == "closed",
            operation.value,
        )
        operation.used = True
        if not self.world.over:
            self.events[place, operation.place][event] += 1


class Waiting(Opaque):
    """The object `c` of the programs: it waits, for a moment or for long."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._choosing = world

    async def pause(self) -> None:
        await asyncio.sleep(10 * self._choosing.choose(2))

    def use(self, thing: object) -> None:
        if isinstance(thing, asyncio.Future) and self._choosing.choose(2):
            thing.cancel()
