"""A program of the family `callers`, told in the words of the synchronous protocol."""

from __future__ import annotations

import random
import re
from typing import Final

from fuzz.callers import generate
from fuzz.sync.consumers import consumers, unpackings
from fuzz.tree import Block, Body, Clause, Line, Statement

#: In turn: what is written in the one protocol, and in the other.
WORDS: Final = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"from contextlib import asynccontextmanager, ", "from contextlib import "),
        (
            r"from contextlib import AsyncExitStack, aclosing",
            "from contextlib import ExitStack, closing",
        ),
        (r"import AsyncGenerator, AsyncIterator, Iterator", "import Generator, Iterator"),
        (r"\basync (def|for|with)\b", r"\1"),
        (r"\bawait ", ""),
        (r"\ba(next|iter|closing)\(", r"\1("),
        (r"\.a(send|throw|close)\b", r".\1"),
        (r"__a(next|iter)__", r"__\1__"),
        (r"\bAsyncGenerator\[([^]]*)\]", r"Generator[\1, None]"),
        (r"\bAsyncIterator\b", "Iterator"),
        (r"\bStopAsyncIteration\b", "StopIteration"),
        (r"\bAsyncExitStack\b", "ExitStack"),
        (r"\benter_async_context\b", "enter_context"),
        (r"\bpush_async_callback\b", "callback"),
        (r"\basynccontextmanager\b", "contextmanager"),
        (r"\bc\.a(plain|swallow)\b", r"c.\1"),
        (r"\bc\.pause\b", "c.note"),
        (r"\bc\.drive\b", "c.use"),
        (r"\.(loose|strict)\b", r".s\1"),
    )
)


def program(rng: random.Random) -> Body:
    """A module with a function `main`, which may be a method or a generator."""
    told = translated(generate.program(rng, ((consumers, 12), (unpackings, 2))))
    return (Line("from itertools import islice, takewhile"), *told)


def translated(body: Body) -> Body:
    """The same statements in the words of the synchronous protocol."""
    return tuple(map(_statement, body))


def _statement(statement: Statement) -> Statement:
    if isinstance(statement, Line):
        return Line(_text(statement.text))
    return Block(
        tuple(Clause(_text(clause.head), translated(clause.body)) for clause in statement.clauses)
    )


def _text(text: str) -> str:
    for pattern, replacement in WORDS:
        text = pattern.sub(replacement, text)
    return text
