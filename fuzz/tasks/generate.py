"""A random program of the family: generators whose operations are awaited, or handed over."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from fuzz.tree import Block, Body, Clause, Line, Statement, block

HEADER: Final = (
    "import asyncio",
    "from collections.abc import AsyncGenerator",
    "from opaque import c",
)
DEEPEST: Final = 3
ANNOTATION: Final = "AsyncGenerator[int, int | None]"

#: What the coroutine functions of the module do. The last one waits before it does it.
HELPERS: Final = {
    "step": "anext(g)",
    "push": "g.asend(1)",
    "shut": "g.aclose()",
    "late": "anext(g)",
}


@dataclass
class Scope:
    """What the statements written so far have left: names of generators, awaitables and tasks.

    `attributes`: generators may be attributes of `self`.
    """

    rng: random.Random
    room: int
    attributes: bool = False
    generators: list[str] = field(default_factory=list)
    awaitables: list[str] = field(default_factory=list)
    tasks: list[str] = field(default_factory=list)
    depth: int = 0
    loops: int = 0
    count: int = 0

    def name(self, letter: str) -> str:
        self.count += 1
        return f"{letter}{self.count}"

    def generator(self) -> str:
        return self.rng.choice(self.generators)

    def chance(self, share: float) -> bool:
        return self.rng.random() < share


Writer: TypeAlias = Callable[[Scope], Iterator[Statement]]


def program(rng: random.Random) -> Body:
    """A module with a coroutine function `main`, which may be a method."""
    functions = [_function(rng, f"s{place}") for place in range(2)] + [*map(_helper, HELPERS)]
    scope = Scope(rng, rng.randint(2, 8), attributes=rng.random() < 0.25)
    start = [*creation(scope)]
    body = (*start, *_write(scope, scope.room), Line("return None"))
    main = block("async def main() -> object:", body)
    if scope.attributes:
        main = block("class Holder:", [block("async def main(self) -> object:", body)])
    return (*map(Line, HEADER), *functions, main)


def _function(rng: random.Random, name: str) -> Block:
    """A generator function that may end, or fail, whenever it is resumed; it may wait, or not."""
    waits = Line("await c.pause()")
    ends = block("if c():", [Line(rng.choice(("return", "raise KeyError")))])
    turn: list[Statement] = [ends, Line(rng.choice(("yield 1", "x = yield 1")))]
    kind = rng.randrange(6)
    if kind < 4:
        turn.insert(rng.randrange(2), waits)
    elif kind == 4:
        turn.append(waits)
    body: list[Statement] = [block("while True:", turn)]
    if rng.random() < 0.2:
        body = [Block((Clause("try:", tuple(body)), Clause("finally:", (Line("c.note(1)"),))))]
    return block(f"async def {name}() -> {ANNOTATION}:", body)


def _helper(name: str) -> Block:
    """A coroutine function that does one thing to the generator that it is given."""
    first = [Line("await c.pause()")] if name == "late" else []
    call = f"await {HELPERS[name]}"
    last = [Line(call)] if name == "shut" else [Line(f"return {call}")]
    gives = "None" if name == "shut" else "object"
    return block(f"async def {name}(g: {ANNOTATION}) -> {gives}:", [*first, *last])


def creation(scope: Scope) -> Iterator[Statement]:
    again = bool(scope.generators) and scope.chance(0.3)
    name = scope.generator() if again else scope.name("g")
    if not again and scope.attributes and scope.chance(0.8):
        name = f"self.{name}"
    yield Line(f"{name} = s{scope.rng.randrange(2)}()")
    if not again:
        scope.generators.append(name)


def alias(scope: Scope) -> Iterator[Statement]:
    name = scope.name("g")
    source = scope.generator()
    other = f"({source} if c() else {scope.generator()})" if scope.chance(0.4) else source
    yield Line(f"{name} = {other}")
    scope.generators.append(name)


def operation(scope: Scope) -> str:
    """The call of an operation."""
    name = scope.generator()
    texts = {
        f"anext({name})": 8,
        f"{name}.asend(None)": 3,
        f"{name}.asend(1)": 2,
        f"{name}.__anext__()": 2,
        f"{name}.athrow(ValueError)": 2,
        f"{name}.aclose()": 2,
        f"step({name})": 4,
        f"push({name})": 1,
        f"shut({name})": 1,
        f"late({name})": 1,
    }
    return scope.rng.choices(list(texts), list(texts.values()))[0]


def awaitable(scope: Scope) -> str:
    """A fresh operation, or one that was made before."""
    if scope.awaitables and scope.chance(0.55):
        return scope.rng.choice(scope.awaitables)
    return operation(scope)


def made(scope: Scope) -> Iterator[Statement]:
    name = scope.name("a")
    yield Line(f"{name} = {operation(scope)}")
    scope.awaitables.append(name)


def awaited(scope: Scope) -> Iterator[Statement]:
    yield Line(f"await {awaitable(scope)}")


def started(scope: Scope) -> Iterator[Statement]:
    starter = scope.rng.choice(("ensure_future", "create_task"))
    name = scope.name("t")
    yield Line(f"{name} = asyncio.{starter}({awaitable(scope)})")
    scope.tasks.append(name)


def gathered(scope: Scope) -> Iterator[Statement]:
    parts = [awaitable(scope) for _ in range(scope.rng.choice((1, 2, 2, 2, 3)))]
    if scope.tasks and scope.chance(0.2):
        parts.append(scope.rng.choice(scope.tasks))
    collects = ", return_exceptions=True" if scope.chance(0.4) else ""
    together = ", ".join(parts)
    together = f"*[{together}]" if scope.chance(0.15) else together
    yield Line(f"await asyncio.gather({together}{collects})")


def completed(scope: Scope) -> Iterator[Statement]:
    parts = [awaitable(scope) for _ in range(scope.rng.choice((1, 2, 2)))]
    name = scope.name("f")
    body = Line(f"await {name}")
    yield block(f"for {name} in asyncio.as_completed([{', '.join(parts)}]):", [body])


def all_done(scope: Scope) -> Iterator[Statement]:
    if not scope.tasks:
        yield from started(scope)
    parts = scope.rng.sample(scope.tasks, min(len(scope.tasks), scope.rng.choice((1, 2))))
    option = scope.rng.choice(("", "", ", timeout=5", ", return_when=asyncio.FIRST_COMPLETED"))
    yield Line(f"await asyncio.wait([{', '.join(parts)}]{option})")


def waited(scope: Scope) -> Iterator[Statement]:
    """A wait with a limit of time, and what becomes of the timeout."""
    inner = awaitable(scope)
    if scope.tasks and scope.chance(0.25):
        task = scope.rng.choice(scope.tasks)
        inner = scope.rng.choice((f"asyncio.shield({task})", task))
    limit = scope.rng.choice(("5", "5", "5", "timeout=5", "None"))
    yield from _perhaps_late(scope, Line(f"await asyncio.wait_for({inner}, {limit})"))


def limited(scope: Scope) -> Iterator[Statement]:
    """A scope with a limit of time."""
    body = [*(iterated(scope) if scope.chance(0.2) else awaited(scope))]
    if scope.chance(0.2):
        body.insert(scope.rng.randrange(2), next(pause(scope)))
    limit = scope.rng.choice(("5", "5", "5", "None"))
    yield from _perhaps_late(scope, block(f"async with asyncio.timeout({limit}):", body))


def _perhaps_late(scope: Scope, call: Statement) -> Iterator[Statement]:
    """Something that may raise a TimeoutError, and what becomes of that."""
    if scope.chance(0.15):
        yield call
        return
    caught = scope.rng.choice(("asyncio.TimeoutError", "TimeoutError", "Exception"))
    ways = ("pass", "raise", "operation", "new")
    after = scope.rng.choice((*ways, "continue", "continue", "break") if scope.loops else ways)
    body: list[Statement] = [Line(after)]
    if after == "operation":
        body = [*awaited(scope)]
    elif after == "new":
        body = [Line(f"{scope.generator()} = s0()")]
    yield Block((Clause("try:", (call,)), Clause(f"except {caught}:", tuple(body))))


def cancelled(scope: Scope) -> Iterator[Statement]:
    """A task that is cancelled, before or behind its first step."""
    name = scope.name("t")
    yield Line(f"{name} = asyncio.create_task({awaitable(scope)})")
    scope.tasks.append(name)
    if scope.chance(0.3):
        yield from pause(scope)
    yield Line(f"{name}.cancel()")
    if scope.chance(0.3):
        yield Line(f"await asyncio.wait([{name}])")
        return
    caught = Clause("except asyncio.CancelledError:", (Line("pass"),))
    yield Block((Clause("try:", (Line(f"await {name}"),)), caught))


def task_used(scope: Scope) -> Iterator[Statement]:
    if not scope.tasks:
        return pause(scope)
    task = scope.rng.choice(scope.tasks)
    texts = (f"await {task}", f"await {task}", f"{task}.cancel()", f"c.use({task})")
    return iter((Line(scope.rng.choice(texts)),))


def grouped(scope: Scope) -> Iterator[Statement]:
    """Tasks of a group, which waits for them."""
    name = scope.name("n")
    starts = [
        Line(f"{name}.create_task({awaitable(scope)})") for _ in range(scope.rng.choice((1, 2)))
    ]
    body: list[Statement] = [*starts]
    if scope.chance(0.3):
        body.append(next(awaited(scope)))
    if scope.chance(0.2):
        body = [block("if c():", body)]
    yield block(f"async with asyncio.TaskGroup() as {name}:", body)


def pause(scope: Scope) -> Iterator[Statement]:
    yield Line(scope.rng.choice(("await c.pause()", "await asyncio.sleep(0)", "c.note(1)")))


def iterated(scope: Scope) -> Iterator[Statement]:
    body = [Line(scope.rng.choice(("break", "c.note(1)")))]
    yield block(f"async for _ in {scope.generator()}:", body)


def escaped(scope: Scope) -> Iterator[Statement]:
    yield Line(f"c.note({scope.generator()})")


def branch(scope: Scope) -> Iterator[Statement]:
    clauses = [Clause("if c():", _inner(scope))]
    if scope.chance(0.5):
        clauses.append(Clause("else:", _inner(scope)))
    yield Block(tuple(clauses))


def loop(scope: Scope) -> Iterator[Statement]:
    scope.loops += 1
    head = scope.rng.choice(("while True:", "while c():", "for _ in range(2):"))
    body = _inner(scope)
    scope.loops -= 1
    if head == "while True:" and scope.chance(0.7):
        body = (*body, block("if c():", [Line("break")]))
    yield block(head, body)


def guarded(scope: Scope) -> Iterator[Statement]:
    caught = scope.rng.choice(
        ("StopAsyncIteration", "RuntimeError", "Exception", "asyncio.TimeoutError", "TypeError")
    )
    clauses = [Clause("try:", _inner(scope)), Clause(f"except {caught}:", _inner(scope))]
    if scope.chance(0.2):
        clauses.append(Clause("finally:", _inner(scope)))
    yield Block(tuple(clauses))


#: Limits of time as a scope, and groups of tasks.
HAS_SCOPES: Final = sys.version_info >= (3, 11)

SIMPLE: Final[dict[Writer, int]] = {
    creation: 5,
    alias: 4,
    made: 9,
    awaited: 12,
    started: 9,
    gathered: 8,
    completed: 3,
    all_done: 4,
    waited: 10,
    limited: 6 if HAS_SCOPES else 0,
    grouped: 4 if HAS_SCOPES else 0,
    task_used: 7,
    cancelled: 4,
    pause: 4,
    iterated: 3,
    escaped: 2,
}
COMPOUND: Final[dict[Writer, int]] = {branch: 7, loop: 7, guarded: 9}


def _inner(scope: Scope) -> Body:
    """The statements under a head. What they bind may have no value behind it."""
    known = [*scope.generators], [*scope.awaitables], [*scope.tasks]
    scope.depth += 1
    body = _write(scope, 3)
    scope.depth -= 1
    scope.generators, scope.awaitables, scope.tasks = known
    return body


def _write(scope: Scope, most: int) -> Body:
    found: list[Statement] = []
    for _ in range(scope.rng.randint(1, most)):
        scope.room -= 1
        writers = {**SIMPLE, **(COMPOUND if scope.depth < DEEPEST and scope.room > 0 else {})}
        found += scope.rng.choices(list(writers), list(writers.values()))[0](scope)
    return tuple(found)
