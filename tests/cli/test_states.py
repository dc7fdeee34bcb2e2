"""`genstate states`: what it shows beside the source, in a terminal and as a page."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

import pytest

from genstate.cli import main

from .conftest import Project, Ran

pytestmark = pytest.mark.any_mypy

PROGRAM: Final = """\
from collections.abc import AsyncGenerator
from contextlib import aclosing


async def numbers(last: int) -> AsyncGenerator[int, None]:
    try:
        yield last
    finally:
        yield 0


class Reader:
    async def read(self, other: AsyncGenerator[int, None]) -> None:
        mine = numbers(3)
        print(await anext(mine))
        if input():
            await mine.aclose()
        await anext(other)
        await mine.aclose()
        await mine.asend(None)

    async def leave(self) -> None:
        async with aclosing(numbers(5)) as many:
            await anext(many)
        print("</script><b>")


def nothing() -> None:
    print("nothing")
"""

READ: Final = """\
a.py: Reader.read
  mine: created on line 14
13 |     async def read(self, other: AsyncGenerator[int, None]) -> None:
14 |         mine = numbers(3)         mine: -> created
   |                                   other: unknown
15 |         print(await anext(mine))  mine: created -> suspended
   |                                   other: unknown
16 |         if input():               mine: suspended
   |                                   other: unknown
17 |             await mine.aclose()   mine: suspended -> closed
   |                                   other: unknown
18 |         await anext(other)        mine: suspended or closed
   |                                   other: unknown
19 |         await mine.aclose()       mine: suspended or closed -> closed
   |                                   other: unknown
20 |         await mine.asend(None)    mine: closed
   |                                   other: unknown
   | error: "asend" on generator "numbers", which is closed, raises StopAsyncIteration  \
[generator-closed]
"""

LEAVE: Final = """\
a.py: Reader.leave
  many: created on line 23
22 |     async def leave(self) -> None:
23 |         async with aclosing(numbers(5)) as many:  many: -> created
   |                                                   at its end many: suspended or closed \
-> closed
24 |             await anext(many)                     many: created -> suspended
25 |         print("</script><b>")                     many: closed
"""

BODY: Final = """\
a.py: numbers
5 | async def numbers(last: int) -> AsyncGenerator[int, None]:
6 |     try:
7 |         yield last
8 |     finally:
9 |         yield 0  numbers (this generator): running or being closed
  | error: "yield" can run while "numbers" is being closed, which raises RuntimeError: async \
generator ignored GeneratorExit  [generator-exit-yield]
"""

States = Callable[..., Ran]


@pytest.fixture
def states(
    project: Project,
    caches: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> States:
    """Runs `genstate states` in a directory that holds the program as `a.py`."""
    project({"a.py": PROGRAM})
    for variable in ("FORCE_COLOR", "NO_COLOR"):
        monkeypatch.delenv(variable, raising=False)

    def run(*arguments: str) -> Ran:
        status = main(["states", *arguments, "--cache-dir", str(caches / "states")])
        captured = capsys.readouterr()
        return Ran(status, captured.out.splitlines(), captured.err.splitlines())

    return run


def test_the_functions_with_generators_are_shown(states: States) -> None:
    ran = states("a.py")
    assert ran.status == 0
    assert ran.out == "\n".join((BODY, READ, LEAVE)).splitlines()


def test_one_function(states: States) -> None:
    assert states("a.py:Reader.leave").out == LEAVE.splitlines()


def test_a_file_that_the_cache_knows_is_looked_at_anew(states: States) -> None:
    assert states("a.py:numbers").out == states("a.py:numbers").out == BODY.splitlines()


def test_a_function_without_generators(states: States) -> None:
    assert states("a.py:nothing").out == [
        "a.py: nothing",
        "28 | def nothing() -> None:",
        '29 |     print("nothing")',
        '"nothing" in a.py neither makes a generator nor drives one',
    ]


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("b.py", 'there is no file "b.py"'),
        ("b.py:f", 'there is no file "b.py"'),
        ("a.py:Reader.raed", 'there is no function "Reader.raed" in a.py: did you mean'),
    ],
)
def test_what_is_not_there(states: States, place: str, said: str) -> None:
    ran = states(place)
    assert ran.status == 2
    assert ran.err[0].startswith(f"genstate: error: {said}")


def test_colours(states: States, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "mine: \x1b[1;32msuspended\x1b[0m -> \x1b[1;31mclosed\x1b[0m" in "\n".join(
        states("a.py:Reader.read").out
    )


class _Text(HTMLParser):
    """The text of each source line of a page, and the addresses that it names."""

    def __init__(self) -> None:
        super().__init__()
        self.code: list[str] = []
        self.addresses: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "code":
            self._inside = True
            self.code.append("")
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "code"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.code[-1] += data


def test_the_page_stands_alone(states: States) -> None:
    ran = states("a.py", "--html", "a.html")
    assert (ran.status, ran.out) == (0, ["Wrote a.html"])
    page = Path("a.html").read_text("utf-8")
    text = _Text()
    text.feed(page)
    assert text.code == PROGRAM.splitlines()
    assert [a for a in text.addresses if not a.startswith(("#L", "data:"))] == []
    assert page.count("</script>") == 1
    paths: dict[str, Any] = json.loads(re.findall(r"const paths = (.*);", page)[0])
    (mine,) = (path for path in paths.values() if path["name"] == "mine")
    assert mine["created"] == [14]
    assert [step["line"] for step in mine["steps"] if step["changes"]] == [14, 15, 17, 19]


def test_a_page_that_cannot_be_written(states: States) -> None:
    ran = states("a.py:numbers", "--html", "there/is/none.html")
    assert ran.status == 2
    assert ran.err[0].startswith('genstate: error: "there/is/none.html" cannot be written')
