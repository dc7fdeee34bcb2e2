"""What becomes of values: names, tuples, calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from genstate.cfg.events.base import Event
from genstate.cfg.exceptions import ExceptionClass
from genstate.cfg.vocabulary import Constant, Dependence, Exact, Opening, Place, Truth


@dataclass(slots=True, eq=False)
class Bind(Event):
    """`target` gets a value of which no more is known than `value` says (None: nothing)."""

    target: Place
    value: Constant | None = None
    exact: Exact | None = None

    def defines(self) -> tuple[Place, ...]:
        return (self.target,)


@dataclass(slots=True, eq=False)
class Copy(Event):
    """`target` becomes an alias of `source`.

    Attributes:
        guard: a test which, where it is known to hold, says that what is copied is true.
    """

    target: Place
    source: Place
    guard: Truth | None = None

    def uses(self) -> tuple[Place, ...]:
        return (self.source, *(() if self.guard is None else self.guard.places()))

    def defines(self) -> tuple[Place, ...]:
        return (self.target,)


@dataclass(slots=True, eq=False)
class Count(Event):
    """`target` gets the number in `source`, and `steps` more."""

    target: Place
    source: Place
    steps: int

    def uses(self) -> tuple[Place, ...]:
        return (self.source,)

    def defines(self) -> tuple[Place, ...]:
        return (self.target,)


@dataclass(slots=True, eq=False)
class Change(Event):
    """The function has worked out what is in `names`, in a way that is not followed.

    Attributes:
        sources: it is so where that is so for one of these; always, if there are none.
    """

    names: tuple[str, ...]
    sources: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class Pack(Event):
    """`target` gets a tuple of the values of `items`, and of more that are not known."""

    target: Place
    items: tuple[Place, ...]
    more: bool = False

    def uses(self) -> tuple[Place, ...]:
        return self.items

    def defines(self) -> tuple[Place, ...]:
        return (self.target,)


@dataclass(slots=True, eq=False)
class Unpack(Event):
    """`source` is unpacked into `targets`; the one at `starred` (or -1) takes what is left over."""

    targets: tuple[Place, ...]
    source: Place
    starred: int = -1
    raises: bool = True

    def uses(self) -> tuple[Place, ...]:
        return (self.source,)

    def defines(self) -> tuple[Place, ...]:
        return self.targets


@dataclass(slots=True, eq=False)
class Item(Event):
    """`target` gets the item of `source` at `index`; `value` is what its type says."""

    target: Place
    source: Place
    index: int
    value: Constant | None = None
    raises: bool = True

    def uses(self) -> tuple[Place, ...]:
        return (self.source,)

    def defines(self) -> tuple[Place, ...]:
        return (self.target,)


@dataclass(slots=True, eq=False)
class Forget(Event):
    """The places are unbound: by `del`, which `demands` that they are bound, or at some end."""

    places: tuple[Place, ...]
    demands: bool = False

    def uses(self) -> tuple[Place, ...]:
        return self.places if self.demands else ()

    def defines(self) -> tuple[Place, ...]:
        return self.places


@dataclass(slots=True, eq=False)
class Escape(Event):
    """The values of the places become known to code that is not followed."""

    places: tuple[Place, ...]

    def uses(self) -> tuple[Place, ...]:
        return self.places


@dataclass(slots=True, eq=False)
class Share(Event):
    """A closure over variables comes into being: from now on it may read and rebind them."""

    captured: tuple[Place, ...]
    rebound: tuple[Place, ...] = ()

    def uses(self) -> tuple[Place, ...]:
        return self.captured


@dataclass(slots=True, eq=False)
class MakeException(Event):
    """`target` gets an exception instance (or class) of class `raised`, or of a subclass of it."""

    target: Place
    raised: ExceptionClass
    exact: bool

    def defines(self) -> tuple[Place, ...]:
        return (self.target,)


@dataclass(slots=True, eq=False)
class Call(Event):
    """A call (or operator, attribute, subscript …) whose inside is not followed.

    Attributes:
        arguments: values that it gets to know: they escape.
        reads: values that it only looks at.
        untyped: nothing is known of what is called: it may raise the exception that it is given.
        raises: whether an exception may come out of it.
        value: what is known of its result.
        touches: it may run code that gets at attributes. What `raises` may always.
        rarely: it hardly ever does raise: rules about what may happen leave that out.
    """

    target: Place
    arguments: tuple[Place, ...] = ()
    reads: tuple[Place, ...] = ()
    raises: bool = True
    value: Constant | None = None
    untyped: bool = False
    touches: bool = False
    rarely: bool = False

    def uses(self) -> tuple[Place, ...]:
        return self.arguments + self.reads

    def defines(self) -> tuple[Place, ...]:
        return (self.target,)


@dataclass(slots=True, eq=False)
class Invoke(Event):
    """A call of a function of the same module whose body says what becomes of its arguments.

    Attributes:
        callee: the name of the function.
        arguments: the parameters, each with the place of what it is given.
        answer: asks what the call does, given the states of generators: `typestate.effects`.
        opening: asks what the function does first.
        makes: it may hand back a generator.
        deferred: the function is a coroutine function, whose body runs when the call is awaited.
        raises: an exception may come out of the call.
        value: what is known of its result.
        expected: as for `Operate`.
    """

    target: Place
    callee: str
    arguments: tuple[tuple[Place, Place], ...]
    answer: Callable[[Any], Any]
    opening: Callable[[], Opening | None]
    makes: bool = False
    deferred: bool = False
    raises: bool = True
    value: Constant | None = None
    expected: tuple[ExceptionClass, ...] = ()

    def uses(self) -> tuple[Place, ...]:
        return tuple(place for _, place in self.arguments)

    def defines(self) -> tuple[Place, ...]:
        return (self.target,)


@dataclass(slots=True, eq=False)
class Doubt(Event):
    """The way through here is unlikely: rules about what may happen leave it out.

    Attributes:
        depends: it is so where these decide; always, if there are none.
    """

    depends: Dependence | None = None


@dataclass(slots=True, eq=False)
class Discard(Event):
    """An expression statement throws its value away.

    Attributes:
        expected: as for `Operate`.
        heard: the code around waits for warnings.
    """

    value: Place
    expected: tuple[ExceptionClass, ...] = ()
    heard: bool = False

    def uses(self) -> tuple[Place, ...]:
        return (self.value,)
