"""Abstract values: what a place may hold. A place's value is a set of atoms."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Final, NamedTuple, TypeAlias, TypeVar

from genstate.cfg.exceptions import BASE_EXCEPTION, ExceptionClass, Matching, match
from genstate.cfg.vocabulary import (
    Constant,
    Exact,
    GeneratorFunction,
    Operation,
    Place,
    Swallow,
)


@dataclass(frozen=True, slots=True)
class Unknown:
    """Anything. A value that can be this is never certain to be something else."""


@dataclass(frozen=True, slots=True)
class Unbound:
    """The variable has no value: reading it raises."""


@dataclass(frozen=True, slots=True)
class Known:
    """A value that is no generator, of which this much is known."""

    constant: Constant
    exact: Exact | None = None


class Object(NamedTuple):
    """An abstract object, by the event that creates it.

    The newest object of a site is one object, so its state can be replaced (strong update). All
    older ones of the site share one abstract object, whose state can only grow (weak update).
    """

    site: int
    older: bool = False


@dataclass(frozen=True, slots=True)
class Generator:
    """A generator that the function has made itself."""

    object: Object
    function: GeneratorFunction


@dataclass(frozen=True, slots=True)
class Awaitable:
    """The awaitable of an operation; which one, its object's state tells."""

    object: Object


@dataclass(frozen=True, slots=True)
class Task:
    """What waits for operations that were handed over: a task, or a future of `gather`.

    Attributes:
        operations: the awaitables.
        starter: the event that handed them over.
        shielded: what cancels it does not cancel them.
        collects: it hands back their exceptions as values; None where that is not known.
        fails: one of them was begun before, and raises.
        lists: their results come in a list.
    """

    operations: tuple[Object, ...]
    starter: int
    shielded: bool = False
    collects: bool | None = False
    fails: bool = False
    lists: bool = False


@dataclass(frozen=True, slots=True)
class Closer:
    """A context manager that closes its generator on the way out."""

    value: Value


@dataclass(frozen=True, slots=True)
class Suppressor:
    """A context manager that swallows exceptions."""

    swallow: Swallow


@dataclass(frozen=True, slots=True)
class Driven:
    """What a loop has entered, a generator most of the time: the loop's own iterator."""

    generator: Generator | Unknown


@dataclass(frozen=True, slots=True)
class Tuple:
    """A tuple, item by item, and perhaps more items that are not known."""

    items: tuple[Value, ...]
    more: bool = False


@dataclass(frozen=True, slots=True)
class Thrown:
    """An exception: of class `raised` exactly, or of a subclass that is not in `excluded`.

    `origin` is the site of the statement or operation that raised it, where a rule asks for that.
    """

    raised: ExceptionClass = BASE_EXCEPTION
    exact: bool = False
    excluded: frozenset[ExceptionClass] = frozenset()
    origin: int = -1

    def matches(self, handler: ExceptionClass) -> Matching:
        """Would a handler for this class catch it?"""
        if any(handler.is_subclass_of(other) for other in self.excluded):
            return Matching.NEVER
        return match(self.raised, self.exact, handler)

    def narrowed(self, handler: ExceptionClass) -> Thrown:
        """The same exception, known to have been caught by `handler`."""
        return self if self.raised.is_subclass_of(handler) else replace(self, raised=handler)

    def without(self, handler: ExceptionClass) -> Thrown:
        """The same exception, known to have passed `handler` by."""
        return replace(self, excluded=self.excluded | {handler})


Atom: TypeAlias = (
    Unknown
    | Unbound
    | Known
    | Generator
    | Awaitable
    | Task
    | Closer
    | Suppressor
    | Driven
    | Tuple
    | Thrown
)
Value: TypeAlias = frozenset[Atom]

T = TypeVar("T")

UNKNOWN: Final[Value] = frozenset({Unknown()})
UNBOUND: Final[Value] = frozenset({Unbound()})

_TRUTH: Final = {
    Constant.NONE: False,
    Constant.FALSE: False,
    Constant.FALSY: False,
    Constant.TRUE: True,
    Constant.TRUTHY: True,
}


def ordered(members: Collection[T]) -> Iterable[T]:
    """The members of a set, always in the same order.

    The order in which Python goes through a set changes from run to run. What is found, and how it
    is worded, must not.
    """
    return members if len(members) < 2 else sorted(members, key=_rank)


def _rank(thing: object) -> str:
    if isinstance(thing, (frozenset, tuple)):
        ranks = [_rank(member) for member in thing]
        return ",".join(sorted(ranks) if isinstance(thing, frozenset) else ranks)
    if isinstance(thing, ExceptionClass):
        return thing.name
    if not is_dataclass(thing):
        return str(thing)
    inner = (_rank(getattr(thing, field.name)) for field in fields(thing))
    return f"{type(thing).__name__}({';'.join(inner)})"


def constant(known: Constant, exact: Exact | None = None) -> Value:
    return frozenset({Known(known, exact)})


def thrown(raised: ExceptionClass, *, exact: bool = False, origin: int = -1) -> Value:
    return frozenset({Thrown(raised, exact, origin=origin)})


def holds_exception(value: Value) -> bool:
    """The value is an exception, or a tuple with one."""
    return any(
        isinstance(atom, Thrown)
        or (isinstance(atom, Tuple) and any(map(holds_exception, atom.items)))
        for atom in value
    )


def truth(atom: Atom) -> bool | None:
    """Whether the atom is true in a condition, where that is known."""
    if isinstance(atom, Known):
        return _TRUTH.get(atom.constant)
    if isinstance(atom, Tuple):
        return True if atom.items else (None if atom.more else False)
    # An exception could have a truth of its own. None is known that has.
    return True if isinstance(atom, (Generator, Awaitable, Task, Thrown)) else None


def is_none(atom: Atom) -> bool | None:
    """Whether the atom is None, where that is known."""
    if isinstance(atom, Known):
        if atom.constant is Constant.FALSY and atom.exact is None:
            return None
        return atom.constant is Constant.NONE
    return None if isinstance(atom, Unknown) else False


# What is known of an object: the states that it may be in, each with how it came there.


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
