"""A progress bar on the terminal, for a check that takes long."""

from __future__ import annotations

import os
from contextlib import contextmanager
from threading import Timer
from typing import TYPE_CHECKING, Final, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

#: A run that is over after so many seconds has no bar.
DELAY: Final = 1.0
REFRESHES_PER_SECOND: Final = 5


class Progress:
    """Is told how far a run has come, and shows nothing."""

    def begin(self, paths: Iterable[str]) -> None:
        """The run is about these files."""

    def finished(self, path: str) -> None:
        """One file has been checked, one of those or another."""


class Bar(Progress):
    """A bar on a terminal, which goes away when the run is over.

    It is made in a thread of its own once the delay is over: a short run pays nothing for it.
    """

    def __init__(self, terminal: TextIO, delay: float) -> None:
        self._terminal = terminal
        self._timer = Timer(delay, self._show)
        self._timer.daemon = True
        self._total = 0
        self._left: set[str] = set()
        self._shown: tuple[RichProgress, TaskID] | None = None

    def begin(self, paths: Iterable[str]) -> None:
        self._left = {os.path.abspath(path) for path in paths}
        self._total = len(self._left)
        if self._timer.ident is None:
            self._timer.start()

    def finished(self, path: str) -> None:
        self._left.discard(os.path.abspath(path))
        self._update()

    def close(self) -> None:
        """Take the bar away, or see to it that none comes."""
        self._timer.cancel()
        if self._timer.ident is not None:
            self._timer.join()
        if self._shown is not None:
            self._shown[0].stop()

    def _show(self) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
        )

        bar = Progress(
            TextColumn("Checking"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("files"),
            TimeElapsedColumn(),
            console=Console(file=self._terminal),
            refresh_per_second=REFRESHES_PER_SECOND,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._shown = (bar, bar.add_task(""))
        self._update()
        bar.start()

    def _update(self) -> None:
        if self._shown is not None:
            bar, task = self._shown
            bar.update(task, total=self._total, completed=self._total - len(self._left))


@contextmanager
def progress(out: TextIO, terminal: TextIO, environ: Mapping[str, str]) -> Iterator[Progress]:
    """A bar on `terminal` while the block runs, if somebody sits there and reads `out` too."""
    if not (out.isatty() and terminal.isatty()) or environ.get("CI") or _is_dumb(environ):
        yield Progress()
        return
    bar = Bar(terminal, DELAY)
    try:
        yield bar
    finally:
        bar.close()


def _is_dumb(environ: Mapping[str, str]) -> bool:
    """Can the terminal not move its cursor?"""
    return environ.get("TERM", "dumb") == "dumb"
