"""Random programs as trees of statements: built by a generator, printed, cut down by the shrinker.

A tree knows nothing of Python but indentation. Whether it is a program is for `compile` to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

INDENT = "    "


@dataclass(frozen=True)
class Line:
    """A simple statement, or a decorator."""

    text: str


@dataclass(frozen=True)
class Clause:
    """A head such as `except ValueError:` and the statements under it."""

    head: str
    body: tuple[Statement, ...]


@dataclass(frozen=True)
class Block:
    """A compound statement: one clause or several that belong together."""

    clauses: tuple[Clause, ...]


Statement: TypeAlias = Line | Block
Body: TypeAlias = tuple[Statement, ...]


def block(head: str, body: Sequence[Statement]) -> Block:
    """A compound statement of one clause."""
    return Block((Clause(head, tuple(body)),))


def source(body: Body) -> str:
    """The program's text."""
    return "\n".join(_lines(body, "")) + "\n"


def _lines(body: Body, indent: str) -> Iterator[str]:
    if not body:
        yield f"{indent}pass"
    for statement in body:
        if isinstance(statement, Line):
            yield indent + statement.text
            continue
        for clause in statement.clauses:
            yield indent + clause.head
            yield from _lines(clause.body, indent + INDENT)


def size(body: Body) -> int:
    """How many lines the program has."""
    return sum(1 for _ in _lines(body, ""))


def smaller(body: Body) -> Iterator[Body]:
    """All programs that are one cut away from `body`."""
    yield from _dropped_runs(body)
    for place, statement in enumerate(body):
        if isinstance(statement, Line):
            continue
        before, after = body[:place], body[place + 1 :]
        for clause in statement.clauses:
            yield before + clause.body + after
        for cut in _smaller_block(statement):
            yield (*before, cut, *after)


def _dropped_runs(body: Body) -> Iterator[Body]:
    """`body` without a run of statements: long runs first, down to single statements."""
    length = len(body)
    while length:
        for start in range(0, len(body), length):
            yield body[:start] + body[start + length :]
        length //= 2


def _smaller_block(statement: Block) -> Iterator[Block]:
    clauses = statement.clauses
    for place, clause in enumerate(clauses):
        before, after = clauses[:place], clauses[place + 1 :]
        if len(clauses) > 1:
            yield Block(before + after)
        for inner in smaller(clause.body):
            yield Block((*before, replace(clause, body=inner), *after))
