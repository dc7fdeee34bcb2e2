"""What the programs in the dumps import."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from typing import Any, Literal, NoReturn

anything: Any = None


def call() -> int:
    return 0


def flag() -> bool:
    return True


def stop() -> NoReturn:
    raise SystemExit


async def work() -> int:
    return 0


async def numbers() -> AsyncGenerator[int, str | None]:
    yield 1


def lines() -> Iterator[str]:
    yield ""


def stream() -> AsyncIterator[int]:
    return numbers()


class Manager:
    def __enter__(self) -> tuple[int, int]:
        return 0, 0

    def __exit__(self, *error: object) -> None:
        pass


class Swallowing:
    """May swallow what it is told."""

    def __enter__(self) -> int:
        return 0

    def __exit__(self, *error: object) -> bool:
        return bool(error)


class Silent:
    """Swallows everything."""

    def __enter__(self) -> int:
        return 0

    def __exit__(self, *error: object) -> Literal[True]:
        return True


class Loud:
    """Swallows nothing."""

    def __enter__(self) -> int:
        return 0

    def __exit__(self, *error: object) -> Literal[False]:
        return False


class Vague:
    """Swallows nothing, by mypy's convention."""

    def __enter__(self) -> int:
        return 0

    def __exit__(self, *error: object) -> bool | None:
        return None


class AsyncManager:
    async def __aenter__(self) -> int:
        return 0

    async def __aexit__(self, *error: object) -> None:
        pass


class AsyncSwallowing:
    """May swallow what it is told."""

    async def __aenter__(self) -> int:
        return 0

    async def __aexit__(self, *error: object) -> bool:
        return bool(error)
