"""A random program of the family: some generator functions and a coroutine that drives them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeAlias

from fuzz import tree
from fuzz.callers import flow, followed, idioms, loops, operations, streams, values
from fuzz.callers.scope import ANNOTATIONS, LOOSE, STRICT, Maker, Room, Scope
from fuzz.tree import Body, Line, Statement, block

DEEPEST: Final = 4
Simple: TypeAlias = Callable[[Scope], Iterator[Statement]]
Compound: TypeAlias = Callable[[Scope, loops.Writer], Iterator[Statement]]
SIMPLE: Final[tuple[tuple[Simple, int], ...]] = (
    (operations.operations, 34),
    (values.creations, 9),
    (values.pairs, 2),
    (values.aliases, 5),
    (values.swaps, 2),
    (values.drops, 3),
    (values.deletions, 2),
    (values.escapes, 6),
    (values.closures, 3),
    (values.in_turn, 3),
    (flow.flags, 5),
    (flow.ways_out, 5),
    (flow.noise, 3),
    (loops.comprehensions, 4),
    (idioms.failing, 4),
    (followed.calls, 10),
)
COMPOUND: Final[tuple[tuple[Compound, int], ...]] = (
    (loops.iterations, 9),
    (loops.closings, 6),
    (flow.branches, 9),
    (flow.matches, 2),
    (flow.loops, 6),
    (flow.tries, 12),
    (flow.managers, 6),
    (idioms.remembered, 4),
    (idioms.exhausted, 5),
    (idioms.helpers_called, 3),
)
HEADER: Final = (
    "import functools",
    "from collections.abc import AsyncGenerator, AsyncIterator, Iterator",
    "from contextlib import AsyncExitStack, aclosing, suppress",
    "from contextlib import asynccontextmanager, contextmanager",
    "from typing import NoReturn",
    "from opaque import c",
)


def program(rng: random.Random, more: Sequence[tuple[Simple, int]] = ()) -> Body:
    """A module with a coroutine function `main`, which may be a method or an async generator.

    Among its statements are some of those that `more` writes, with these weights.
    """
    makers = streams.makers(rng)
    scope = Scope(rng, Room(rng.randint(4, 12)), [each.maker for each in makers])
    scope.yields = rng.random() < 0.07
    scope.more = tuple(more)
    shape = rng.random()
    if shape < 0.08:
        main = _method(scope)
    elif shape < 0.14:
        main = _with_global(scope)
    else:
        main = _function(scope, "strict: AsyncGenerator[int, int]" * (shape > 0.93))
    text = tree.source(main)
    functions = [part for each in makers if each.name in text for part in each.definition]
    if any(f"{name}(" in text for name in followed.MAKING):
        functions = [
            part for each in makers if each.name in text + "s1()" for part in each.definition
        ]
    small = {**idioms.helpers(), **followed.functions()}
    helpers = [part for name, needed in small.items() if name in text for part in needed]
    return (*map(Line, HEADER), *helpers, *functions, *main)


def _function(scope: Scope, parameters: str, *start: Statement) -> Body:
    """`main` itself."""
    if parameters.startswith("strict"):
        scope.bind("strict", Maker("", STRICT, known=False))
    first = [*start]
    for _ in range(scope.rng.randint(1, 2)):
        first += values.creations(scope)
    body = (*first, *write(scope, scope.room.statements))
    result = "AsyncGenerator[object, None]" if scope.yields else "object"
    last = "yield 0" if scope.yields else "return None"
    return (block(f"async def main({parameters}) -> {result}:", (*body, Line(last))),)


def _method(scope: Scope) -> Body:
    """`main` as a method of a class that has a generator method as well."""
    kind = scope.rng.choice((STRICT, LOOSE))
    scope.makers += [Maker("self.own()", kind)] * 3
    own = streams.function(scope.rng, "own", kind, "self")
    methods = (own, *_function(scope, "self"))
    return (block("class App:", methods), Line("main = App().main"))


def _with_global(scope: Scope) -> Body:
    """`main` with a generator in a global variable, and module-level code around it."""
    maker = scope.maker()
    scope.bind("held", maker)
    start = Line("global held"), Line(f"held = {maker.text}")
    main = _function(scope, "", *start)
    module = Line("s0()") if scope.chance(0.5) else block("class Holder:", [Line("made = s0()")])
    return (Line(f"held: {ANNOTATIONS[maker.kind]}"), module, *main)


def write(scope: Scope, most: int) -> Body:
    """Up to `most` statements."""
    made: list[Statement] = []
    for _ in range(scope.rng.randint(1, most)):
        made += _statement(scope)
        if _ends(made):
            break
    return tuple(made)


def _ends(made: list[Statement]) -> bool:
    """Whether nothing that follows could run."""
    last = made[-1] if made else None
    return isinstance(last, Line) and last.text.split()[0] in (
        "return",
        "raise",
        "break",
        "continue",
    )


def _statement(scope: Scope) -> Iterator[Statement]:
    scope.room.statements -= 1
    if scope.room.statements < 0:
        return operations.operations(scope)
    simple, compound = (*SIMPLE, *scope.more), COMPOUND if scope.depth < DEEPEST else ()
    weights = [weight for _, weight in (*simple, *compound)]
    choice = scope.rng.choices(range(len(weights)), weights)[0]
    if choice < len(simple):
        return simple[choice][0](scope)
    return compound[choice - len(simple)][0](scope, write)
