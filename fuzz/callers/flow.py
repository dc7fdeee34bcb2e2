"""Control flow: branches, loops, `try`, `with`, flags, and ways out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from fuzz.callers.scope import Scope
from fuzz.tree import Block, Body, Clause, Line, Statement, block

Writer: TypeAlias = Callable[[Scope, int], Body]
CAUGHT: Final = (
    "StopAsyncIteration",
    "StopAsyncIteration",
    "(StopAsyncIteration, ValueError)",
    "TypeError",
    "ValueError",
    "RuntimeError",
    "Exception",
    "BaseException",
    "KeyError",
)
MANAGERS: Final = (
    "with c.plain():",
    "with c.swallow():",
    "async with c.aplain():",
    "async with c.aswallow():",
    "with suppress(StopAsyncIteration):",
    "with suppress(TypeError, ValueError):",
    "with suppress(Exception):",
    "with c.plain(), suppress(StopAsyncIteration):",
)


def condition(scope: Scope) -> str:
    """Something that is true or false."""
    forms = ["c()"] * 6 + ["not c()", "c() and c()", "c() or c()", "(b := c())"]
    forms += [*scope.flags, *(f"not {flag}" for flag in scope.flags)] * 2
    forms += [f"{name} is not None" for name in scope.optionals]
    one = scope.generator()
    if one and scope.chance(0.1):
        forms = [f"{one} is {scope.generator()}"]
    return scope.rng.choice(forms)


def branches(scope: Scope, write: Writer) -> Iterator[Statement]:
    """`if`, `elif`, `else`."""
    heads = [f"if {condition(scope)}:"]
    if scope.chance(0.25):
        heads.append(f"elif {condition(scope)}:")
    if scope.chance(0.5):
        heads.append("else:")
    yield _either(scope, heads, write, complete=heads[-1] == "else:")


def matches(scope: Scope, write: Writer) -> Iterator[Statement]:
    """`match` on an opaque value."""
    heads = ["case 1:", "case 0 if c():", "case _:"]
    cases = _either(scope, heads[scope.rng.randrange(2) :: 2] + heads[2:][:1], write, complete=True)
    seen = {clause.head: clause for clause in cases.clauses}
    yield block("match c.value():", [Block((clause,)) for clause in seen.values()])


def _either(scope: Scope, heads: list[str], write: Writer, complete: bool) -> Block:
    inners = [scope.inner() for _ in heads]
    clauses = [Clause(head, write(inner, 2)) for head, inner in zip(heads, inners, strict=True)]
    scope.join(*inners, *([] if complete else [scope.inner()]))
    return Block(tuple(clauses))


def loops(scope: Scope, write: Writer) -> Iterator[Statement]:
    """`while` and `for`."""
    heads = ("while c():", "while True:", "for _ in c.items():", "for _ in range(2):",
             f"while {condition(scope)}:")  # fmt: skip
    head = scope.rng.choice(heads)
    inner = scope.inner(loop=True)
    body = write(inner, 3)
    if head in ("while True:", heads[-1]):
        body = (*body, block("if c():", [Line("break")]))
    clauses = [Clause(head, body)]
    if scope.chance(0.25):
        clauses.append(Clause("else:", write(scope.inner(), 1)))
    scope.join(scope.inner(), inner)
    yield Block(tuple(clauses))


def tries(scope: Scope, write: Writer) -> Iterator[Statement]:
    """`try` with handlers, `else`, `finally`."""
    star = "*" if sys.version_info >= (3, 11) and scope.chance(0.06) else ""
    before = scope.inner()
    body = scope.inner()
    clauses = [Clause("try:", write(body, 2))]
    ends = [body]
    shape = scope.rng.randrange(6)
    heads = {_handler(scope, star) for _ in range(shape != 0 and scope.rng.randint(1, 2))}
    for head in sorted(heads, key=lambda head: (head == "except:", head)):
        handler = scope.inner()
        handler.join(before, body)
        clauses.append(Clause(head, _handled(handler, write, bool(star))))
        ends.append(handler)
    if shape in (1, 2):
        clauses.append(Clause("else:", write(body, 1)))
    if shape in (0, 1, 3):
        clauses.append(Clause("finally:", write(scope.inner(), 1)))
    scope.join(*ends)
    yield Block(tuple(clauses))


def _handler(scope: Scope, star: str) -> str:
    if not star and scope.chance(0.06):
        return "except:"
    name = " as e" if scope.chance(0.15) else ""
    return f"except{star} {scope.rng.choice(CAUGHT)}{name}:"


def _handled(scope: Scope, write: Writer, star: bool) -> Body:
    ways = ["pass"] * 4 + ["raise"] + ([] if star else [scope.back, "raise KeyError"])
    if scope.loops and not star:
        ways += ["continue", "break"]
    way = scope.rng.choice(ways)
    body = () if star else write(scope, 1)
    return body if way == "pass" else (*body, Line(way))


def managers(scope: Scope, write: Writer) -> Iterator[Statement]:
    """Context managers that let exceptions pass, or swallow them."""
    before, inner = scope.inner(), scope.inner()
    yield block(scope.rng.choice(MANAGERS), write(inner, 2))
    scope.join(before, inner)


def flags(scope: Scope) -> Iterator[Statement]:
    """A boolean that is remembered and asked for later, or a value that may be None."""
    kind = scope.rng.randrange(5)
    if kind == 0 or not scope.flags:
        name = scope.room.name("flag")
        yield Line(f"{name} = {scope.rng.choice(('True', 'False', 'c()'))}")
        scope.flags.append(name)
    elif kind == 1:
        name = scope.room.name("v")
        yield Line(f"{name} = c.maybe()")
        scope.optionals.append(name)
    else:
        yield Line(f"{scope.rng.choice(scope.flags)} = {scope.rng.choice(('True', 'False'))}")


def ways_out(scope: Scope) -> Iterator[Statement]:
    """Leaving the function, the loop or the turn; mostly under a condition."""
    ways = [scope.back, "raise ValueError", "raise StopAsyncIteration", "assert c()"]
    if scope.loops:
        ways += ["break", "continue"] * 2
    way = Line(scope.rng.choice(ways))
    yield way if scope.chance(0.1) else block(f"if {condition(scope)}:", [way])


def noise(scope: Scope) -> Iterator[Statement]:
    """What has nothing to do with generators."""
    text = scope.rng.choice(
        (
            "c.note(1)",
            "await c.pause()",
            "c.fail()",
            "pass",
            "{0} = 1",
            "{0} = c()",
            "yield 1" if scope.yields else "pass",
        )
    )
    yield Line(text.format(scope.room.name("n")))
