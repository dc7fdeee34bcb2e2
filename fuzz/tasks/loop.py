"""An event loop whose clock does not wait: where nothing is ready, the next timer is due."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any


class Deadlock(Exception):
    """Everybody waits, and nothing will ever happen."""


class Impatient(asyncio.SelectorEventLoop):
    """Time passes only where everybody waits.

    Attributes:
        rounds: how often it has looked for what is ready.
    """

    def __init__(self) -> None:
        super().__init__()
        self._now = 0.0
        self.rounds = 0
        self._tasks: list[asyncio.Task[Any]] = []
        self._main: asyncio.Task[Any] | None = None

    def time(self) -> float:
        return self._now

    def _run_once(self) -> None:
        self.rounds += 1
        inner: Any = super()
        timers: list[Any] = self._scheduled  # type: ignore[attr-defined]
        due = [timer._when for timer in timers if not timer._cancelled]
        if not self._ready:  # type: ignore[attr-defined]
            if not due:
                raise Deadlock
            self._now = max(self._now, min(due))
        inner._run_once()

    def create_task(self, *arguments: Any, **options: Any) -> asyncio.Task[Any]:
        task = super().create_task(*arguments, **options)
        self._tasks.append(task)
        return task

    def finish(self, main: Coroutine[Any, Any, object]) -> None:
        """Run `main` to its end, and cancel what it has left."""
        self._tasks.clear()
        self.set_exception_handler(lambda *_: None)
        self._main = self.create_task(main)
        self._main.add_done_callback(self._end)
        with suppress(Deadlock):
            self.run_forever()
            self._cancel_rest()

    def _end(self, task: asyncio.Task[Any]) -> None:
        """The program is over, unless it is one that was given up before."""
        if task is self._main:
            self.stop()

    def _cancel_rest(self) -> None:
        self._main = None
        for _ in range(3):
            left = [task for task in self._tasks if not task.done()]
            for task in left:
                task.cancel()
            if left:
                self.run_until_complete(asyncio.wait(left))
