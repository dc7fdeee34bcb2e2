"""Conditions: the states that an object may be in, each with how it came there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

from genstate.cfg.vocabulary import Operation, Place
from genstate.typestate.values import Generator, Object, Value

#: How a generator came to be closed that was waiting when the time of its operation was over.
LATE: Final = "timed out"


@dataclass(frozen=True, slots=True)
class Being:
    """A generator's state, and the event that brought it there.

    Attributes:
        state: the name of the state; empty where nothing is known any more.
        how: what happened, for messages ("created", "closed", "exhausted" …).
        line: where.
        taken: how many values it has given, as far as they are counted; None where that says
            nothing of how many are left.
    """

    state: str
    how: str = ""
    line: int = 0
    taken: int | None = 0

    @property
    def is_late(self) -> bool:
        """A limit of time was over, and that has closed the generator."""
        return self.how == LATE


@dataclass(frozen=True, slots=True)
class Pending:
    """An awaitable that was not awaited yet: an operation, to be done when it is.

    Attributes:
        site: the event that made it.
        operation: what it does.
        receiver: the generators that it may do it to.
        argument: what it sends or throws.
    """

    site: int
    operation: Operation
    receiver: Value
    argument: Value


@dataclass(frozen=True, slots=True)
class Called:
    """A coroutine that was not awaited yet: a call of a function that is followed.

    Attributes:
        site: the event that made it.
        arguments: the generators that it was given, each with the parameters that it goes to.
        opening: the operation on one of them that comes before all else that waits.
        alone: it waits for nothing else; who cancels the coroutine cancels the operation.
    """

    site: int
    arguments: tuple[tuple[Generator, tuple[Place, ...]], ...]
    opening: Pending | None = None
    alone: bool = False

    @property
    def receiver(self) -> Value:
        """The generators that it may get at."""
        return frozenset(generator for generator, _ in self.arguments)

    @property
    def argument(self) -> Value:
        """What else it holds: all that is not followed has escaped."""
        return frozenset()


#: What is done when somebody awaits it.
Work: TypeAlias = Pending | Called


@dataclass(frozen=True, slots=True)
class Done:
    """An awaitable that was awaited already, or handed over to code that awaits it.

    Attributes:
        site: the event that made it.
        line: where it was awaited.
        pending: what is still to be done where it was handed over; None once it is over.
        before: the states in which it was handed over, if nothing else was in flight.
        failed: it came to its end by an exception, or not; None where that is not known.
        cancelled: the task that got it was cancelled before it began, or while it waited.
        loose: others have got hold of it since: it may be over, or not.
        begun: it has begun for certain, or can begin no more.
    """

    site: int
    line: int
    pending: Work | None = None
    before: frozenset[Being] = frozenset()
    failed: bool | None = None
    cancelled: bool = False
    loose: bool = False
    begun: bool = False


@dataclass(frozen=True, slots=True)
class Busy:
    """A generator with operations in flight: handed over, and nobody awaited their end.

    Attributes:
        operations: their awaitables, in the order in which they were handed over.
        starter: the event that handed the first one over.
        unfinished: that one has to wait, and nothing else has run since.
        before: the states in which it found the generator.
        fresh: nothing has run since that, so that none of them has begun.
        begun: something has, so that they have.
    """

    operations: tuple[Object, ...]
    starter: int
    unfinished: bool = True
    before: frozenset[Being] = frozenset()
    fresh: bool = True
    begun: bool = False


Condition: TypeAlias = Being | Pending | Called | Done | Busy

LOST: Final = Being("")

_REMEMBERED: Final = 2
_CLOSED: Final = "closed"


def is_final(condition: Condition) -> bool:
    """Nothing can change the condition any more: the generator is closed, the awaitable used up."""
    return (isinstance(condition, Done) and condition.pending is None) or (
        isinstance(condition, Being) and condition.state == _CLOSED
    )


def kind(condition: Condition) -> object:
    """What conditions have in common of which the same comes: all but how they came about."""
    if isinstance(condition, Being):
        return condition.state, condition.taken
    return condition


def origin(condition: Condition) -> tuple[int, str]:
    """Where a condition came about: an order to choose by."""
    if isinstance(condition, Being):
        return condition.line, condition.how
    if isinstance(condition, Busy):
        return condition.starter, ""
    return condition.site, ""


def either(first: frozenset[Condition], second: frozenset[Condition]) -> frozenset[Condition]:
    """One of the conditions of both sides; if nothing is known on one side, nothing is.

    Of each state only the first places where it came about are remembered.
    """
    if first == second:
        return first
    joined = first | second
    if LOST in joined:
        return frozenset({LOST})
    if len(joined) <= _REMEMBERED:
        return joined
    kept: list[Condition] = []
    counts: dict[object, int] = {}
    for condition in sorted(joined, key=origin):
        state = kind(condition)
        counts[state] = counts.get(state, 0) + 1
        if counts[state] <= _REMEMBERED:
            kept.append(condition)
    return frozenset(kept)
