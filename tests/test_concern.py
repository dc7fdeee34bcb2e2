"""Which functions with a word of interest in them have to do with generators, by their types."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

import pytest

from genstate import analysis
from tests.checking import check

PRELUDE = """\
import builtins, socket, types
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator
from typing import Any, Union, overload

Made = Union[int, Callable[[], "Made"]]
Maker = Union[Callable[[], "Maker"], AsyncGenerator[int, str]]

async def numbers() -> AsyncGenerator[int, str]:
    yield 1

def count() -> Iterator[int]:
    yield 1

async def words() -> AsyncIterator[str]:
    yield ""

async def awaited() -> AsyncGenerator[int, str]:
    return numbers()

async def awaited_sync() -> Generator[int, int, None]:
    raise ValueError

class Source:
    attribute: AsyncGenerator[int, str]
    sockets: list[socket.socket]

    async def stream(self) -> AsyncIterator[str]:
        yield ""

    def count(self) -> Iterator[int]:
        yield 1

    @property
    def current(self) -> AsyncGenerator[int, str]:
        return numbers()

@overload
def several(x: int) -> AsyncGenerator[int, str]: ...
@overload
def several(x: str) -> int: ...
def several(x: Any) -> Any:
    return x
"""
ANALYSED = [
    "numbers()",
    "words()",
    "a = words",
    "source.stream()",
    "source.attribute",
    "source.current",
    "several(1)",
    "await awaited()",
    "await awaited_sync()",
    "lambda: words()",
    "def nested() -> None:\n    words()",
    "class Nested:\n    made = words()",
    "next(iter([1]))",
    "builtins.next(iter([1]))",
    "anything.aclose()",
    "anything.asend",
    "anything.__anext__()",
    "generator",
    "optional",
    "made_in_c",
    "later",
    "maker()",
    "async for x in generator: pass",
    "counter",
    "it = count()",
    "it = source.count()",
    "it = (x for x in [1])",
    "count()",
    "source.count()",
    "while True:\n    count()",
]
LEFT_ALONE = [
    "pass",
    "anything.send(1)",
    "anything.next",
    "source.sockets[0].send(b'')",
    "source.sockets[0].close()",
    "print(source)",
    "iterator",
    "made",
    "for x in iterator: pass",
    "for x in count(): pass",
    "for x in source.count(): print(list(count()))",
    "def nested() -> None:\n    print()",
    "def numbers() -> None: ...\nnumbers()",
]
PARAMETERS = (
    "anything: Any, source: Source, iterator: Iterator[int], generator: AsyncGenerator[int, str],"
    " optional: AsyncGenerator[int, str] | None, made_in_c: types.AsyncGeneratorType[int, str],"
    " counter: Generator[int, int, None], maker: Callable[[], AsyncGenerator[int, str]],"
    " made: Made, later: Maker"
)


def is_analysed(folder: Path, body: str, monkeypatch: pytest.MonkeyPatch) -> bool:
    names: list[str] = []
    monkeypatch.setattr(analysis, "check_function", lambda *given: names.append(given[1].name))
    monkeypatch.setattr("genstate.compat.source_text", lambda _: None)
    monkeypatch.setattr("genstate.worth.may_break_a_rule", lambda *_: True)
    function = f"async def asked({PARAMETERS}) -> None:\n{indent(body, '    ')}\n    return\n"
    output = check(folder, PRELUDE + function)
    assert not any(": error:" in line or "could not analyse" in line for line in output)
    return "asked" in names


@pytest.mark.parametrize("body", ANALYSED)
def test_analysed(body: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_analysed(tmp_path, body, monkeypatch)


@pytest.mark.parametrize("body", LEFT_ALONE)
def test_left_alone(body: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_analysed(tmp_path, body, monkeypatch)
