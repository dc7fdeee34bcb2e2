"""What a run did with its synchronous generators."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from types import GeneratorType
from typing import Any, Final

from fuzz.callers.instrument import Stream
from fuzz.callers.recorder import UNKNOWN_STREAM, UNSHARED, Event, Recorder, Site
from fuzz.world import World

#: What the rules of `callers` call the operations.
NAMES: Final = {
    "next": "anext",
    "send": "asend",
    "throw": "athrow",
    "close": "aclose",
    "__next__": "__anext__",
}


class SyncRecorder(Recorder):
    """As `Recorder`; an operation takes effect where it is called."""

    def operation(self, site: Site, name: str, target: Any, *arguments: Any) -> object:
        if isinstance(target, GeneratorType):
            self.world.kept.append(target)
            told = "anext-default" if name == "next" and arguments else NAMES[name]
            self.note_sync(site, told, target, name != "send" or arguments[0] is None)
            if name != "close" and self._may_do_anything(target):
                return 1
        if name == "next":
            return next(target, *arguments)
        return getattr(target, name)(*arguments)

    def iterated(self, site: Site, iterable: object, early: bool = False) -> object:
        """`iterable`, out of which all is taken; where it is left `early`, perhaps one value."""
        if isinstance(iterable, Hidden):
            iterable = iterable.generator
        if not isinstance(iterable, GeneratorType):
            return iterable
        self.world.kept.append(iterable)
        self.note_sync(site, "some" if early else "for", iterable, sends_none=True)
        return Hidden(self, site, iterable, early)

    def unseen(self, value: object) -> object:
        """`value`, given to what keeps it and goes through it out of sight."""
        if not isinstance(value, GeneratorType):
            return value
        self.escaped(value)
        return self._out_of_sight(value)

    def _out_of_sight(self, generator: GeneratorType[Any, Any, Any]) -> Iterator[object]:
        while True:
            self.tick()
            if self._may_do_anything(generator):
                if self.world.choose(2):
                    return
                yield 1
                continue
            try:
                value = next(generator)
            except StopIteration:
                return
            yield value

    def some(self, iterable: Iterable[object]) -> bool:
        """`any(iterable)`, or the like: what the values are is not known, so it may stop at any."""
        return any(self.world.choose(2) for _ in iterable)

    def escaped(self, value: Any) -> Any:
        if isinstance(value, GeneratorType):
            self.world.kept.append(value)
            self.escapes.add(id(value))
        elif isinstance(value, closing):
            self.escaped(value.thing)  # type: ignore[attr-defined]
        elif isinstance(value, Hidden):
            self.escapes.add(id(value.generator))
        elif isinstance(value, tuple | list):
            for part in value:
                self.escaped(part)
        return value

    def stack(self) -> Any:
        return SyncStack(self.world) if self.world.cautious else ExitStack()

    def dropped(self, site: Site, value: object, certainly: bool) -> object:
        references = sys.getrefcount(value) - sum(each is value for each in self.world.kept)
        if isinstance(value, GeneratorType) and not self.world.over:
            fresh = state(value) == "created" and references <= UNSHARED
            hidden = self._made_by(value).decorated or not certainly
            event = Event("drop", "fresh" if fresh else "held", False, False, hidden)
            self.events[site][event] += 1
        return value

    def note_sync(
        self, site: Site, name: str, generator: GeneratorType[Any, Any, Any], sends_none: bool
    ) -> None:
        if self.world.over:
            return
        stream = self._made_by(generator)
        needs_value = stream.uses_received and not stream.takes_none
        hidden = stream.decorated or id(generator) in self.escapes
        self.events[site][Event(name, state(generator), sends_none, needs_value, hidden)] += 1

    def _made_by(self, generator: GeneratorType[Any, Any, Any]) -> Stream:
        return self.streams.get(generator.gi_code.co_name, UNKNOWN_STREAM)

    def _may_do_anything(self, generator: GeneratorType[Any, Any, Any]) -> bool:
        """It is not known to a careful reader, and does something of its own now."""
        if not self.world.cautious:
            return False
        known = not self._made_by(generator).decorated and (
            state(generator) == "closed"
            or not (
                id(generator) in self.escapes
                or any(body is generator.gi_frame for body in self.ignoring)
            )
        )
        return not known and bool(self.world.choose(2))


class SyncStack(ExitStack):
    """An exit stack that may swallow."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world

    def __exit__(self, *exc_info: Any) -> bool:
        try:
            swallowed = bool(super().__exit__(*exc_info))
        except Exception:
            if self._world.over or not self._world.choose(2):
                raise
            return True
        return swallowed or bool(exc_info[0] and self._world.choose(2))


@dataclass
class Hidden:
    """The generator that something iterates over, with its steps recorded."""

    recorder: SyncRecorder
    site: Site
    generator: GeneratorType[Any, Any, Any]
    early: bool

    def __iter__(self) -> Iterator[object]:
        return self

    def __next__(self) -> object:
        self.recorder.tick()
        if not self.early:
            self.recorder.note_sync(self.site, "for-next", self.generator, sends_none=True)
        if self.recorder._may_do_anything(self.generator):
            return 1
        return next(self.generator)


def state(generator: GeneratorType[Any, Any, Any]) -> str:
    """The state's name in small letters."""
    return inspect.getgeneratorstate(generator).removeprefix("GEN_").lower()
