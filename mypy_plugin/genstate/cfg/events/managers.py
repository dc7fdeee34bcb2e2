"""Context managers: made, entered, left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from genstate.cfg.events.base import Event
from genstate.cfg.exceptions import ExceptionClass
from genstate.cfg.vocabulary import Place, Protocol, Swallow


@dataclass(slots=True, eq=False)
class Closing(Event):
    """`target` gets a context manager that closes the generator `generator` on the way out."""

    target: Place
    generator: Place
    protocol: Protocol = Protocol.ASYNC

    def uses(self) -> tuple[Place, ...]:
        return (self.generator,)

    def defines(self) -> tuple[Place, ...]:
        return (self.target,)


@dataclass(slots=True, eq=False)
class Suppress(Event):
    """`target` gets a context manager that swallows these exceptions."""

    target: Place
    swallow: Swallow

    def defines(self) -> tuple[Place, ...]:
        return (self.target,)


@dataclass(slots=True, eq=False)
class Enter(Event):
    """A context manager is entered; `target` gets what it hands over.

    Attributes:
        scope: the name of the cancel scope that it is.
        until: the place of the manager at whose end it is left, if not its own (an exit stack's).
        converted: exceptions that never come out of it: they become others on the way.
        surely: to enter it has to wait for something, if it is async.
        absorbs: as for `Await`.
    """

    target: Place
    manager: Place
    is_async: bool = False
    raises: bool = True
    scope: str = ""
    until: Place = ""
    converted: tuple[ExceptionClass, ...] = ()
    surely: bool = True
    absorbs: Callable[[], bool] | None = None

    def uses(self) -> tuple[Place, ...]:
        return (self.manager,)

    def defines(self) -> tuple[Place, ...]:
        return (self.target,)


@dataclass(slots=True, eq=False)
class Defer(Event):
    """The value of `manager` is put on an exit stack: `stack` holds a tuple of such values."""

    stack: Place
    manager: Place

    def uses(self) -> tuple[Place, ...]:
        return (self.stack, self.manager)

    def defines(self) -> tuple[Place, ...]:
        return (self.stack,)


@dataclass(slots=True, eq=False)
class HandOver(Event):
    """An exit stack gets into other hands: what was put on it may be left at any time, or never."""

    manager: Place
    stack: Place

    def uses(self) -> tuple[Place, ...]:
        return (self.stack,)

    def defines(self) -> tuple[Place, ...]:
        return (self.stack,)


@dataclass(slots=True, eq=False)
class Leave(Event):
    """A context manager is left. Whether it swallows stands in the `Swallowed` terminator behind.

    Attributes:
        stack: the place of what was put on it, if it is an exit stack.
        groups: what it raises comes in an exception group.
        converted: as for `Enter`.
        surely: as for `Enter`.
    """

    manager: Place
    is_async: bool = False
    raises: bool = True
    stack: Place = ""
    groups: bool = False
    converted: tuple[ExceptionClass, ...] = ()
    surely: bool = True

    def uses(self) -> tuple[Place, ...]:
        return (self.manager, self.stack) if self.stack else (self.manager,)


@dataclass(slots=True, eq=False)
class Group(Event):
    """The exception in `target` leaves a task group, which puts it into an exception group."""

    target: Place

    def uses(self) -> tuple[Place, ...]:
        return (self.target,)

    def defines(self) -> tuple[Place, ...]:
        return (self.target,)
