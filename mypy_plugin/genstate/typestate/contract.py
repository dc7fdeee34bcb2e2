"""The generator protocol as a table: what each operation does in each state.

The words are those of the interpreter. A conformance test drives real generators through every row.
Sources: PEP 342, 479, 492, 525; CPython's Objects/genobject.c.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final, TypeAlias

from genstate.cfg.exceptions import (
    RUNTIME_ERROR,
    STOP_ASYNC_ITERATION,
    STOP_ITERATION,
    TYPE_ERROR,
    VALUE_ERROR,
    ExceptionClass,
)
from genstate.cfg.vocabulary import Operation, Protocol

Version: TypeAlias = tuple[int, int]


class State(Enum):
    """The states that `inspect.getasyncgenstate` and `inspect.getgeneratorstate` tell apart."""

    CREATED = "created"
    SUSPENDED = "suspended"
    RUNNING = "running"
    CLOSED = "closed"


class Source(Enum):
    """Where an exception comes from that the table cannot name."""

    THROWN = "the exception that was thrown in"
    BODY = "whatever leaves the body"


@dataclass(frozen=True, slots=True)
class Gives:
    """The operation gives a value: what the body yields, what it returns, or None."""

    state: State
    yielded: bool
    returned: bool = False


@dataclass(frozen=True, slots=True)
class Raises:
    """The operation raises.

    Attributes:
        exception: its class, or where it comes from.
        state: the state behind it; None where it is not known.
        words: the message, if the interpreter itself raises.
    """

    exception: ExceptionClass | Source
    state: State | None
    words: str = ""


Outcome: TypeAlias = Gives | Raises


@dataclass(frozen=True, slots=True)
class Row:
    """All that can come of one operation in one state, from Python `since` to before `until`."""

    protocol: Protocol
    state: State
    operation: Operation
    outcomes: tuple[Outcome, ...]
    since: Version = (3, 10)
    until: Version | None = None

    def holds_in(self, version: Version) -> bool:
        return self.since <= version and (self.until is None or version < self.until)


#: What becomes a RuntimeError where it would leave a body (PEP 479; PEP 525 for the second one).
_CONVERTED: Final = {
    Protocol.ASYNC: frozenset({STOP_ITERATION, STOP_ASYNC_ITERATION}),
    Protocol.SYNC: frozenset({STOP_ITERATION}),
}
_STOPS: Final = {Protocol.ASYNC: STOP_ASYNC_ITERATION, Protocol.SYNC: STOP_ITERATION}
_UNSTARTED: Final = {
    Protocol.ASYNC: "can't send non-None value to a just-started async generator",
    Protocol.SYNC: "can't send non-None value to a just-started generator",
}
_IGNORED: Final = {
    Protocol.ASYNC: "async generator ignored GeneratorExit",
    Protocol.SYNC: "generator ignored GeneratorExit",
}
_REUSED: Final = {
    Operation.NEXT: "cannot reuse already awaited __anext__()/asend()",
    Operation.SEND: "cannot reuse already awaited __anext__()/asend()",
    Operation.THROW: "cannot reuse already awaited aclose()/athrow()",
    Operation.CLOSE: "cannot reuse already awaited aclose()/athrow()",
}
_RUNNING: Final = {
    Protocol.ASYNC: (RUNTIME_ERROR, "asynchronous generator is already running"),
    Protocol.SYNC: (VALUE_ERROR, "generator already executing"),
}


#: From this version on `close` hands on what the body returns.
_GIVES_RESULT: Final[Version] = (3, 13)


def _body_runs(protocol: Protocol) -> tuple[Outcome, ...]:
    """The body runs on: to a yield, to its end, or to an exception that leaves it."""
    return (
        Gives(State.SUSPENDED, yielded=True),
        Raises(_STOPS[protocol], State.CLOSED),
        Raises(Source.BODY, State.CLOSED),
    )


def _table(protocol: Protocol) -> Iterator[Row]:
    def row(state: State, operation: Operation, *outcomes: Outcome) -> Row:
        return Row(protocol, state, operation, outcomes)

    none = Gives(State.CLOSED, yielded=False)
    stopped = Raises(_STOPS[protocol], State.CLOSED)
    thrown = Raises(Source.THROWN, State.CLOSED)
    lost = none if protocol is Protocol.ASYNC else thrown

    yield row(State.CREATED, Operation.NEXT, *_body_runs(protocol))
    yield row(
        State.CREATED,
        Operation.SEND,
        Raises(TYPE_ERROR, State.CREATED, _UNSTARTED[protocol]),
    )
    yield row(State.CREATED, Operation.THROW, thrown)
    yield row(State.CREATED, Operation.CLOSE, none)
    yield row(State.SUSPENDED, Operation.NEXT, *_body_runs(protocol))
    yield row(State.SUSPENDED, Operation.SEND, *_body_runs(protocol))
    yield row(State.SUSPENDED, Operation.THROW, *_body_runs(protocol))
    yield from _closing(protocol)
    for operation in Operation:
        clash, words = _RUNNING[protocol]
        yield row(State.RUNNING, operation, Raises(clash, State.RUNNING, words))
    yield row(State.CLOSED, Operation.NEXT, stopped)
    yield row(State.CLOSED, Operation.SEND, stopped)
    yield row(State.CLOSED, Operation.THROW, lost)
    yield row(State.CLOSED, Operation.CLOSE, none)


def _closing(protocol: Protocol) -> Iterator[Row]:
    """To close a suspended generator runs its body, which may give a result on the way out."""
    outcomes: tuple[Outcome, ...] = (
        Gives(State.CLOSED, yielded=False),
        Raises(RUNTIME_ERROR, None, _IGNORED[protocol]),
        Raises(Source.BODY, State.CLOSED),
    )
    row = Row(protocol, State.SUSPENDED, Operation.CLOSE, outcomes)
    if protocol is Protocol.ASYNC:
        yield row
        return
    result = Gives(State.CLOSED, yielded=False, returned=True)
    yield replace(row, until=_GIVES_RESULT)
    yield replace(row, outcomes=(*outcomes, result), since=_GIVES_RESULT)


TABLE: Final = tuple(row for protocol in Protocol for row in _table(protocol))

#: Of two rows for one case the later, for the newer Python, holds: it leaves less out.
_BY_CASE: Final = {(row.protocol, row.state, row.operation): row.outcomes for row in TABLE}


def rows(protocol: Protocol, version: Version) -> Iterator[Row]:
    """The rows that hold for `protocol` on Python `version`."""
    return (row for row in TABLE if row.protocol is protocol and row.holds_in(version))


def outcomes(protocol: Protocol, state: State, operation: Operation) -> tuple[Outcome, ...]:
    """What can come of `operation` on a generator in `state`, on any version of Python."""
    return _BY_CASE[protocol, state, operation]


def stop(protocol: Protocol) -> ExceptionClass:
    """The exception that tells the end of a generator."""
    return _STOPS[protocol]


def converted(protocol: Protocol) -> frozenset[ExceptionClass]:
    """The exceptions that never leave the body of a generator: each becomes a RuntimeError."""
    return _CONVERTED[protocol]


def unstarted_words(protocol: Protocol) -> str:
    """What the interpreter says when a value is sent to a generator that was never started."""
    return _UNSTARTED[protocol]


def running_words(protocol: Protocol) -> str:
    """What the interpreter says when an operation meets one that goes on."""
    return _RUNNING[protocol][1]


def reused_words(operation: Operation) -> str:
    """What the interpreter says when the awaitable of an operation is awaited again."""
    return _REUSED[operation]


def ignored_words(protocol: Protocol) -> str:
    """What the interpreter says when a generator yields while it is being closed."""
    return _IGNORED[protocol]
