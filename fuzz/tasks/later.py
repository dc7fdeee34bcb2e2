"""What tasks await for a program."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from fuzz.tasks.operation import Operation


class Later(Coroutine[Any, Any, Any]):
    """What a task awaits for the program: it tells when it begins, and that it was cancelled.

    It may `wait` before that: nobody can foretell when the loop comes to a task that nobody waits
    for.
    """

    def __init__(
        self, operation: Operation, begins: Callable[[bool], None], *, wait: bool = False
    ) -> None:
        self._operation = operation
        self._awaitable: Any = operation.awaitable
        self._begins = begins
        self._pause = asyncio.sleep(10) if wait else None
        self._begun = False

    def send(self, value: Any) -> Any:
        if self._pause is not None:
            with suppress(StopIteration):
                return self._pause.send(value)
            self._pause, value = None, None
        if not self._begun:
            self._begun = True
            self._begins(True)
        return self._step(self._awaitable.send, value)

    def throw(self, *error: Any) -> Any:
        """Before it has begun, what is thrown in is the first that the awaitable gets."""
        if not self._begun:
            self._begins(False)
        self._begun = True
        if self._pause is not None:
            self._pause.close()
            self._pause = None
        return self._step(self._awaitable.throw, *error)

    def _step(self, step: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return step(*arguments)
        except asyncio.CancelledError:
            self._operation.cut_short()
            raise

    def close(self) -> None:
        if self._pause is not None:
            self._pause.close()
        self._awaitable.close()

    def __await__(self) -> Any:
        return self

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> Any:
        return self.send(None)
