"""Terminators: how a basic block ends, and where control goes from there.

Targets are the numbers of blocks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from genstate.cfg.events import Event
from genstate.cfg.exceptions import BASE_EXCEPTION, ExceptionClass, Handled
from genstate.cfg.vocabulary import (
    DIRECT,
    Dependence,
    Place,
    Protocol,
    Swallow,
    Test,
    Through,
    answers_of,
)


@dataclass(slots=True, eq=False)
class Terminator(Event):
    def targets(self) -> tuple[int, ...]:
        return ()


@dataclass(slots=True, eq=False)
class Jump(Terminator):
    to: int

    def targets(self) -> tuple[int, ...]:
        return (self.to,)


@dataclass(slots=True, eq=False)
class Branch(Terminator):
    """Goes to `yes` or `no` as the test says; both ways where it can't be known.

    Attributes:
        depends: what the answer may hang on, where it is not known.
        rejoins: both ways meet again, and nothing that matters happens on either.
        asks: the variables that the answer is of, in functions that should yield once.
    """

    test: Test | None
    yes: int
    no: int
    depends: Dependence = Dependence.NOTHING
    rejoins: bool = False
    asks: frozenset[str] = frozenset()

    def uses(self) -> tuple[Place, ...]:
        return () if self.test is None else self.test.places()

    def targets(self) -> tuple[int, ...]:
        return (self.yes, self.no)


@dataclass(slots=True, eq=False)
class Catch(Terminator):
    """The exception in `place` is matched against what an `except` clause names.

    An `except*` clause (`grouped`) also matches, in part, groups of such exceptions.
    """

    place: Place
    handled: Handled
    yes: int
    no: int
    grouped: bool = False

    def uses(self) -> tuple[Place, ...]:
        return (self.place,)

    def targets(self) -> tuple[int, ...]:
        return (self.yes, self.no)


@dataclass(slots=True, eq=False)
class Swallowed(Terminator):
    """A context manager was left by the exception in `place`: is it swallowed?

    Of an exit stack, `stack` is the place of what was put on it.
    """

    place: Place
    swallow: Swallow
    yes: int
    no: int
    stack: Place = ""

    def uses(self) -> tuple[Place, ...]:
        return (self.place, self.stack) if self.stack else (self.place,)

    def targets(self) -> tuple[int, ...]:
        return (self.yes, self.no)


@dataclass(slots=True, eq=False)
class Next(Terminator):
    """The head of a loop: `target` gets the next value (to `body`), or the iterator ends (`done`).

    Attributes:
        endless: the iterator is known to have no end.
        depends: what the number of turns may hang on, where it is not known.
        expected: as for `Operate`.
        delegates: the loop is a `yield from`, which hands on what is sent.
        asserted: a test asks what is left.
        suspends: an async loop may wait for something here.
        surely: it has to.
        through: how values get from the iterator to the loop.
        absorbs: as for `Await`.
        sized: what is gone through is true if, and only if, it is not empty.
        expires: a limit of time can cut a turn short.
    """

    target: Place
    iterator: Place
    body: int
    done: int
    is_async: bool = False
    raises: bool = True
    protocol: Protocol = Protocol.ASYNC
    endless: bool = False
    depends: Dependence = Dependence.NOTHING
    expected: tuple[ExceptionClass, ...] = ()
    delegates: bool = False
    asserted: bool = False
    suspends: bool = True
    surely: bool = True
    through: Through = DIRECT
    absorbs: Callable[[], bool] | None = None
    sized: bool = False
    expires: bool = False

    def uses(self) -> tuple[Place, ...]:
        return (self.iterator,)

    def defines(self) -> tuple[Place, ...]:
        return (self.target,)

    def targets(self) -> tuple[int, ...]:
        return (self.body, self.done)


@dataclass(slots=True, eq=False)
class Raise(Terminator):
    """Raises the exception in `place`, on to the block's handler.

    Attributes:
        bound: what its type says, for a place of which no more is known.
        exact: it is of that very class.
        explicit: by a raise statement, not by the end of a `finally`.
    """

    place: Place
    bound: ExceptionClass = BASE_EXCEPTION
    exact: bool = False
    explicit: bool = False

    def uses(self) -> tuple[Place, ...]:
        return (self.place,)


@dataclass(slots=True, eq=False)
class Return(Terminator):
    """Leaves the function with the value of `place`."""

    place: Place | None = None

    def uses(self) -> tuple[Place, ...]:
        return () if self.place is None else (self.place,)


@dataclass(slots=True, eq=False)
class Stop(Terminator):
    """No way on: mypy knows that control does not get here or not past here."""


@dataclass(slots=True)
class Block:
    """A basic block: events, a terminator, and the block that handles what they raise, if any."""

    number: int
    handler: int
    events: list[Event] = field(default_factory=list)
    terminator: Terminator | None = None

    def all_events(self) -> list[Event]:
        """Its events and its terminator."""
        return self.events if self.terminator is None else [*self.events, self.terminator]

    def targets(self) -> tuple[int, ...]:
        """Where its end leads."""
        return () if self.terminator is None else self.terminator.targets()

    def remembers(self) -> tuple[Place, ...]:
        """Where the answer of the test at its end is kept."""
        end = self.terminator
        return () if not isinstance(end, Branch) or end.test is None else answers_of(end.test)
