"""Drives real generators through every operation in every state; prints as JSON what came of it.

Runs on a bare interpreter, whichever is asked: nothing is imported but the standard library.
"""

from __future__ import annotations

import json
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

BODIES = {
    "yields on": "while True: yield 1",
    "ends at once": "if False: yield 1",
    "raises at once": "raise FromBody; yield 1",
    "ends": "yield 1",
    "raises": "yield 1; raise FromBody",
    "catches and yields": "try:\n  yield 1\n except BaseException:\n  yield 2",
    "catches and ends": "try:\n  yield 1\n except BaseException:\n  return",
    "catches and gives a result": "try:\n  yield 1\n except BaseException:\n  return RESULT",
    "catches and raises": "try:\n  yield 1\n except BaseException:\n  raise FromBody",
    "raises the protocol's stop": "yield 1; raise STOP",
}


class FromBody(Exception):
    """Raised by bodies."""


class Thrown(Exception):
    """Thrown into bodies."""


@types.coroutine
def wait() -> Iterator[None]:
    yield


def finish(awaitable: Any) -> object:
    """What the awaitable gives; it must not wait."""
    steps = awaitable.__await__()
    try:
        next(steps)
    except StopIteration as stop:
        return stop.value
    raise AssertionError("it waited")


class Async:
    """The protocol of async generators."""

    name = "async"
    prefix = "async "
    stop = StopAsyncIteration
    result = ""
    attributes = ("ag_frame", "ag_running")
    operations: ClassVar[dict[str, Callable[[Any], object]]] = {
        "next": lambda g: finish(g.__anext__()),
        "next with anext()": lambda g: finish(anext(g)),
        "next by sending None": lambda g: finish(g.asend(None)),
        "send": lambda g: finish(g.asend(1)),
        "throw": lambda g: finish(g.athrow(THROWN)),
        "close": lambda g: finish(g.aclose()),
    }

    @staticmethod
    def running() -> Iterator[Any]:
        """A generator that is in the middle of an operation."""

        async def body():  # type: ignore[no-untyped-def]
            await wait()
            yield 1

        made = body()
        made.asend(None).send(None)
        yield made


class Sync:
    """The protocol of generators."""

    name = "sync"
    prefix = ""
    stop = StopIteration
    result = "3"
    attributes = ("gi_frame", "gi_running")
    operations: ClassVar[dict[str, Callable[[Any], object]]] = {
        "next": next,
        "next by sending None": lambda g: g.send(None),
        "send": lambda g: g.send(1),
        "throw": lambda g: g.throw(THROWN),
        "close": lambda g: g.close(),
    }

    @staticmethod
    def running() -> Iterator[Any]:
        """A generator that is in the middle of an operation: it is its own caller."""
        inside: list[Any] = []

        def body():  # type: ignore[no-untyped-def]
            inside.append(observe(Sync, made, inside.pop()))
            yield

        made = body()
        yield made, inside


THROWN = Thrown()


def make(protocol: Any, body: str) -> Any:
    """A new generator of that body, with the instruction that it starts at."""
    names = {"FromBody": FromBody, "STOP": protocol.stop}
    text = body.replace("RESULT", protocol.result)
    exec(f"{protocol.prefix}def body():\n {text}", names)
    return names["body"]()


def entry(protocol: Any, generator: Any) -> int:
    return int(getattr(generator, protocol.attributes[0]).f_lasti)


def state(protocol: Any, generator: Any, start: int) -> str:
    """The state; before Python 3.12 `inspect` tells it for sync generators only."""
    frame, running = (getattr(generator, name) for name in protocol.attributes)
    if running:
        return "running"
    if frame is None:
        return "closed"
    return "created" if frame.f_lasti == start else "suspended"


def observe(protocol: Any, generator: Any, operation: str, start: int = -2) -> dict[str, object]:
    """Do it, and tell what came of it."""
    seen: dict[str, object]
    try:
        seen = {"gives": protocol.operations[operation](generator)}
    except BaseException as error:
        kind = "thrown" if error is THROWN else type(error).__name__
        seen = {"raises": kind, "words": str(error), "converted": bool(error.__cause__)}
    return {**seen, "after": state(protocol, generator, start)}


def prepared(protocol: Any, body: str) -> Iterator[tuple[str, Any, int]]:
    """Generators of that body in every state but `running`."""
    made = make(protocol, body)
    start = entry(protocol, made)
    yield "created", made, start
    made = make(protocol, body)
    if "gives" in observe(protocol, made, "next"):
        yield "suspended", made, start
    for last in ("close", "throw"):
        made = make(protocol, body)
        observe(protocol, made, last)
        yield "closed", made, start
    made = make(protocol, body)
    while body != BODIES["yields on"] and "gives" in observe(protocol, made, "next"):
        continue
    if body != BODIES["yields on"]:
        yield "closed", made, start


def every() -> Iterator[dict[str, object]]:
    """All that was seen."""
    for protocol in (Async, Sync):
        for operation in protocol.operations:
            case = {"protocol": protocol.name, "operation": operation}
            for name, body in BODIES.items():
                for before, made, start in prepared(protocol, body):
                    seen = observe(protocol, made, operation, start)
                    yield {**case, "state": before, "body": name, **seen}
            yield {**case, "state": "running", "body": "waits", **running(protocol, operation)}


def running(protocol: Any, operation: str) -> dict[str, object]:
    made = next(protocol.running())
    if protocol is Async:
        return observe(protocol, made, operation)
    generator, inside = made
    inside.append(operation)
    next(generator)
    found: dict[str, object] = inside[0]
    return found


if __name__ == "__main__":
    # Some of the bodies complain when their generators are thrown away.
    sys.unraisablehook = lambda _: None
    print(json.dumps(list(every())))
