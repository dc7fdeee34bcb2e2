"""The words that events are made of: places, operations, protocols, roles, tests.

*Places* are the function's own variables by name, and temporaries (`%1`, `%2` …) for the values of
subexpressions.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, Flag, auto
from typing import Final, TypeAlias

from genstate.cfg.exceptions import NOTHING, ExceptionClass, Handled

Place: TypeAlias = str

#: Where something stands in the source, to report it there: a node of mypy's tree, not looked into.
Node: TypeAlias = object


#: What the places begin with that keep the last answers to conditions.
REMEMBERED: Final = "?"

#: What the interpreter calls the function behind a generator expression.
GENEXPR: Final = "<genexpr>"

#: Where an exception in flight waits for the handler of its block.
RAISED: Final[Place] = "%exc"


class Protocol(Enum):
    """Which of the two generator protocols an object obeys."""

    ASYNC = "async"
    SYNC = "sync"


class Role(Enum):
    """What drives a generator function, by its decorators."""

    PLAIN = "plain"
    CONTEXT_MANAGER = "context manager"
    FIXTURE = "fixture"
    #: The decorator takes a generator function, and gives one that gives no generators.
    DRIVEN = "driven"
    UNKNOWN = "unknown"


class Operation(Enum):
    """What can be done to a generator, whatever the protocol calls it."""

    NEXT = "next"
    SEND = "send"
    THROW = "throw"
    CLOSE = "close"


class Constant(Enum):
    """What is known of a value that is written down in the source."""

    NONE = "None"
    TRUE = "True"
    FALSE = "False"
    TRUTHY = "truthy"
    FALSY = "falsy"
    NOT_NONE = "not None"


@dataclass(frozen=True, slots=True)
class Exact:
    """A value that is written down in full: a string, a number, or a member of an enum.

    Attributes:
        kind: its type, or the full name of its enum.
        value: the value, or the name of the member.
    """

    kind: str
    value: str | bytes | float

    def __str__(self) -> str:
        return repr(self.value) if not self.is_member else f"{self.kind}.{self.value!s}"

    @property
    def is_member(self) -> bool:
        return "." in self.kind


@dataclass(frozen=True, slots=True)
class Supply:
    """How many values an iterator gives before it ends, if nothing is thrown into it.

    Attributes:
        least: so many at the least, unless it raises.
        most: no more than that; None where that is not known.
        endless: it does not end, unless it raises.
        resumes: behind its end it may have more to give, as the lines of a file that grows.
    """

    least: int = 0
    most: int | None = None
    endless: bool = False
    resumes: bool = False

    @property
    def counted(self) -> int:
        """Up to so many values it makes a difference how many were taken."""
        return max(self.least, self.most or 0)


@dataclass(frozen=True, slots=True)
class Through:
    """How an iterator hands on what it takes from another one, its source.

    Attributes:
        early: it may end before its source does.
        unasked: it may do so without asking its source once more.
        skips: it may take several values of its source for one of its own.
        goes_on: it may have more to give when its source has ended.
        raises: it may raise something of its own.
    """

    early: bool = False
    unasked: bool = False
    skips: bool = False
    goes_on: bool = False
    raises: bool = False

    def __or__(self, other: Through) -> Through:
        return Through(
            self.early or other.early,
            self.unasked or other.unasked,
            self.skips or other.skips,
            self.goes_on or other.goes_on,
            self.raises or other.raises,
        )


#: A loop takes values out of its iterator itself.
DIRECT: Final = Through()


@dataclass(frozen=True, slots=True)
class Waits:
    """Where the body of an async generator waits for something.

    Attributes:
        first: before its first yield, it may.
        later: behind some yield, it may.
        thrown: when something is thrown in at a yield, or it is closed there, it may.
        surely_first: before its first yield, it does.
        always: behind whichever yield, it does.
        ever: on every way through the body, it does sooner or later.
    """

    first: bool = True
    later: bool = True
    thrown: bool = True
    surely_first: bool = True
    always: bool = True
    ever: bool = True


@dataclass(frozen=True, slots=True)
class Body:
    """What the body of a generator function says about its generators.

    Attributes:
        supply: how many values they give.
        waits: when they may wait for something.
        cleans_up: something is done in it when they are closed.
        just_ends: nothing there deals with an exception: to close them where they wait ends them.
        survives: they may go on where what they wait for is cancelled.
    """

    supply: Supply = Supply()
    waits: Waits = Waits()
    cleans_up: bool = False
    just_ends: bool = False
    survives: bool = False


ENDLESS: Final = Body(Supply(endless=True))


@dataclass(frozen=True, slots=True)
class GeneratorFunction:
    """What a call of a generator function says about the generator that it makes.

    Attributes:
        name: the function's name, for messages.
        fullname: its full name.
        protocol: async or sync.
        refuses_none: its `TSend` excludes None.
        body: what its body says, where that is known.
        judged: it makes generators whose misuse is reported, not iterators of another kind.
    """

    name: str
    fullname: str
    protocol: Protocol
    refuses_none: bool = False
    body: Body = Body()
    judged: bool = True

    def __hash__(self) -> int:
        """Of what tells functions apart nearly always: it is asked for all the time."""
        return hash(self.fullname)


@dataclass(frozen=True, slots=True)
class Opening:
    """What a function certainly does first, of all that may wait for something.

    Attributes:
        parameter: what it does it to.
        operation: an operation on a generator.
        sends: what it sends, as far as that is known.
        alone: it waits for nothing else; who cancels the function cancels the operation.
    """

    parameter: Place
    operation: Operation
    sends: Constant | None = None
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Swallow:
    """What a context manager does with an exception that leaves its block.

    Attributes:
        handled: what it swallows.
        always: whether it swallows these classes whenever they come, or only perhaps.
        spared: classes that it certainly lets pass, though it may swallow others of their kind.
        replaced: what it raises something else for; for the bounds, perhaps.
    """

    handled: Handled = NOTHING
    always: bool = False
    spared: tuple[ExceptionClass, ...] = ()
    replaced: Handled = NOTHING


@dataclass(frozen=True, slots=True)
class Truth:
    """Is the value true?

    Attributes:
        place: the value.
        memory: for an object whose truth may change, where its last answer is kept.
    """

    place: Place
    memory: Place | None = None

    def places(self) -> tuple[Place, ...]:
        return (self.place,) if self.memory is None else (self.place, self.memory)


@dataclass(frozen=True, slots=True)
class IsNone:
    """Is the value None?"""

    place: Place

    def places(self) -> tuple[Place, ...]:
        return (self.place,)


@dataclass(frozen=True, slots=True)
class IsInstance:
    """Is the value (an exception, as far as we know) an instance of one of the classes?

    Attributes:
        exactly: is it of that very class, and of no subclass?
        memory: keeps the last answer, for a value that is not known.
    """

    place: Place
    handled: Handled
    exactly: bool = False
    memory: Condition | None = None

    def places(self) -> tuple[Place, ...]:
        return (self.place,) if self.memory is None else (self.place, self.memory.place)


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition that is not understood, but may be asked again.

    Attributes:
        place: where its last answer is kept.
        stable: the answer can only change when a variable that it reads is assigned to; without
            that, the same answer is likely, no more.
    """

    place: Place
    stable: bool

    def places(self) -> tuple[Place, ...]:
        return (self.place,)


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison with values that are written down: with one of several if `operator` is "in".

    `memory` keeps the last answer, for a value that is not known.
    """

    place: Place
    operator: str
    others: tuple[Exact, ...]
    memory: Condition | None = None

    def places(self) -> tuple[Place, ...]:
        return (self.place,) if self.memory is None else (self.place, self.memory.place)


Test: TypeAlias = "Truth | IsNone | IsInstance | Compare | Condition"


def turns_of(iterator: Place) -> str:
    """What is in an iterator, apart from the object: how often a loop over it goes round."""
    return f"turns of {iterator}"


def answers_of(test: Test) -> tuple[Place, ...]:
    """Where the last answer of the test is kept."""
    return test.places() if isinstance(test, Condition) else test.places()[1:]


class Dependence(Flag):
    """What may decide which way control goes, where the values here do not show it.

    EXCEPTION: which exception came in at a yield.
    PROGRESS: how far the function has come: the answer is of variables that it changes.
    TIME: what has happened in the meantime: the answer may not be what it was before.
    MADE: what the function makes of values, in ways that are not followed.
    ELEMENT: which element of a loop it is.
    GIVEN: how many values another generator gives, what a manager has made of its object, or what
        a handler has kept for a `raise` behind it.
    """

    NOTHING = 0
    EXCEPTION = auto()
    ELEMENT = auto()
    GIVEN = auto()
    PROGRESS = auto()
    TIME = auto()
    MADE = auto()
