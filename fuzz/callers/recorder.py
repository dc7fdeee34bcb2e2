"""What a run did with its generators: the program's calls come here (see `instrument`)."""

from __future__ import annotations

import dis
import functools
import inspect
import sys
from collections import Counter
from collections.abc import Awaitable, Iterator, Mapping
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, field
from types import AsyncGeneratorType, CodeType, FrameType
from typing import Any, ClassVar, Final, NamedTuple, TypeAlias

from fuzz.callers.counts import Count
from fuzz.callers.instrument import Stream
from fuzz.world import AnyGenerator, World

Site: TypeAlias = tuple[int, int]
UNKNOWN_STREAM: Final = Stream(takes_none=True, uses_received=False, decorated=True)
NOT_STARTED: Final = -1


class Event(NamedTuple):
    """One operation: what it was, which state it met, and what could be known of that."""

    operation: str
    state: str
    sends_none: bool
    needs_value: bool
    escaped: bool


Events: TypeAlias = dict[Site, Counter[Event]]


class Operation(NamedTuple):
    """An awaitable that was made and not yet awaited."""

    site: Site
    name: str
    generator: AnyGenerator
    sends_none: bool


@dataclass
class Recorder:
    """The record of one run.

    `ignoring` are the bodies that went on when their generator was closed.
    """

    #: A number of values that says nothing: something was thrown in.
    UNCOUNTED: ClassVar[int] = 1_000

    world: World
    streams: Mapping[str, Stream]
    events: Events
    counts: Mapping[str, Count] = field(default_factory=dict)
    pending: dict[int, Operation] = field(default_factory=dict)
    escapes: set[int] = field(default_factory=set)
    ignoring: list[FrameType] = field(default_factory=list)

    def tick(self) -> None:
        self.world.tick()

    def operation(self, site: Site, name: str, target: Any, *arguments: Any) -> object:
        """The call `target.name(*arguments)`, or `anext(target, *arguments)`."""
        made = anext(target, *arguments) if name == "anext" else getattr(target, name)(*arguments)
        if isinstance(target, AsyncGeneratorType):
            if name != "aclose":
                made = self.perhaps(target, made)
            self.world.kept += (made, target)
            full_name = "anext-default" if name == "anext" and arguments else name
            none = name != "asend" or arguments[0] is None
            self.pending[id(made)] = Operation(site, full_name, target, none)
        return made

    def awaited(self, awaitable: object) -> object:
        operation = self.pending.pop(id(awaitable), None)
        if operation is not None:
            self.note(operation.site, operation.name, operation.generator, operation.sends_none)
        return awaitable

    def iterated(self, site: Site, iterable: object) -> object:
        """What an `async for` runs over."""
        if not isinstance(iterable, AsyncGeneratorType):
            return iterable
        self.world.kept.append(iterable)
        self.note(site, "for", iterable, sends_none=True)
        return Iterated(self, site, iterable)

    def escaped(self, value: Any) -> Any:
        """`value` goes where it cannot be followed."""
        if isinstance(value, AsyncGeneratorType):
            self.world.kept.append(value)
            self.escapes.add(id(value))
        elif id(value) in self.pending:
            self.escapes.add(id(self.pending[id(value)].generator))
        elif isinstance(value, aclosing):
            self.escaped(value.thing)  # type: ignore[attr-defined]
        elif isinstance(value, Iterated):
            self.escapes.add(id(value.generator))
        elif isinstance(value, tuple | list):
            for part in value:
                self.escaped(part)
        return value

    def stack(self) -> AsyncExitStack:
        """A new exit stack; not everybody can tell whether it swallows."""
        return Stack(self.world) if self.world.cautious else AsyncExitStack()

    def dropped(self, site: Site, value: object, certainly: bool) -> object:
        """The value of an expression statement."""
        references = sys.getrefcount(value)
        if isinstance(value, AsyncGeneratorType) and not self.world.over:
            fresh = state(value) == "created" and references <= UNSHARED
            stream = self._stream(value)
            hidden = stream.decorated or not certainly
            event = Event("drop", "fresh" if fresh else "held", False, False, hidden)
            self.events[site][event] += 1
        return value

    def note(self, site: Site, name: str, generator: AnyGenerator, sends_none: bool) -> None:
        if self.world.over:
            return
        stream = self._stream(generator)
        needs_value = stream.uses_received and not stream.takes_none
        escaped = stream.decorated or id(generator) in self.escapes
        self.events[site][Event(name, state(generator), sends_none, needs_value, escaped)] += 1

    def _stream(self, generator: AnyGenerator) -> Stream:
        return self.streams.get(generator.ag_code.co_name, UNKNOWN_STREAM)

    def same(self, answer: bool) -> bool:
        """Whether two variables hold the same generator; not everybody can tell."""
        return bool(self.world.choose(2)) if self.world.cautious else answer

    def ends(self, name: str, taken: int) -> bool:
        """Whether the body of `name`, of which no more than its count is known, ends here."""
        least, most, _ = self.counts.get(name, Count())
        if taken < least or most is None or taken < most:
            return bool(self.world.choose(1 if taken < least else 2))
        return taken < self.UNCOUNTED or bool(self.world.choose(2))

    def swallows(self, name: str, error: BaseException) -> None:
        """The body of `name`, of which nothing else is known, got `error` at its yield."""
        if self.counts.get(name, Count()).lets_out:
            raise error
        self.world.swallow(error)
        if isinstance(error, GeneratorExit):
            self.ignoring.append(sys._getframe(1))

    def _is_unknown(self, generator: AnyGenerator) -> bool:
        """A careful reader knows nothing of the generator."""
        if not self.world.cautious:
            return False
        if self._stream(generator).decorated:
            return True
        if state(generator) == "closed":
            return False
        ignoring = any(body is generator.ag_frame for body in self.ignoring)
        return ignoring or id(generator) in self.escapes

    def perhaps(self, target: AnyGenerator, made: Awaitable[object]) -> Awaitable[object]:
        """The operation that was made; anything may come of it where `target` is unknown."""
        return self._whatever(made) if self._is_unknown(target) else made

    async def _whatever(self, made: Awaitable[object]) -> object:
        return 1 if self.world.choose(2) else await made


