"""The operations of a program that hands them over, and what is noted of them in a run."""

from __future__ import annotations

import ast
import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from fuzz.world import AnyGenerator


class Event(NamedTuple):
    """An operation begins, or is handed over.

    Attributes:
        name: what was called.
        state: the generator's, if nothing else is in flight on it.
        reused: its awaitable was awaited before.
        value: it sends something other than None.
        called: a coroutine function does it.
        busy: another operation on the generator was handed over, and has not come to its end.
        late: a timeout has closed the generator.
        hidden: other code has got hold of the generator, or two have driven it at a time.
        elsewhere: its awaitable was awaited before, on another line.
    """

    name: str
    state: str
    reused: bool
    value: bool
    called: bool
    busy: bool = False
    late: bool = False
    hidden: bool = False
    elsewhere: bool = False


class Waits(NamedTuple):
    """Where a generator function waits: before its first yield, and behind each."""

    first: bool
    later: bool

    def where(self, state: str, operation: str, value: bool) -> bool:
        """Whether it does so when an operation finds the generator in `state`."""
        resumes = operation not in ("athrow", "aclose")
        starts = state == "created" and not value and self.first
        return resumes and (starts or (state == "suspended" and self.later))


def waits(function: ast.AsyncFunctionDef) -> Waits:
    """Where one of the program's generator functions waits: it is one loop, with one yield."""
    order = [
        isinstance(node, ast.Yield)
        for node in ast.walk(function)
        if isinstance(node, ast.Yield | ast.Await)
    ]
    return Waits(first=order[0] is False, later=False in order)


Place: TypeAlias = tuple[int, int]

#: By the place of what begins the operation, and of the call that makes it.
Events: TypeAlias = dict[tuple[Place, Place], Counter[Event]]


@dataclass
class Operation:
    """An awaitable of the program."""

    place: Place
    name: str
    generator: AnyGenerator
    awaitable: object
    value: bool
    called: bool = False
    used: bool = False
    waits: bool = False
    future: asyncio.Future[Any] | None = None
    round: int = -1
    begun: Place = (0, 0)
    noted: Event | None = None
    cancelled: bool = False
    spared: bool = False
    clashes: set[int] = field(default_factory=set)

    def cut_short(self) -> None:
        """A cancellation comes out of it. Before Python 3.13 that does not use up all of them."""
        self.cancelled = True
        self.spared = self.name in ("athrow", "aclose") and not self.called

    @property
    def is_in_flight(self) -> bool:
        return self.future is not None and not self.future.done()
