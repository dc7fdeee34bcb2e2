"""The pieces that the modules of a large project are put together from.

Each slot of a module holds one of several variants, and to edit the module is to put another one
there. `{other}` is the module that is imported, `{name}` the last part of the module's own name.
"""

from __future__ import annotations

from typing import Final

HEAD: Final = """\
import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Any, NamedTuple, NoReturn, Protocol, TypeVar, overload

{imports}

Made = Callable[[], AsyncGenerator[int, str]]
T = TypeVar("T")

"""

SLOTS: Final[dict[str, list[str]]] = {
    "options": [
        "",
        "",
        "# mypy: disable-error-code=generator-closed",
        "# mypy: disable-error-code=generator",
        "# mypy: ignore-errors",
        "# mypy: no-warn-unused-ignores",
    ],
    # A decorator, under its own name and under another.
    "keep": [
        "def keep(function: Made) -> Made:\n    return function\n",
        "def keep(function: T) -> T:\n    return function\n",
        "def keep(function: T) -> T:\n    return {other}.keep(function)\n",
        "def keep(function: Callable[[], T]) -> Made:\n    raise ValueError\n",
        "from {other} import keep\n",
        "keep = {other}.keep\n",
    ],
    "alias": [
        "Stream = AsyncGenerator[int, str]\n",
        "Stream = AsyncGenerator[int, None]\n",
        "Stream = AsyncIterator[int]\n",
        "Stream = Any\n",
        "from {other} import Stream\n",
        "Stream = {other}.Stream\n",
    ],
    # What is made: another kind of function, another signature, a decorator.
    "numbers": [
        """\
async def numbers() -> AsyncGenerator[int, str]:
    yield 1
""",
        """\
async def numbers() -> AsyncGenerator[int, str]:
    text = yield 1
    print(text.upper())
    yield 2
""",
        """\
def numbers() -> AsyncGenerator[int, str]:
    return {other}.numbers()
""",
        """\
async def numbers() -> AsyncGenerator[int, None]:
    yield 1
""",
        """\
async def numbers() -> int:
    return 1
""",
        """\
@{other}.keep
async def numbers() -> AsyncGenerator[int, str]:
    yield 1
""",
        """\
@keep
async def numbers() -> AsyncGenerator[int, str]:
    yield 1
""",
        """\
async def numbers(first: int = 0) -> AsyncGenerator[int, str]:
    yield first
""",
        """\
if asyncio:
    async def numbers() -> AsyncGenerator[int, str]:
        yield 1
else:
    def numbers() -> AsyncGenerator[int, str]:
        return {other}.numbers()
""",
        """\
@overload
def numbers(first: int = 0) -> AsyncGenerator[int, str]: ...
@overload
def numbers(first: str) -> AsyncGenerator[int, str]: ...
async def numbers(first: Any = 0) -> Any:
    yield first
""",
        """\
@overload
def numbers(first: int = 0) -> AsyncGenerator[int, str]: ...
@overload
def numbers(first: str) -> AsyncGenerator[int, str]: ...
def numbers(first: Any = 0) -> Any:
    return {other}.numbers()
""",
        "async def numbers() -> Stream:\n    yield 1\n",
        "async def numbers():\n    yield 1\n",
        "def numbers():\n    return {other}.numbers()\n",
        "from {other} import numbers\n",
        "numbers = {other}.numbers\n",
        "numbers = partial({other}.numbers)\n",
    ],
    "ticks": [
        "def ticks() -> Iterator[int]:\n    yield 1\n",
        "def ticks() -> Iterator[int]:\n    return iter([1])\n",
        "def ticks() -> Generator[int, str, None]:\n    text = yield 1\n    text.upper()\n",
        "def ticks() -> list[int]:\n    return [1]\n",
        "def ticks():\n    yield 1\n",
        "def ticks():\n    return [1]\n",
        "from {other} import ticks\n",
        "ticks = {other}.ticks\n",
    ],
    # What is raised, how a value is made and whether it is true, and what is equal.
    "failed": [
        "class Failed(ValueError): ...\n",
        "class Failed(BaseException): ...\n",
        "class Failed(StopAsyncIteration): ...\n",
        "class Failed({other}.Failed): ...\n",
        "from asyncio import CancelledError as Failed\n",
        "from {other} import Failed\n",
        "Failed = (ValueError, KeyError)\n",
    ],
    "row": [
        "@dataclass\nclass Row:\n    size: int = 0\n",
        "class Row:\n    size: int = 0\n",
        "class Row:\n    def __init__(self) -> None:\n        raise ValueError\n",
        "class Row(NamedTuple):\n    size: int = 0\n",
        "class Row({other}.Row):\n    def __bool__(self) -> bool:\n        return False\n",
        "from {other} import Row\n",
        "Row = int\n",
    ],
    "mode": [
        "class Mode(Enum):\n    A = 1\n    B = 2\n",
        "class Mode(Enum):\n    A = 1\n    B = 1\n",
        "class Mode(int, Enum):\n    A = 0\n    B = 2\n",
        "class Mode:\n    A = 1\n    B = 2\n",
        "from {other} import Mode\n",
    ],
    "stop": [
        "def stop() -> None:\n    print()\n",
        "def stop() -> NoReturn:\n    raise SystemExit\n",
        "def stop() -> None:\n    {other}.stop()\n",
        "def stop(code: int = 0) -> None:\n    raise SystemExit(code)\n",
        "stop: Callable[[], NoReturn]\n",
        """\
class Stop:
    def __call__(self) -> NoReturn:
        raise SystemExit
stop = Stop()
""",
        "from {other} import stop\n",
        "stop = {other}.stop\n",
    ],
    # What a summary says: by its own body, and by what that names.
    "close": [
        """\
async def close(generator: AsyncGenerator[int, str], hard: bool = False) -> None:
    await generator.aclose()
""",
        """\
async def close(generator: AsyncGenerator[int, str], hard: bool = False) -> None:
    if hard:
        {other}.stop()
    else:
        await generator.aclose()
""",
        """\
async def close(generator: AsyncGenerator[int, str], hard: bool = False) -> None:
    with {other}.quiet():
        await generator.aclose()
        return
    raise ValueError
""",
        """\
async def close(generator: AsyncGenerator[int, str], hard: bool = False) -> None:
    await anext(generator)
""",
        """\
async def close(generator: AsyncGenerator[int, str], hard: bool = False) -> None:
    await {other}.close(generator)
""",
        """\
async def close(generator: AsyncGenerator[int, str], hard: bool = False) -> None:
    try:
        {other}.Row()
        await generator.aclose()
    except {other}.Failed:
        pass
""",
        "from {other} import close\n",
    ],
    "quiet": [
        """\
@contextmanager
def quiet() -> Iterator[int]:
    try:
        yield 1
    except ValueError:
        pass
""",
        """\
@contextmanager
def quiet() -> Iterator[int]:
    try:
        yield 1
    except ValueError:
        stop()
        {other}.stop()
        raise
""",
        """\
@contextmanager
def quiet() -> Iterator[int]:
    yield 1
    yield 2
""",
        """\
class quiet:
    def __enter__(self) -> int:
        return 1

    def __exit__(self, *_: object) -> bool:
        return bool(_)
""",
        """\
class quiet({other}.quiet):
    pass
""",
        """\
@contextmanager
def quiet() -> Iterator[int]:
    try:
        yield 1
    except {other}.Failed:
        {other}.stop()
""",
        """\
@contextmanager
def quiet() -> Iterator[int]:
    with {other}.quiet():
        yield 1
""",
        "from {other} import quiet\n",
        "quiet = {other}.quiet\n",
    ],
    "source": [
        """\
class Source:
    async def stream(self) -> AsyncGenerator[int, str]:
        yield 1
""",
        """\
class Source:
    def stream(self) -> AsyncGenerator[int, str]:
        return numbers()
""",
        """\
class Source({other}.Source):
    pass
""",
        """\
class Source({other}.Source):
    async def stream(self) -> AsyncGenerator[int, str]:
        try:
            yield 1
        finally:
            yield 2
""",
        """\
class Source(Protocol):
    async def stream(self) -> AsyncGenerator[int, str]:
        yield 1
""",
        """\
class Source:
    @property
    def stream(self) -> Made:
        return numbers
""",
        """\
class Source:
    stream = {other}.numbers
""",
        """\
class Source:
    @{other}.keep
    async def stream() -> AsyncGenerator[int, str]:
        yield 1
""",
        """\
class Source:
    @staticmethod
    async def stream() -> AsyncGenerator[int, str]:
        yield 1
""",
        """\
class Own:
    async def stream(self) -> AsyncGenerator[int, str]:
        yield 1
class Source(Own, {other}.Source): ...
""",
        """\
class Source({other}.Source):
    async def stream(self) -> AsyncGenerator[int, str]:
        await super().stream().asend("a")
        yield 1
""",
        "from {other} import Source\n",
    ],
    "driving": [
        """\
async def drive() -> None:
    generator = {other}.numbers()
    await generator.asend("a")
""",
        """\
async def drive() -> None:
    generator = {other}.numbers()
    await close(generator, True)
    await anext(generator)
""",
        """\
async def drive() -> None:
    generator = numbers()
    with quiet():
        await anext(generator)
        stop()
        raise ValueError
    await generator.asend("a")  # type: ignore[generator-closed]
""",
        """\
async def drive() -> None:
    generator = {other}.Source().stream()
    await generator.asend("a")  # type: ignore[generator-unstarted-send]
    await close(generator)
    reveal_type(await generator.athrow(ValueError))
""",
        """\
async def drive() -> None:
    await {other}.close({other}.numbers())
    numbers()
    {other}.numbers()  # type: ignore[generator]
""",
        """\
async def drive() -> str:
    return await {other}.numbers()
""",
        """\
async def drive(source: Source) -> None:
    source.stream()
    ticks()  # type: ignore[generator-dropped]
    print(list({other}.ticks()))
    once = ticks()
    print(list(once), list(once))
    once.send("a")
""",
        """\
async def drive() -> None:
    generator = numbers()
    mode = {other}.Mode.A
    if mode == {other}.Mode.B:
        await generator.aclose()
    if {other}.Row():
        await generator.aclose()
    await anext(generator)
""",
        """\
async def drive() -> None:
    generator = numbers()
    try:
        await asyncio.wait_for(close(generator), 1)
    except (TimeoutError, {other}.Failed):
        pass
    await anext(generator)  # type: ignore[generator-closed]
""",
        """\
async def drive() -> None:
    generator = numbers()
    async with aclosing(generator):
        Row()
        await anext(generator)
    await anext(generator)
""",
        """\
class Drive({other}.Source):
    async def drive(self) -> None:
        await self.stream().asend("a")
""",
        """\
@{other}.keep
async def made() -> AsyncGenerator[int, str]:
    yield 1

async def drive() -> None:
    await made().asend("a")  # type: ignore[generator-unstarted-send]
""",
        """\
started = {other}.numbers()
numbers()

async def drive() -> None:
    await started.asend("a")
""",
        """\
class Drive:
    source: {other}.Source

    def __init__(self) -> None:
        self.numbers = {other}.numbers()

    async def drive(self) -> None:
        self.numbers = numbers()
        await self.numbers.asend("a")
        self.source.stream()
""",
    ],
    "bodies": [
        """\
async def body() -> AsyncGenerator[int, None]:
    try:
        yield 1
    finally:
        yield 2
""",
        """\
async def body() -> AsyncGenerator[int, None]:
    try:
        yield 1
    except ValueError:
        yield 2  # type: ignore[generator-exit-yield]
    finally:
        stop()
        yield 3  # type: ignore
""",
        """\
def body() -> Iterator[int]:
    {other}.stop()
    with {other}.quiet():
        yield from [1]
    raise StopIteration
""",
        """\
def body() -> Iterator[int]:
    try:
        yield ""
    finally:
        with quiet():
            yield {other}.body()
""",
        """\
async def body() -> Stream:
    try:
        yield 1
    except {other}.Failed:
        yield 2
    async with asyncio.timeout(1):
        yield 3
    raise {other}.Failed
""",
        """\
def body() -> Iterator[T]:
    with {other}.quiet():
        yield 1
    raise Failed
""",
    ],
    # What no parser takes.
    "error": ["", "", "", "def broken(:\n"],
}

STUB: Final = """\
from collections.abc import AsyncGenerator, Callable, Iterator
from enum import Enum
from typing import NoReturn
{kept}
Made = Callable[[], AsyncGenerator[int, str]]
Stream = AsyncGenerator[int, str]
class Failed(ValueError): ...
class Row: ...
class Mode(Enum):
    A = 1
    B = 2
def keep(function: Made) -> Made: ...
def ticks() -> Iterator[int]: ...
def stop() -> {stops}: ...
def numbers() -> AsyncGenerator[int, str]: ...
async def close(generator: AsyncGenerator[int, str], hard: bool = False) -> None: ...
def body() -> Iterator[int]: ...
class quiet:
    def __enter__(self) -> int: ...
    def __exit__(self, *_: object) -> {swallows}: ...
class Source:
    def stream(self) -> AsyncGenerator[int, str]: ...
"""
