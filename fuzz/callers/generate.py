"""A random program of the family: some generator functions and a coroutine that drives them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from fuzz.callers import flow, loops, operations, streams, values
from fuzz.callers.scope import Room, Scope
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
    (values.deletions, 1),
    (values.escapes, 5),
    (values.closures, 2),
    (values.in_turn, 3),
    (flow.flags, 5),
    (flow.ways_out, 5),
    (flow.noise, 3),
)
COMPOUND: Final[tuple[tuple[Compound, int], ...]] = (
    (loops.iterations, 9),
    (loops.comprehensions, 3),
    (loops.closings, 6),
    (flow.branches, 10),
    (flow.matches, 2),
    (flow.loops, 6),
    (flow.tries, 14),
    (flow.managers, 5),
)
HEADER: Final = (
    "import functools",
    "from collections.abc import AsyncGenerator",
    "from contextlib import AsyncExitStack, aclosing, suppress",
    "from opaque import c",
)


def program(rng: random.Random) -> Body:
    """A module with a coroutine function `main`."""
    functions, makers = streams.functions(rng)
    scope = Scope(rng, Room(rng.randint(4, 12)), makers)
    start: list[Statement] = []
    parameters = ""
    if rng.random() < 0.08:
        parameters = "strict: AsyncGenerator[int, int]"
        scope.kinds["strict"] = "strict"
        scope.either("strict", ("strict",)) if "strict" in scope.objects else scope._bind_to(
            "strict", frozenset({"created", "suspended", "closed"})
        )
    for _ in range(rng.randint(1, 2)):
        start += values.creations(scope)
    body = (*start, *write(scope, scope.room.statements))
    return (
        *map(Line, HEADER),
        *functions,
        block(f"async def main({parameters}) -> object:", (*body, Line("return None"))),
    )


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
    return isinstance(last, Line) and last.text.split()[0] in ("return", "raise", "break", "continue")


def _statement(scope: Scope) -> Iterator[Statement]:
    scope.room.statements -= 1
    if scope.room.statements < 0:
        return operations.operations(scope)
    simple, compound = SIMPLE, COMPOUND if scope.depth < DEEPEST else ()
    weights = [weight for _, weight in (*simple, *compound)]
    choice = scope.rng.choices(range(len(weights)), weights)[0]
    if choice < len(simple):
        return simple[choice][0](scope)
    return compound[choice - len(simple)][0](scope, write)
