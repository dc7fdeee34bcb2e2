"""What every type checker says with the corrected stubs; `# error` marks what it must refuse."""

from collections.abc import AsyncGenerator, AsyncIterator, Generator
from types import AsyncGeneratorType, GeneratorType

from typing_extensions import assert_type


async def strings() -> AsyncGenerator[str, int]:
    yield "a"


async def starts(source: AsyncGenerator[str, int]) -> None:
    assert_type(await source.asend(None), str)
    assert_type(await source.asend(1), str)
    await source.asend("a")  # error


async def ends(source: AsyncGenerator[str, int]) -> None:
    assert_type(await source.athrow(ValueError), str | None)
    assert_type(await source.athrow(ValueError()), str | None)
    assert_type(await source.aclose(), None)
    thrown = await source.athrow(ValueError)
    thrown.upper()  # error


async def goes_on(source: AsyncGenerator[str, int]) -> None:
    assert_type(await source.__anext__(), str)
    async for item in source:
        assert_type(item, str)


async def concrete(source: AsyncGeneratorType[str, int]) -> None:
    assert_type(await source.asend(None), str)
    assert_type(await source.athrow(ValueError), str | None)
    await source.asend("a")  # error


async def made() -> None:
    assert_type(strings(), AsyncGenerator[str, int])
    assert_type(await strings().asend(None), str)


def wider(source: AsyncGenerator[bool, int]) -> AsyncGenerator[int, bool]:
    return source


def narrower(source: AsyncGenerator[int, bool]) -> AsyncGenerator[bool, int]:
    return source  # error


def iterator(source: AsyncGenerator[str, int]) -> AsyncIterator[str]:
    return source


def starts_at_once(source: Generator[str, int, bytes]) -> None:
    assert_type(source.send(None), str)
    assert_type(source.send(1), str)
    assert_type(source.throw(ValueError), str)
    assert_type(source.throw(ValueError()), str)
    source.send("a")  # error


def delegates(source: Generator[str, int, bytes]) -> Generator[str, int, None]:
    result = yield from source
    assert_type(result, bytes)


def concrete_at_once(source: GeneratorType[str, int, bytes]) -> None:
    assert_type(source.send(None), str)
    source.send("a")  # error
