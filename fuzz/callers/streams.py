"""The generator functions of a program, and other ways to make a generator."""

from __future__ import annotations

import random
from collections.abc import Iterator

from fuzz.callers.scope import ANNOTATIONS, LOOSE, STRICT, Maker
from fuzz.tree import Block, Body, Clause, Line, Statement, block

HANDLED = ("ValueError", "Exception", "GeneratorExit", "BaseException", "RuntimeError")


def functions(rng: random.Random) -> tuple[Body, list[Maker]]:
    """Generator functions of both kinds, and how they are called."""
    made: list[Statement] = []
    makers: list[Maker] = []
    for place, kind in enumerate((STRICT, LOOSE, rng.choice((STRICT, LOOSE)))):
        decorator, known = _decorator(rng)
        made += decorator
        made.append(_function(rng, f"s{place}", kind, ""))
        makers.append(Maker(f"s{place}()", kind, known))
    if rng.random() < 0.3:
        kind = rng.choice((STRICT, LOOSE))
        statements, text = _method(rng, kind)
        made += statements
        makers += [Maker(text, kind)] * 2
    if rng.random() < 0.12:
        made.append(_coroutine(rng, makers[0]))
        makers.append(Maker("(await ready())", makers[0].kind, known=False))
    return tuple(made), makers


def _decorator(rng: random.Random) -> tuple[list[Statement], bool]:
    if rng.random() < 0.92:
        return [], True
    return [Line(rng.choice(("@c.wrap", "@functools.cache")))], False


def _function(rng: random.Random, name: str, kind: str, parameters: str) -> Block:
    head = f"async def {name}({parameters}) -> {ANNOTATIONS[kind]}:"
    uses = rng.random() < (0.7 if kind == STRICT else 0.4)
    return block(head, tuple(_body(rng, uses)))


def _method(rng: random.Random, kind: str) -> tuple[list[Statement], str]:
    decorator, parameters, text = rng.choice(
        (
            ("", "self", "Host().stream()"),
            ("@staticmethod", "", "Host.stream()"),
            ("@classmethod", "cls", "Host.stream()"),
        )
    )
    inside: list[Statement] = [Line(decorator)] if decorator else []
    inside.append(_function(rng, "stream", kind, parameters))
    return [block("class Host:", inside)], text


def _coroutine(rng: random.Random, maker: Maker) -> Block:
    body: list[Statement] = [Line(f"made = {maker.text}")]
    if rng.random() < 0.7:
        body.append(Line("await anext(made)"))
    return block(
        f"async def ready() -> {ANNOTATIONS[maker.kind]}:", [*body, Line("return made")]
    )


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
        yield block("while True:", [Block((Clause("try:", (one,)), Clause("except ValueError:", ())))])
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
