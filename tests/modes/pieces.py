"""The pieces that the modules of a large project are put together from.

Each slot of a module holds one of several variants, and to edit the module is to put another one
there. `{other}` is the module that is imported, `{name}` the last part of the module's own name.
"""

from __future__ import annotations

from typing import Final

HEAD: Final = """\
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

{imports}

Made = Callable[[], AsyncGenerator[int, str]]

def keep(function: Made) -> Made:
    return function

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
    ],
    "stop": [
        "def stop() -> None:\n    print()\n",
        "def stop() -> NoReturn:\n    raise SystemExit\n",
        "def stop() -> None:\n    {other}.stop()\n",
        "def stop(code: int = 0) -> None:\n    raise SystemExit(code)\n",
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
    ],
    # What no parser takes.
    "error": ["", "", "", "def broken(:\n"],
}

STUB: Final = """\
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import AbstractContextManager
from typing import NoReturn
{imports}
{kept}
Made = Callable[[], AsyncGenerator[int, str]]
def keep(function: Made) -> Made: ...
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
