"""The progress bar of `genstate check`: on a terminal, and nowhere else."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from typing import Final

import pytest

from genstate.cli.progress import progress
from tests.cli.conftest import Check, Project

pytestmark = pytest.mark.any_mypy

SCREEN: Final = {"TERM": "xterm"}
PATIENCE: Final = 10.0
DELAY: Final = "genstate.cli.progress.DELAY"


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def wait_for(arrived: Callable[[], bool]) -> None:
    """Give the thread of the bar its time."""
    end = time.monotonic() + PATIENCE
    while not arrived() and time.monotonic() < end:
        time.sleep(0.01)


@pytest.fixture(autouse=True)
def screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment in which a person sits at a terminal, and every run is a long one."""
    monkeypatch.setattr(DELAY, 0.0)
    for variable in ("CI", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("TERM", SCREEN["TERM"])
    monkeypatch.setenv("COLUMNS", "80")


def test_it_counts_the_files_that_are_done() -> None:
    terminal = Terminal()
    with progress(terminal, terminal, SCREEN) as seen:
        seen.begin(["a.py", "b.py"])
        seen.finished("typing.pyi")
        wait_for(lambda: "0/2" in terminal.getvalue())
        seen.finished("a.py")
        wait_for(lambda: "1/2" in terminal.getvalue())
    assert "0/2" in terminal.getvalue()
    assert "1/2" in terminal.getvalue()


def test_it_goes_away() -> None:
    terminal = Terminal()
    with progress(terminal, terminal, SCREEN) as seen:
        seen.begin(["a.py"])
        wait_for(lambda: "0/1" in terminal.getvalue())
    assert terminal.getvalue().endswith("\x1b[2K")  # the line is wiped out


def test_a_short_run_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DELAY, PATIENCE)
    terminal = Terminal()
    with progress(terminal, terminal, SCREEN) as seen:
        seen.begin(["a.py"])
        seen.finished("a.py")
    assert terminal.getvalue() == ""


def test_a_run_that_does_not_begin_has_none() -> None:
    terminal = Terminal()
    with progress(terminal, terminal, SCREEN):
        pass
    assert terminal.getvalue() == ""


@pytest.mark.parametrize(
    ("out", "err", "environ"),
    [
        pytest.param(io.StringIO(), Terminal(), SCREEN, id="report on a pipe"),
        pytest.param(Terminal(), io.StringIO(), SCREEN, id="messages on a pipe"),
        pytest.param(Terminal(), Terminal(), {**SCREEN, "CI": "true"}, id="CI"),
        pytest.param(Terminal(), Terminal(), {"TERM": "dumb"}, id="dumb terminal"),
        pytest.param(Terminal(), Terminal(), {}, id="no terminal known"),
    ],
)
def test_nowhere_else(out: io.StringIO, err: io.StringIO, environ: dict[str, str]) -> None:
    with progress(out, err, environ) as seen:
        seen.begin(["a.py"])
        seen.finished("a.py")
    assert out.getvalue() + err.getvalue() == ""


def test_a_check_has_one(project: Project, check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    project({"a.py": "import b\n", "b.py": "x = 1\n"})
    out, err = Terminal(), Terminal()
    monkeypatch.setattr("sys.stdout", out)
    monkeypatch.setattr("sys.stderr", err)
    assert check(".").status == 0
    assert "Checking" in err.getvalue()
    assert "/3" in err.getvalue()  # reporter.py is the third
    assert "Success" in out.getvalue()
    assert "Checking" not in out.getvalue()
