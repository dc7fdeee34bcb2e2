"""An event loop whose clock does not wait: where nothing is ready, the next timer is due."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any


class Impatient(asyncio.SelectorEventLoop):
    """Time passes only where everybody waits."""

    def __init__(self) -> None:
        super().__init__()
        self._now = 0.0

    def time(self) -> float:
        return self._now

    def _run_once(self) -> None:
        inner: Any = super()
        timers: list[Any] = self._scheduled  # type: ignore[attr-defined]
        due = [timer._when for timer in timers if not timer._cancelled]
        if due and not self._ready:  # type: ignore[attr-defined]
            self._now = max(self._now, min(due))
        inner._run_once()

    def finish(self, main: Coroutine[Any, Any, object]) -> BaseException | None:
        """Run `main` to its end, and cancel what it has left; the exception that came out of it."""
        self.set_exception_handler(lambda *_: None)
        task = self.create_task(main)
        self.run_until_complete(asyncio.wait([task]))
        self._cancel_rest()
        return asyncio.CancelledError() if task.cancelled() else task.exception()

    def _cancel_rest(self) -> None:
        for _ in range(3):
            left = asyncio.all_tasks(self)
            for task in left:
                task.cancel()
            if left:
                self.run_until_complete(asyncio.wait(left))
