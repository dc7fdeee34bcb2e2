"""What the module `opaque` does at run time: whatever the chooser of the run decides."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import suppress
from dataclasses import dataclass, field
from types import AsyncGeneratorType, GeneratorType
from typing import Any, Final, TypeAlias

from fuzz.decisions import Chooser

AnyGenerator: TypeAlias = AsyncGeneratorType[Any, Any]
LONGEST_LOOP: Final = 3
MOST_TICKS: Final = 24


class EndOfRun(BaseException):
    """The run was cut short: it went round a loop too often."""


class Waited(BaseException):
    """A program waited for something."""


@dataclass
class World:
    """One run.

    Attributes:
        chooser: who decides.
        raises: the exceptions that opaque calls may raise.
        cautious: what a careful reader of the program could not be sure of may come out otherwise.
        over: the run is at its end; what still happens is clearing up.
        leaving: the body is being closed, or its with-block has failed.
        failing: opaque code has raised while the body was being left. The rules about yields leave
            the failures of a cleanup aside.
        unlikely: what happened need not be foretold. Opaque code raised what it hardly ever does,
            such as `GeneratorExit`, or an opaque context manager chose whether to swallow.
        touchable: an object whose attributes opaque code may rebind, by `touched`.
    """

    chooser: Chooser
    raises: tuple[type[BaseException], ...] = ()
    cautious: bool = False
    ticks: int = 0
    over: bool = False
    leaving: bool = False
    failing: bool = False
    unlikely: bool = False
    own: list[BaseException] = field(default_factory=list)
    kept: list[object] = field(default_factory=list)
    touchable: Any = None
    touched: Callable[[object], object] = id

    def touch(self) -> None:
        """Opaque code runs. It hardly ever rebinds the attributes that it can reach."""
        if self.touchable is not None and not self.over and self.chooser.choose(1, 1):
            for name, value in vars(self.touchable).items():
                setattr(self.touchable, name, self.touched(value))

    def tick(self) -> None:
        """One turn of a loop. Ends the run where there were too many.

        Raises:
            EndOfRun: this was one turn too many. Raised again at every turn that follows, so that a
                program which catches everything ends too.
        """
        self.ticks += 1
        if self.ticks > MOST_TICKS:
            self.over = True
            raise EndOfRun

    def choose(self, common: int) -> int:
        """One of `common` outcomes.

        Raises:
            BaseException: one of `raises`: opaque code can always fail.
        """
        if self.over:
            return 0
        choice = self.chooser.choose(common, len(self.raises))
        if choice >= common:
            kind = self.raises[choice - common]
            self.failing |= self.leaving
            self.unlikely |= not issubclass(kind, Exception)
            raise self.made(kind)
        return choice

    def swallow(self, error: BaseException) -> None:
        """A body of which nothing is known got `error` at its yield: it mostly lets it out."""
        common, rare = (1, 1) if isinstance(error, GeneratorExit) else (2, 0)
        if self.over or not self.chooser.choose(common, rare):
            raise error

    def made(self, kind: type[BaseException]) -> BaseException:
        """An exception from outside the program."""
        error = kind()
        self.own.append(error)
        return error

    def is_own(self, error: BaseException) -> bool:
        """Whether `error` comes from outside the program."""
        return any(each is error for each in self.own)


class Manager:
    """A context manager, of both kinds, that may or may not swallow."""

    def __init__(self, world: World, swallows: bool) -> None:
        self._world = world
        self._swallows = swallows

    def __enter__(self) -> None:
        self._world.choose(1)

    def __exit__(self, kind: object, *rest: object) -> bool:
        if kind is EndOfRun:
            return False
        if not self._swallows or kind is None:
            return bool(self._world.choose(1))
        self._world.unlikely = True
        return bool(self._world.choose(2))

    async def __aenter__(self) -> None:
        self.__enter__()

    async def __aexit__(self, kind: object, *rest: object) -> bool:
        return self.__exit__(kind)


class Box:
    """Something with attributes."""


class Opaque:
    """The object `c` of the programs."""

    def __init__(self, world: World) -> None:
        self._world = world

    def __call__(self) -> bool:
        return bool(self._world.choose(2))

    def value(self) -> int:
        return 1 - self._world.choose(2)

    def maybe(self) -> int | None:
        return None if self._world.choose(2) else 1

    def items(self) -> list[int]:
        return list(range(self._world.choose(LONGEST_LOOP + 1)))

    def range(self, most: int) -> range:
        """In place of the real `range`: it is certain that the loop has a turn, not how many."""
        turns = 1 + self._world.chooser.choose(most)
        self._world.unlikely |= turns < most
        return range(turns)

    def swallows(self) -> bool:
        self._world.unlikely = True
        return bool(self._world.choose(2))

    def fail(self) -> None:
        if self._world.choose(2):
            self._world.failing |= self._world.leaving
            raise ValueError

    def note(self, *_values: object) -> None:
        self._world.choose(1)

    async def pause(self) -> None:
        self._world.choose(1)

    def use(self, thing: object) -> None:
        if isinstance(thing, AsyncGeneratorType):
            self._touch(thing)
        elif isinstance(thing, GeneratorType):
            self._touch_sync(thing)

    async def drive(self, thing: object) -> None:
        self.use(thing)

    def plain(self) -> Manager:
        self._world.choose(1)
        return Manager(self._world, swallows=False)

    def swallow(self) -> Manager:
        self._world.choose(1)
        return Manager(self._world, swallows=True)

    aplain = plain
    aswallow = swallow

    def box(self) -> Box:
        self._world.choose(1)
        return Box()

    def loose(self) -> AnyGenerator:
        made = _anything(self._world)
        assert isinstance(made, AsyncGeneratorType)
        self._world.kept.append(made)
        self._touch(made)
        return made

    strict = loose

    def sloose(self) -> GeneratorType[Any, Any, Any]:
        made = _anything_sync(self._world)
        assert isinstance(made, GeneratorType)
        self._world.kept.append(made)
        self._touch_sync(made)
        return made

    sstrict = sloose

    def wrap(self, function: Callable[..., object]) -> Callable[..., object]:
        """A decorator: changes nothing, or lets all callers share what the first call gave."""
        if not self._world.choose(2):
            return function
        made: list[object] = []

        def shared(*args: object) -> object:
            if not made:
                made.append(function(*args))
            return made[0]

        return shared

    def _touch(self, generator: AnyGenerator) -> None:
        choice = self._world.choose(3)
        if choice:
            step(generator.asend(None) if choice == 1 else generator.aclose())

    def _touch_sync(self, generator: GeneratorType[Any, Any, Any]) -> None:
        choice = self._world.choose(3)
        if choice:
            with suppress(Exception, GeneratorExit):
                next(generator) if choice == 1 else generator.close()


class Fragile(Opaque):
    """The object `c` where even its attributes may fail."""

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if not name.startswith("_"):
            self._world.choose(1)
        return found


async def _anything(world: World) -> AsyncGenerator[int, None]:
    """A generator of which nothing is known."""
    while not (world.over or world.choose(2)):
        try:
            yield 1
        except BaseException as error:
            world.swallow(error)


def _anything_sync(world: World) -> Generator[int, None, None]:
    """The same, synchronous."""
    while not (world.over or world.choose(2)):
        world.tick()
        try:
            yield 1
        except BaseException as error:
            world.swallow(error)


def step(awaitable: Any) -> None:
    """Run an operation to its end, whatever comes out of it."""
    with suppress(Exception, GeneratorExit):
        run(awaitable)


def run(awaitable: Any) -> object:
    """What the awaitable gives.

    Raises:
        Waited: it waits for something; nothing here ever does.
    """
    steps: Generator[object, None, object] = awaitable.__await__()
    try:
        next(steps)
    except StopIteration as stop:
        return stop.value
    raise Waited
