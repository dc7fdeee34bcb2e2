"""Codes are switched on and off, and errors ignored, as with mypy's own codes, in every mode."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.modes.running import HAS_WORKERS, Project

pytestmark = pytest.mark.any_mypy

BODIES = """\
from collections.abc import AsyncGenerator

async def numbers() -> AsyncGenerator[int, str | None]:
    try:
        yield 1
    finally:
        print("done")
"""
#: Three errors, one of a code that is off unless it is asked for. `{}` is for a comment.
MISUSES = """\
from bodies import numbers

async def send() -> None:
    generator = numbers()
    await generator.asend(  {0}
        "a"  {1}
    )

async def ask() -> None:
    generator = numbers()
    await generator.aclose()
    await anext(generator)  {2}

async def throw_away() -> None:
    numbers()  {3}
"""
LEAK = """\
from collections.abc import AsyncGenerator

async def numbers() -> AsyncGenerator[int, str | None]:
    try:
        yield 1
    finally:
        print("done")

async def look() -> None:
    async for number in numbers():  {0}
        break
"""
SEND, CLOSED, DROPPED, LEFT, UNUSED = (
    "# says: generator-unstarted-send",
    "# says: generator-closed",
    "# says: generator-dropped",
    "# says: generator-leak",
    "# says: unused-ignore",
)


def misuses(send: str = "", argument: str = "", closed: str = "", dropped: str = "") -> str:
    """The errors, with a comment on each of their lines."""
    return MISUSES.format(send, argument, closed, dropped)


MODULES = {
    "bodies.py": BODIES,
    "plain.py": misuses(SEND, "", CLOSED, DROPPED),
    "by_code.py": misuses(
        "# type: ignore[generator-unstarted-send]",
        "",
        "# type: ignore[generator-closed]",
        "# type: ignore[generator-dropped]",
    ),
    # As for mypy's own codes, the parent covers the child, and mypy asks for the narrower one.
    "on_another_line.py": misuses("", f"# type: ignore[generator]  {UNUSED}", CLOSED, DROPPED),
    "without_a_code.py": misuses("# type: ignore", "", "# type: ignore", "# type: ignore"),
    "by_another_code.py": misuses(
        f"# type: ignore[generator-closed]  {SEND} {UNUSED}",
        "",
        f"# type: ignore[attr-defined]  {CLOSED} {UNUSED}",
        DROPPED,
    ),
    "in_the_file.py": '# mypy: disable-error-code="generator-closed, generator-dropped"\n'
    + misuses(SEND, "", f"# type: ignore[generator-closed]  {UNUSED}", ""),
    "switched_off.py": misuses(),
    "partly_off.py": misuses(SEND, "", CLOSED, f"# type: ignore  {UNUSED}"),
    "ignored.py": misuses(),
    "switched_on.py": LEAK.format(LEFT),
    "switched_on_and_ignored.py": LEAK.format("# type: ignore[generator-leak]"),
    "not_switched_on.py": LEAK.format(f"# type: ignore[generator-leak]  {UNUSED}"),
}
CONFIG = """\
strict = True
[mypy-switched_off]
disable_error_code = generator
[mypy-partly_off]
disable_error_code = generator-dropped
[mypy-ignored]
ignore_errors = True
[mypy-switched_on,switched_on_and_ignored]
enable_error_code = generator-leak
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path, MODULES, "genstate", CONFIG)


def marked() -> set[tuple[str, int, str]]:
    """What the comments say that mypy says."""
    return {
        (name, number, code)
        for name, text in MODULES.items()
        for number, line in enumerate(text.splitlines(), start=1)
        for code in re.findall(r"# says: ([\w-]+)", line)
    }


def said(output: str) -> set[tuple[str, int, str]]:
    """What mypy says; that no note stands where no error does."""
    found: set[tuple[str, int, str]] = set()
    for line in output.splitlines():
        match = re.match(r"([\w.]+):(\d+): (error|note): (.*)", line)
        if match is None:
            continue
        name, number, kind, text = match.groups()
        if kind == "error":
            code = re.search(r"\[([\w-]+)\]$", text)
            assert code is not None, line
            found.add((name, int(number), code[1]))
        elif "not covered by" not in text:
            assert (name, int(number)) in {(error[0], error[1]) for error in found}, line
    return found


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(["--no-incremental"], id="cold"),
        pytest.param(["--no-sqlite-cache"], id="cached"),
        pytest.param(
            ["--num-workers=2"],
            id="parallel",
            marks=pytest.mark.skipif(not HAS_WORKERS, reason="this mypy has no workers"),
        ),
    ],
)
def test_modes(project: Project, options: list[str]) -> None:
    assert said(project.output(*options, ".", cache="cache")) == marked()
    assert said(project.output(*options, ".", cache="cache")) == marked()


def test_daemon(project: Project) -> None:
    """Also after an edit that takes all errors away, and one that brings them back.

    The daemon says that a `type: ignore` is not used only when it reads the module that has it.
    """
    with project.daemon(cache="daemon") as daemon:
        assert said(daemon.output()) == marked()
        project.write({"bodies.py": BODIES.replace("async def", "def").replace("Async", "")})
        assert said(daemon.output()) != marked()
        project.write({"bodies.py": BODIES})
        again, expected = said(daemon.output()), marked()
        assert again <= expected
        assert {error for error in expected - again if error[2] != "unused-ignore"} == set()