class Stack(AsyncExitStack):
    """An exit stack that may swallow."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world

    async def __aexit__(self, *exc_info: Any) -> bool:
        try:
            swallowed = bool(await super().__aexit__(*exc_info))
        except Exception:
            if self._world.over or not self._world.choose(2):
                raise
            return True
        return swallowed or bool(exc_info[0] and self._world.choose(2))


@dataclass
class Iterated:
    """The generator in an `async for`, with its steps recorded."""

    recorder: Recorder
    site: Site
    generator: AnyGenerator

    def __aiter__(self) -> Iterated:
        return self

    def __anext__(self) -> object:
        self.recorder.tick()
        self.recorder.note(self.site, "for-next", self.generator, sends_none=True)
        return self.recorder.perhaps(self.generator, self.generator.__anext__())


def state(generator: AnyGenerator) -> str:
    """The state's name in small letters, as `inspect` tells it from Python 3.12 on."""
    if sys.version_info >= (3, 12):
        return inspect.getasyncgenstate(generator).removeprefix("AGEN_").lower()
    if generator.ag_running:
        return "running"
    frame = generator.ag_frame
    if frame is None:
        return "closed"
    return "created" if frame.f_lasti <= _entry(generator.ag_code) else "suspended"


@functools.lru_cache(maxsize=4096)
def _entry(code: CodeType) -> int:
    """The last instruction's offset in a generator that has not been started."""
    offsets: Iterator[int] = (
        step.offset for step in dis.get_instructions(code) if step.opname == "RETURN_GENERATOR"
    )
    return next(offsets, NOT_STARTED)


def _references(_site: Site, value: object, _certainly: bool) -> int:
    """How many references a value has in a function with such parameters, if nobody else has it."""
    return sys.getrefcount(value)


UNSHARED: Final = _references((0, 0), object(), False)
