"""Statements that take values out of a synchronous generator without a loop."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from fuzz.callers.scope import CLOSED, SUSPENDED, Scope
from fuzz.tree import Line, Statement, block

#: They run it to its end.
WHOLE: Final = (
    "{0} = list({1})",
    "c.note(tuple({1}))",
    "c.note(sum({1}))",
    "c.note(sorted({1}, reverse=True))",
    "c.note(set({1}))",
    "c.note(len([*{1}]))",
    "c.note(*{1})",
    "{0} = max({1}, default=0)",
    "{0} = list(enumerate({1}))",
    "{0} = list(map(str, {1}))",
    "c.note(list(filter(None, {1})))",
)
#: They may stop before it.
PART: Final = (
    "{0} = any({1})",
    "{0} = all({1})",
    "c.note(1 in {1})",
    "{0} = 7 not in {1}",
    "c.note(any([1 in {1}]))",
    "c.note(list(zip({1}, c.items())))",
    "{0} = sum(islice({1}, 2))",
    "{0} = list(takewhile(lambda _: c(), {1}))",
)
#: Loops over it, through something else.
LOOPS: Final = (
    "for {0}, _ in enumerate({1}):",
    "for {0} in map(str, {1}):",
    "for {0} in filter(None, {1}):",
    "for {0}, _ in enumerate({1}, 1):",
)
#: They keep it, or take what cannot be told.
HIDDEN: Final = (
    "{0} = zip({1}, c.items())",
    "{0} = map(str, {1})",
    "{0} = filter(None, {1})",
    "{0} = enumerate({1})",
)


def consumers(scope: Scope) -> Iterator[Statement]:
    """One of them, on one of the generators."""
    name = scope.generator()
    if name is None:
        return
    kind = scope.rng.choices((WHOLE, PART, HIDDEN), (6, 3, 1))[0]
    source = name if scope.chance(0.9) else f"iter({name})"
    text = scope.rng.choice(kind).format(scope.room.name("x"), source)
    if kind is WHOLE and scope.chance(0.1):
        head = scope.rng.choice(LOOPS).format(scope.room.name("i"), name)
        yield block(head, [Line("c.note(1)")])
    else:
        yield Line(text)
    if kind is WHOLE:
        scope.becomes(name, CLOSED)
    elif kind is PART:
        scope.becomes(name, SUSPENDED, CLOSED)


def unpackings(scope: Scope) -> Iterator[Statement]:
    """As many names as there may be values; or a name for the rest."""
    name = scope.generator()
    if name is None:
        return
    first, second = scope.room.name("x"), scope.room.name("x")
    form = scope.rng.choice(("{0}, {1} = {2}", "{0}, *{1} = {2}", "({0},) = {2}"))
    yield Line(form.format(first, second, name))
    scope.becomes(name, CLOSED)
