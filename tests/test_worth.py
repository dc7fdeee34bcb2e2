"""Which functions that have to do with generators are analysed: those that can break a rule."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

import pytest

from genstate import analysis
from genstate.cfg.graph import Graph
from genstate.codes import LEAK, RETURN_ANNOTATION
from tests.checking import check

PRELUDE = """\
import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator
from contextlib import ExitStack, aclosing, nullcontext, suppress
from typing import Any, TypeVar, cast, overload

async def numbers() -> AsyncIterator[int]:
    yield 1

async def asked() -> AsyncGenerator[int, str]:
    print((yield 1).upper())

def count() -> Iterator[int]:
    yield 1

def made() -> AsyncIterator[int]:
    return numbers()

class Source:
    @overload
    def __init__(self) -> None: ...
    @overload
    def __init__(self, x: int) -> None: ...
    def __init__(self, x: int = 0) -> None: ...

    async def stream(self) -> AsyncIterator[int]:
        yield 1

    @staticmethod
    def shared() -> Iterator[int]:
        yield 1

    def made(self) -> AsyncIterator[int]:
        return self.stream()

class Disguised(Exception):
    def __new__(cls) -> "Stop":
        return Stop()

class Stop(Disguised, StopIteration): ...

V = TypeVar("V", int, str)

def kind(x: object) -> type[Exception]:
    return Exception
"""
KEPT = [
    "a = numbers()",
    "numbers()",
    "source.stream()",
    "print(numbers())",
    "Source.shared()",
    "x = [numbers()]",
    "async for x in made(): pass",
    "async for x in asked(): pass",
    "async with aclosing(asked()): pass",
    "for x in (numbers(), 1): pass",
    "await generator.asend('a')",
    "a = anext(generator)",
    "it = (x for x in [1])",
    "print(it := (x for x in [1]))",
    "def nested(it: object = count()) -> None: ...",
    "lambda it=count(): it",
    "lambda a=(lambda b=count(): b): a",
    "lambda a=(it := (x for x in [1])): a",
    "def nested(x: object = await anext(generator)) -> None: ...",
    "cast(Any, source.stream())",
]
GONE_THROUGH = [
    "async for x in numbers(): print(x)",
    "async for x in source.stream(): print(x)",
    "async for x in source.made(): print(x)",
    "print([x async for x in numbers()])",
    "print({x: 1 async for x in numbers()})",
    "print(x for x in count())",
    "return source.stream()",
    "a = numbers",
    "print(next(iter([1])))",
    "counter.send(1)",
    "counter.close()",
]
DANGEROUS = [
    "try:\n    yield 1\nexcept Exception:\n    yield 2",
    "try:\n    yield 1\nfinally:\n    yield 2",
    "try:\n    yield 1\nexcept BaseException:\n    pass\nyield 2",
    "try:\n    yield 1\nexcept BaseException:\n    pass\nyield from [2]",
    "while True:\n    try:\n        yield 1\n    except BaseException:\n        pass",
    "for x in [1]:\n    if x:\n        with suppress(GeneratorExit):\n            yield 1",
    "with suppress():\n    try:\n        yield 1\n    finally:\n        print()\n    yield 2",
    "with ExitStack() as stack:\n    stack.enter_context(suppress(GeneratorExit))\n    yield 1",
    "yield 1\nraise StopIteration",
    "yield 1\nraise error",
    "yield next(iter([1]))",
    "yield 1\ncounter.send(2)",
    "yield 1\na = count()",
    "yield 1\nlambda x=next(iter([1])): x",
    "yield 1\nraise Disguised()",
    "yield 1\nclass Nested:\n    raise StopIteration",
    "with suppress(GeneratorExit), nullcontext((yield 1)): pass\nyield 2",
    "with suppress(GeneratorExit) as counts[(yield 1)]: pass\nyield 2",
    "try: print()\nexcept kind((yield 1)): pass\nfinally: yield 2",
]
HARMLESS = [
    "yield 1\nyield 2",
    "try:\n    yield 1\n    yield 2\nfinally:\n    print()",
    "yield 1\ntry:\n    while True:\n        yield 2\nexcept BaseException:\n    print()",
    "with suppress(GeneratorExit):\n    yield 1\n    yield 2",
    "try:\n    print()\nexcept BaseException:\n    print()\nyield 1",
    "yield 1\nraise ValueError",
    "yield from count()",
    "for x in count():\n    yield x",
]


def is_worthwhile(
    folder: Path, function: str, monkeypatch: pytest.MonkeyPatch, *options: str
) -> bool:
    names: list[str] = []
    monkeypatch.setattr(analysis, "check_function", lambda *given: names.append(given[1].name))
    monkeypatch.setattr("genstate.worth.is_of_interest", lambda *_: True)
    monkeypatch.setattr("genstate.compat.source_text", lambda _: None)
    output = check(folder, PRELUDE + function, *options)
    assert not any(": error:" in line or "could not analyse" in line for line in output)
    return "function" in names


def caller(body: str) -> str:
    parameters = (
        "source: Source, generator: AsyncGenerator[int, str], counter: Generator[int, int, None]"
    )
    return f"async def function({parameters}) -> Any:\n{indent(body, '    ')}\n"


def body(text: str, *, is_async: bool = False) -> str:
    keyword, protocol = ("async def", "AsyncIterator") if is_async else ("def", "Iterator")
    parameters = "error: Exception, counter: Generator[int, int, None], counts: dict[Any, Any]"
    return f"{keyword} function({parameters}) -> {protocol}[int]:\n{indent(text, '    ')}\n"


@pytest.mark.parametrize("function", [*map(caller, KEPT), *map(body, DANGEROUS)])
def test_worthwhile(function: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_worthwhile(tmp_path, function, monkeypatch)


@pytest.mark.parametrize("function", [*map(caller, GONE_THROUGH), *map(body, HARMLESS)])
def test_not_worthwhile(function: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_worthwhile(tmp_path, function, monkeypatch)


def test_a_method_of_a_base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    function = "class Third(Source):\n    def function(self) -> None:\n        super().stream()\n"
    assert is_worthwhile(tmp_path, function, monkeypatch)


def test_a_copy_of_a_function(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """mypy checks one for each value of a type variable, and in it the types of calls elsewhere."""
    function = "def function(source: Source, v: V) -> None:\n    cast(Any, source.stream())\n"
    assert is_worthwhile(tmp_path, function, monkeypatch)


def test_a_yield_in_what_may_be_a_cancel_scope(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "async with asyncio.Lock():\n    yield 1"
    assert is_worthwhile(tmp_path, body(text, is_async=True), monkeypatch)
    monkeypatch.undo()
    assert not is_worthwhile(tmp_path, body("with suppress():\n    yield 1"), monkeypatch)


def test_rules_that_are_not_on_by_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loop = caller("async for x in numbers(): print(x)")
    assert is_worthwhile(tmp_path, loop, monkeypatch, f"--enable-error-code={LEAK.code}")
    plain, on = body("yield 1", is_async=True), f"--enable-error-code={RETURN_ANNOTATION.code}"
    assert not is_worthwhile(tmp_path, plain, monkeypatch)
    assert is_worthwhile(tmp_path, plain, monkeypatch, on)


def test_who_looks_on_sees_all(tmp_path: Path) -> None:
    seen: list[str] = []

    def look_on(_: object, graph: Graph) -> None:
        seen.append(graph.name)

    token = analysis.ONLOOKER.set(look_on)
    try:
        check(tmp_path, PRELUDE + caller("async for x in numbers(): print(x)"))
    finally:
        analysis.ONLOOKER.reset(token)
    assert "function" in seen
