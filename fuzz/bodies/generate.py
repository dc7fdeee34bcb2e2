"""A random program of the family: one generator function, and small ones that it may use."""

from __future__ import annotations

import random
from typing import Final

from fuzz import tree
from fuzz.bodies.writer import Writer
from fuzz.tree import Block, Body, Clause, Line, Statement, block

HEADER: Final = (
    "from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator",
    "from contextlib import asynccontextmanager, contextmanager, suppress",
    "from opaque import c",
    "ERRORS = (ValueError, GeneratorExit)",
)
MOST: Final = 14


def program(rng: random.Random) -> Body:
    """A module whose generator function is called `body`."""
    is_async, manager = rng.random() < 0.5, rng.random() < 0.4
    flags = ("flag",) if rng.random() < 0.4 else ()
    start: list[Statement] = [Line(f"{flag} = {rng.choice(('True', 'False'))}") for flag in flags]
    writer = Writer(rng, is_async, 0.08 if manager else 0.3, [MOST], flags=flags)
    start += writer.statements(rng.randint(1, 4))
    start += _core(writer) if manager else [Line("yield 0")] * (rng.random() < 0.7)
    start += writer.statements(rng.randint(0, 3))
    if not _has_yield(tuple(start)):
        start.append(block("if c():", [Line("yield 3")]))
    function = block(_head(is_async, manager), start)
    decorator = [Line("@asynccontextmanager" if is_async else "@contextmanager")] * manager
    text = tree.source((function,))
    used = [each for name, needed in _helpers(is_async).items() if name in text for each in needed]
    return (*map(Line, HEADER), *used, *decorator, function)


def _head(is_async: bool, manager: bool) -> str:
    if manager:
        result = "AsyncIterator[object]" if is_async else "Iterator[object]"
    else:
        result = "AsyncGenerator[object, object]" if is_async else "Generator[object, object, None]"
    return f"{'async ' * is_async}def body() -> {result}:"


def _core(writer: Writer) -> list[Statement]:
    """The yield of a context manager, in one of the usual shapes."""
    one = Line("yield 0")
    shape = writer.rng.randrange(9)
    if shape == 0:
        return [Block((Clause("try:", (one,)), Clause("finally:", writer.body(1))))]
    if shape == 1:
        handler = Clause("except ValueError:", writer.body(2, handled="ValueError"))
        return [Block((Clause("try:", (one,)), handler))]
    if shape == 2:
        return [Block((Clause("if c():", (one,)), Clause("else:", (*writer.body(1), one))))]
    if shape == 3:
        return [block("while True:", [*writer.body(1, loops=1), one, Line("break")])]
    if shape == 4:
        handler = Clause("except ValueError:", writer.body(1, loops=1, handled="ValueError"))
        return [
            block("for _ in range(2):", [Block((Clause("try:", (one, Line("return"))), handler))])
        ]
    if shape == 5:
        return [
            Block(
                (Clause("try:", writer.body(1)), Clause("except KeyError:", (one, Line("return"))))
            ),
            one,
        ]
    if shape == 6 and writer.flags:
        done = (Line("flag = True"), one)
        return [Line("flag = False"), block("while not flag:", [*writer.body(1, loops=1), *done])]
    if shape == 7:
        return [block("with suppress(ValueError):", writer.body(2)), one]
    return [one]


def _has_yield(body: Body) -> bool:
    return any(
        "yield" in each.text
        if isinstance(each, Line)
        else any(
            not clause.head.startswith("def ") and _has_yield(clause.body)
            for clause in each.clauses
        )
        for each in body
    )


def _helpers(is_async: bool) -> dict[str, list[Statement]]:
    """What a body may use, by the text that shows that it does."""
    note = Line("c.note(0)")
    swallowing = Block((Clause("try:", (Line("yield"),)), Clause("except ValueError:", ())))
    enter = block("def __enter__(self) -> None:", [note])
    swallows = block("if exc_info[0] is not None:", [Line("return c.swallows()")])
    leave = block(
        "def __exit__(self, *exc_info: object) -> bool:", [swallows, Line("return False")]
    )
    two: list[Statement] = [block("if c():", [Line("yield 1")]), Line("c.fail()")]
    source = "AsyncGenerator[int, object]" if is_async else "Generator[int, object, None]"
    manager, async_manager = Line("@contextmanager"), Line("@asynccontextmanager")
    return {
        "with quiet(": [manager, block("def quiet() -> Iterator[None]:", [note, swallowing])],
        "with loud(": [manager, block("def loud() -> Iterator[None]:", [note, Line("yield")])],
        "aquiet(": [
            async_manager,
            block("async def aquiet() -> AsyncIterator[None]:", [note, swallowing]),
        ],
        "Quiet(": [block("class Quiet:", [enter, leave])],
        "numbers(": [block(f"{'async ' * is_async}def numbers() -> {source}:", two)],
        "nothing(": [block("def nothing() -> None:", ())],
    }
