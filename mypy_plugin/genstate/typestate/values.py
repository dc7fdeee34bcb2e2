"""Abstract values: what a place may hold. A place's value is a set of atoms."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Final, NamedTuple, TypeAlias, TypeVar

from genstate.cfg.exceptions import BASE_EXCEPTION, ExceptionClass, Matching, match
from genstate.cfg.vocabulary import Constant, Exact, GeneratorFunction, Swallow


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
