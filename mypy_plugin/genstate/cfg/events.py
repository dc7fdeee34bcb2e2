"""The events of a basic block: what a function does, as far as generators are concerned.

An event carries its AST node as an opaque place to report at.

An event that `raises` has a second way out, to the handler of its block. Operations on generators,
awaits and yields decide by the generator's state what comes out of them: see `typestate.transfer`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from genstate.cfg.exceptions import ExceptionClass
from genstate.cfg.vocabulary import (
    DIRECT,
    Constant,
    Exact,
    GeneratorFunction,
    Operation,
    Place,
    Protocol,
    Swallow,
    Through,
    Truth,
)


@dataclass(slots=True, eq=False)
class Event:
    """Base of all events. `node` is the AST node to report at, `line` its line."""

    node: object
    line: int

    def uses(self) -> tuple[Place, ...]:
        return ()

    def defines(self) -> tuple[Place, ...]:
        return ()


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
    """`target` becomes an alias of `source`."""

    target: Place
    source: Place

    def uses(self) -> tuple[Place, ...]:
        return (self.source,)

    def defines(self) -> tuple[Place, ...]:
        return (self.target,)


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
class Create(Event):
    """`target` gets a fresh generator of `function`."""

    target: Place
    function: GeneratorFunction

    def defines(self) -> tuple[Place, ...]:
        return (self.target,)


@dataclass(slots=True, eq=False)
class MakeIterator(Event):
    """`target` gets the iterator of `source`: a generator is its own.

    Attributes:
        guard: a test which, where it is known to hold, says that there is a first value.
        raises: `source` may refuse.
    """

    target: Place
    source: Place
    guard: Truth | None = None
    raises: bool = True

    def uses(self) -> tuple[Place, ...]:
        return (self.source, *(() if self.guard is None else self.guard.places()))

    def defines(self) -> tuple[Place, ...]:
        return (self.target,)


@dataclass(slots=True, eq=False)
class Operate(Event):
    """An operation on a generator: `target` gets its awaitable (async) or its result (sync).

    Attributes:
        argument: the place of what is sent or thrown.
        never_none: the argument's type excludes None.
        default: the call has a default for the end of the generator (`anext(g, d)`).
        spelling: how the source calls it, for messages.
        endless: the receiver is known never to end.
        expected: exceptions which the code around asserts (`pytest.raises`), by full name.
        fallback: the place of that default.
    """

    target: Place
    operation: Operation
    receiver: Place
    spelling: str
    protocol: Protocol = Protocol.ASYNC
    argument: Place | None = None
    never_none: bool = False
    default: bool = False
    endless: bool = False
    expected: tuple[ExceptionClass, ...] = ()
    fallback: Place | None = None

    def uses(self) -> tuple[Place, ...]:
        places = (self.receiver, self.argument, self.fallback)
        return tuple(place for place in places if place is not None)

    def defines(self) -> tuple[Place, ...]:
        return (self.target,)


@dataclass(slots=True, eq=False)
class Consume(Event):
    """Something takes values out of `source`, as a loop would: up to the end, or perhaps not.

    Attributes:
        spelling: how the source calls it, for messages.
        early: it may stop before the end.
        quiet: it raises nothing of its own.
        asserted: a test asks what is left.
        expected: as for `Operate`.
        through: how values get from `source` to it.
    """

    source: Place
    spelling: str
    early: bool = False
    quiet: bool = False
    asserted: bool = False
    expected: tuple[ExceptionClass, ...] = ()
    through: Through = DIRECT

    def uses(self) -> tuple[Place, ...]:
        return (self.source,)


@dataclass(slots=True, eq=False)
class Await(Event):
    """`target` gets the result of awaiting `awaitable`: a suspension point.

    In the sync protocol an operation takes effect at once: its own `Await` follows it and does not
    suspend. Where it `expires`, the limit of time of a scope can cut it short.
    """

    target: Place
    awaitable: Place
    returns: bool = True
    suspends: bool = True
    expires: bool = False

    def uses(self) -> tuple[Place, ...]:
        return (self.awaitable,)

    def defines(self) -> tuple[Place, ...]:
        return (self.target,)


@dataclass(slots=True, eq=False)
class Start(Event):
    """Operations are handed over to code that awaits them; `target` gets what waits for their end.

    Attributes:
        operations: the places of the awaitables.
        nodes: where each of them is written.
        starter: what they are handed to, for messages.
        timeout: what comes out where the time is over; None where there is no limit of time.
        collects: exceptions are handed back as values; None where that is not known.
        shields: who cancels the target does not cancel the operations.
        tasks_only: it takes no awaitables but tasks.
        unordered: it begins them in any order.
    """

    target: Place
    operations: tuple[Place, ...]
    nodes: tuple[object, ...]
    starter: str
    timeout: ExceptionClass | None = None
    collects: bool | None = False
    shields: bool = False
    tasks_only: bool = False
    unordered: bool = False

    def uses(self) -> tuple[Place, ...]:
        return self.operations

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
    """

    target: Place
    arguments: tuple[Place, ...] = ()
    reads: tuple[Place, ...] = ()
    raises: bool = True
    value: Constant | None = None
    untyped: bool = False
    touches: bool = False

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
        effects: asks what the call does, given the states of generators: `typestate.effects`.
        makes: it may hand back a generator.
        is_async: the function is a coroutine function, and the call is awaited on the spot.
        raises: an exception may come out of the call.
        returns: the call may come to a normal end.
        value: what is known of its result.
        suspends: the coroutine may wait for something.
    """

    target: Place
    callee: str
    arguments: tuple[tuple[Place, Place], ...]
    effects: Callable[[Any], Any]
    makes: bool = False
    is_async: bool = False
    raises: bool = True
    returns: bool = True
    value: Constant | None = None
    suspends: bool = True

    def uses(self) -> tuple[Place, ...]:
        return tuple(place for _, place in self.arguments)

    def defines(self) -> tuple[Place, ...]:
        return (self.target,)


@dataclass(slots=True, eq=False)
class Yield(Event):
    """The function's own yield: `value` goes out and escapes, `target` gets what is sent.

    `delegates` marks `yield from`, a loop that yields all that `inner` gives: what is thrown in
    goes there, and where that is a generator (`converts`), no StopIteration comes out again.
    """

    target: Place
    value: Place | None
    delegates: bool = False
    inner: Place | None = None
    converts: bool = False

    def uses(self) -> tuple[Place, ...]:
        return tuple(place for place in (self.value, self.inner) if place is not None)

    def defines(self) -> tuple[Place, ...]:
        return (self.target,)


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
    """

    target: Place
    manager: Place
    is_async: bool = False
    raises: bool = True
    scope: str = ""
    until: Place = ""
    converted: tuple[ExceptionClass, ...] = ()

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
    """

    manager: Place
    is_async: bool = False
    raises: bool = True
    stack: Place = ""
    groups: bool = False
    converted: tuple[ExceptionClass, ...] = ()

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


@dataclass(slots=True, eq=False)
class Doubt(Event):
    """The way through here is unlikely: rules about what may happen leave it out."""


@dataclass(slots=True, eq=False)
class Discard(Event):
    """An expression statement throws its value away. `expected` is as for `Operate`."""

    value: Place
    expected: tuple[ExceptionClass, ...] = ()

    def uses(self) -> tuple[Place, ...]:
        return (self.value,)
