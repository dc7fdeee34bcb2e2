"""How many values generator functions give, and that CPython gives as many."""

from __future__ import annotations

import sys
from pathlib import Path
from textwrap import dedent
from typing import Any, Final

import pytest

from genstate.cfg.body import supply
from genstate.cfg.vocabulary import Supply
from tests.dumps.lower import lower

pytestmark = pytest.mark.any_mypy

VERSION: Final = (sys.version_info.major, sys.version_info.minor)
ENDLESS: Final = 1_000

GUARDED: Final = """while True:
    try:
        yield {}
    except ValueError:
        return"""

#: A body that asks `flag()`, and how many values it gives if that is always false, or always true.
BODIES: Final = [
    ("yield 1", Supply(1, 1)),
    ("flag()\nreturn\nyield 1", Supply(0, 0)),
    ("yield 1; yield 2", Supply(2, 2)),
    ("if flag(): yield 1", Supply(0, 1)),
    ("if flag(): yield 1\nelse: yield 2", Supply(1, 1)),
    ("while True: yield 1", Supply(endless=True)),
    ("while flag(): yield 1", Supply(0, None)),
    ("yield 1\nwhile flag(): yield 2", Supply(1, None)),
    ("try:\n    yield 1\nfinally:\n    yield 2", Supply(2, 2)),
    ("try:\n    yield 1\nexcept GeneratorExit:\n    yield 2", Supply(1, 2)),
    ("try:\n    yield 1\n    flag()\nexcept ValueError:\n    yield 2", Supply(1, 2)),
    (GUARDED.format("1"), Supply(endless=True)),
    (GUARDED.format("int(flag())"), Supply(0, None)),
    ("yield from (1, 2)", Supply(0, None)),
    ("for n in (1, 2): yield n", Supply(0, None)),
    ("yield 1\nif flag(): raise ValueError\nyield 2", Supply(2, 2)),
    ("\n".join(["yield 1"] * 9), Supply(8, None)),
]


@pytest.mark.parametrize(("body", "expected"), BODIES)
def test_supply(body: str, expected: Supply, tmp_path: Path) -> None:
    indented = body.replace("\n", "\n    ")
    source = "def flag() -> bool:\n    return bool(input())\n"
    source += f"def f() -> object:\n    {indented}\n"
    lowered = lower({"program": source}, tmp_path, VERSION)

    assert supply(lowered.graphs["program"]["f"]) == expected
    for answer in (False, True):
        names: dict[str, Any] = {}
        exec(dedent(source), names)
        names["flag"] = lambda answer=answer: answer
        given, ended = _values(names["f"]())
        assert ended is False or given >= expected.least
        assert expected.most is None or given <= expected.most
        assert (given == ENDLESS) or not expected.endless


def _values(generator: Any) -> tuple[int, bool | None]:
    """How many values there are, up to a limit; and whether the end comes by an exception."""
    for given in range(ENDLESS):
        try:
            next(generator)
        except StopIteration:
            return given, None
        except ValueError:
            return given, False
    return ENDLESS, None
