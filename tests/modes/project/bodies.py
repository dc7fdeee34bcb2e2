"""Generator bodies: right ones, wrong ones, and those that mypy treats in a special way."""

import sys
from abc import abstractmethod
from collections.abc import AsyncGenerator, Generator, Iterator
from contextlib import contextmanager
from typing import Protocol, TypeVar

from base import parse

Word = TypeVar("Word", int, str)


class Streams(Protocol):
    async def only_dots(self) -> AsyncGenerator[int, str]: ...

    @abstractmethod
    async def only_words(self) -> AsyncGenerator[int, str]:
        """To be overridden."""


async def empty() -> AsyncGenerator[int, str]:
    return
    yield


async def last_word(lines: list[str]) -> AsyncGenerator[int, None]:
    try:
        for line in lines:
            yield parse(line)
    finally:
        yield -1  # reported: generator-exit-yield


async def either(word: Word) -> AsyncGenerator[Word, None]:
    try:
        yield word
    except GeneratorExit:
        yield word  # reported: generator-exit-yield


def outer() -> AsyncGenerator[str, None]:
    async def inner() -> AsyncGenerator[str, None]:
        while True:
            try:
                yield "a"  # reported: generator-exit-yield
            except BaseException:
                pass

    return inner()


async def deferred() -> AsyncGenerator[int, None]:
    """mypy does not know the attribute's type when it first comes here."""
    try:
        yield Later().total
    finally:
        yield Later().total  # reported: generator-exit-yield


class Later:
    def __init__(self) -> None:
        self.total = parse("1") + 1


def unannotated(lines):
    try:
        yield from lines
    finally:
        yield None  # reported: generator-exit-yield


def elsewhere() -> Generator[int, None, None]:
    if sys.platform == "win32":
        try:
            yield 1
        finally:
            yield 2
    yield 3


async def excused() -> AsyncGenerator[tuple[int, int], None]:
    try:
        yield (1, 2)
    finally:
        yield (
            1,
            2,  # type: ignore[generator-exit-yield]
        )


@contextmanager
def twice() -> Iterator[int]:
    yield 1
    yield 2  # reported: generator-contextmanager-yields
