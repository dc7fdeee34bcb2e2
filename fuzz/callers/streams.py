"""The generator functions of a program, and other ways to make a generator."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from fuzz.callers.scope import ANNOTATIONS, LOOSE, STRICT, Maker
from fuzz.tree import Block, Body, Clause, Line, Statement, block

HANDLED = ("ValueError", "Exception", "GeneratorExit", "BaseException", "RuntimeError")


@dataclass(frozen=True)
class Made:
    """A function of the program that makes generators, and how it is called."""

    name: str
    definition: Body
    maker: Maker


def makers(rng: random.Random) -> list[Made]:
    """Generator functions of both kinds, and other functions that give generators."""
    made: list[Made] = []
    for place, kind in enumerate((STRICT, LOOSE, rng.choice((STRICT, LOOSE)))):
        decorator, known = _decorator(rng)
        name = f"s{place}()"
        definition = (*decorator, function(rng, f"s{place}", kind, ""))
        made.append(Made(name, definition, Maker(name, kind, known)))
    if rng.random() < 0.3:
        made.append(_method(rng, rng.choice((STRICT, LOOSE))))
    if rng.random() < 0.12:
        made.append(_coroutine(rng, rng.choice((STRICT, LOOSE))))
    return made


def _decorator(rng: random.Random) -> tuple[list[Statement], bool]:
    if rng.random() < 0.92:
        return [], True
    return [Line(rng.choice(("@c.wrap", "@functools.cache")))], False


def function(rng: random.Random, name: str, kind: str, parameters: str) -> Block:
    """An async generator function."""
    head = f"async def {name}({parameters}) -> {ANNOTATIONS[kind]}:"
    uses = rng.random() < (0.7 if kind == STRICT else 0.4)
    return block(head, tuple(_body(rng, uses)))


def _method(rng: random.Random, kind: str) -> Made:
    decorator, parameters, text = rng.choice(
        (
            ("", "self", "Host().stream()"),
            ("@staticmethod", "", "Host.stream()"),
            ("@classmethod", "cls", "Host.stream()"),
        )
    )
    inside: list[Statement] = [Line(decorator)] if decorator else []
    inside.append(function(rng, "stream", kind, parameters))
    return Made("Host", (block("class Host:", inside),), Maker(text, kind))


def _coroutine(rng: random.Random, kind: str) -> Made:
    """A coroutine function that hands back a generator, started or not."""
    body = [Line("await anext(made)")] * (rng.random() < 0.7)
    head = f"async def ready() -> {ANNOTATIONS[kind]}:"
    whole = block(head, [Line("made = source()"), *body, Line("return made")])
    source = function(rng, "source", kind, "")
    return Made("ready()", (source, whole), Maker("(await ready())", kind, known=False))


def _body(rng: random.Random, uses: bool) -> Iterator[Statement]:
    """A body: it uses what is sent to it in all its yields, or in none."""
    one = Line("c.note((yield 1))" if uses else "yield 1")
    two = Line("x = yield 2" if uses else "yield 2")
    kind = rng.randrange(10)
    if kind < 3:
        yield from (one, two, one)[: rng.randint(1, 3)]
    elif kind == 3:
        yield block(rng.choice(("while True:", "while c():", "for _ in range(3):")), [one])
    elif kind == 4:
        yield Block((Clause("try:", (one, two)), Clause(_handler(rng), (_end(rng),))))
        if rng.random() < 0.5:
            yield one
    elif kind == 5:
        yield Block((Clause("try:", (one,)), Clause("finally:", (Line("c.note(0)"),))))
    elif kind == 6:
        yield block(
            "while True:", [Block((Clause("try:", (one,)), Clause("except ValueError:", ())))]
        )
    elif kind == 7:
        yield one
        yield block("if c():", [_end(rng)])
        yield two
    elif kind == 8:
        yield block("if c():", [one])
        yield _end(rng)
    else:
        yield one
        yield Line("await c.pause()")
        yield _end(rng)


def _handler(rng: random.Random) -> str:
    return f"except {rng.choice(HANDLED)}:"


def _end(rng: random.Random) -> Line:
    return Line(rng.choice(("return", "raise ValueError", "raise KeyError", "c.note(1)")))
