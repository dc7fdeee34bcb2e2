"""What is done to generators, and by them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from genstate.cfg.events.base import Event
from genstate.cfg.exceptions import ExceptionClass
from genstate.cfg.vocabulary import (
    DIRECT,
    GeneratorFunction,
    Operation,
    Place,
    Protocol,
    Through,
    Truth,
)


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
    suspend.

    Attributes:
        returns: it comes back.
        suspends: something may be waited for.
        expires: the limit of time of a scope can cut it short.
        surely: there is something to wait for, if what is not seen is trusted.
        absorbs: asks whether a cancellation may be handled in there.
        switches: the event loop gets control, and nothing comes out of it but a cancellation.
        hasty: that limit of time may be over before anything begins.
        expected: as for `Operate`.
        limited: what is awaited has a limit of time of its own.
    """

    target: Place
    awaitable: Place
    returns: bool = True
    suspends: bool = True
    expires: bool = False
    surely: bool = True
    absorbs: Callable[[], bool] | None = None
    switches: bool = False
    hasty: bool = False
    expected: tuple[ExceptionClass, ...] = ()
    limited: bool = False

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
        inline: what is no task yet may begin at once, when the target is awaited.
        lists: the results come in a list.
        hasty: the limit of time may be over before anything begins.
        expected: as for `Operate`.
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
    inline: bool = False
    lists: bool = False
    hasty: bool = False
    expected: tuple[ExceptionClass, ...] = ()

    def uses(self) -> tuple[Place, ...]:
        return self.operations

    def defines(self) -> tuple[Place, ...]:
        return (self.target,)


@dataclass(slots=True, eq=False)
class Cancel(Event):
    """A task is cancelled: what it does is, as soon as the event loop comes to it.

    Attributes:
        cause: the exception on account of which it is. One that only might come does not count.
    """

    target: Place
    task: Place
    cause: Place | None = None

    def uses(self) -> tuple[Place, ...]:
        return (self.task,) if self.cause is None else (self.task, self.cause)

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
