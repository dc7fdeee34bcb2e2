"""Shapes that real code is full of, and that chance alone would hardly write."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from fuzz.callers.operations import awaitable, choose
from fuzz.callers.scope import CLOSED, Scope
from fuzz.tree import Block, Body, Clause, Line, Statement, block

Writer: TypeAlias = Callable[[Scope, int], Body]


def _operation(scope: Scope, name: str) -> Line:
    operation = choose(scope, name)
    text = awaitable(scope, operation, name)
    scope.becomes(name, operation.after)
    return Line(f"await {text}")


def remembered(scope: Scope, write: Writer) -> Iterator[Statement]:
    """An operation under a condition, which a flag remembers."""
    name = scope.generator()
    if name is None:
        return
    flag, before = scope.room.name("flag"), scope.inner()
    done = scope.inner()
    act = _operation(done, name)
    if scope.chance(0.5):
        yield Line(f"{flag} = False")
        yield block("if c():", [act, Line(f"{flag} = True")])
    else:
        yield Line(f"{flag} = c()")
        yield block(f"if {flag}:", [act])
    yield from write(scope, 1) if scope.chance(0.4) else ()
    is_done = scope.chance(0.5)
    known = done if is_done else before
    yield block(f"if {'' if is_done else 'not '}{flag}:", [_operation(known, name)])
    scope.join(done, before)


def exhausted(scope: Scope, write: Writer) -> Iterator[Statement]:
    """The end of the generator is caught by name."""
    name = scope.generator()
    if name is None:
        return
    first = "anext({0})" if scope.chance(0.5) else "{0}.asend(None)"
    act = Line(f"await {first.format(name)}")
    ended = scope.inner()
    ended.becomes(name, CLOSED)
    error = scope.rng.choice(("StopAsyncIteration", "StopAsyncIteration", "Exception"))
    handler = Clause(f"except {error}:", write(ended, 2))
    scope.becomes(name, "suspended")
    if scope.chance(0.5):
        yield Block((Clause("try:", (act,)), handler))
        scope.join(scope.inner(), ended)
    else:
        leave = Clause(handler.head, (*handler.body, Line("break")))
        yield block("while True:", [Block((Clause("try:", (act,)), leave))])
        scope.becomes(name, CLOSED)


def failing(scope: Scope) -> Iterator[Statement]:
    """Misuse is caught, and life goes on."""
    name = scope.generator()
    if name is None:
        return
    act = _operation(scope, name)
    error = scope.rng.choice(
        ("TypeError", "StopAsyncIteration", "(TypeError, StopAsyncIteration)", "Exception")
    )
    yield Block((Clause("try:", (act,)), Clause(f"except {error}:", ())))


def helpers_called(scope: Scope, write: Writer) -> Iterator[Statement]:
    """Calls of the module's own small functions, and its own context managers."""
    shape = scope.rng.randrange(6)
    if shape == 0:
        yield Line("nothing()")
    elif shape == 1:
        yield block("if c():", [*write(scope.inner(), 1), Line("never()")])
    else:
        head = ("with quiet():", "with loud():", "async with aquiet():", "with Quiet():")[shape - 2]
        before, inner = scope.inner(), scope.inner()
        yield block(head, write(inner, 2))
        scope.join(before, inner)


def helpers() -> dict[str, list[Statement]]:
    """The module's small functions, by the text that shows that they are used."""
    swallowing = Block((Clause("try:", (Line("yield"),)), Clause("except ValueError:", ())))
    leave = block("def __exit__(self, *exc_info: object) -> bool:", [Line("return c()")])
    enter = block("def __enter__(self) -> None:", ())
    manager = Line("@contextmanager")
    return {
        "nothing(": [block("def nothing() -> None:", ())],
        "never(": [block("def never() -> NoReturn:", [Line("raise ValueError")])],
        "with quiet(": [manager, block("def quiet() -> Iterator[None]:", [swallowing])],
        "with loud(": [manager, block("def loud() -> Iterator[None]:", [Line("yield")])],
        "aquiet(": [
            Line("@asynccontextmanager"),
            block("async def aquiet() -> AsyncIterator[None]:", [swallowing]),
        ],
        "Quiet(": [block("class Quiet:", [enter, leave])],
    }
