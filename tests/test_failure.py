"""An exception inside genstate costs one note on the function, and mypy goes on."""

from __future__ import annotations

from pathlib import Path

import pytest
from mypy.checker import TypeChecker
from mypy.nodes import FuncItem, Statement

from genstate import analysis
from genstate.safety import ISSUES_URL
from tests.checking import check, look_at_everything

SOURCE = """\
from typing import TypeVar

Word = TypeVar("Word", int, str)


def first() -> None:
    yield 1  # an error of mypy's own


def second(word: Word) -> Word:
    next(iter([1]))
    return word


def third() -> int:
    next(iter([1]))
    return ""  # an error of mypy's own
"""
MYPY_ERRORS = ["checked.py:6: error: ", "checked.py:17: error: "]


def fail(_checker: TypeChecker, func: FuncItem, body: list[Statement], *_: object) -> None:
    raise KeyError(f"{func.name} of {len(body)}")


def recurse(*arguments: object) -> None:
    recurse(*arguments)


@pytest.fixture(autouse=True)
def _everything_is_analysed(monkeypatch: pytest.MonkeyPatch) -> None:
    look_at_everything(monkeypatch)


def notes(lines: list[str]) -> list[str]:
    return [line for line in lines if ": note: " in line]


def test_one_note_for_each_function(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis, "check_function", fail)
    lines = check(tmp_path, SOURCE)
    assert notes(lines) == [
        f'checked.py:{line}: note: genstate could not analyse "{name}"; '
        f"please report this at {ISSUES_URL}"
        for line, name in ((6, "first"), (10, "second"), (15, "third"))
    ]


def test_mypy_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis, "check_function", fail)
    lines = check(tmp_path, SOURCE)
    for error in MYPY_ERRORS:
        assert any(line.startswith(error) for line in lines)


def test_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis, "check_function", fail)
    lines = check(tmp_path, SOURCE, "--show-traceback")
    assert "checked.py:6: note: Traceback (most recent call last):" in lines
    assert "checked.py:6: note: KeyError: 'first of 1'" in lines
    assert any("in fail" in line for line in lines)


def test_endless_recursion(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis, "check_function", recurse)
    lines = check(tmp_path, SOURCE, "--show-traceback")
    assert any('could not analyse "first"' in line for line in lines)
    assert any("RecursionError" in line for line in lines)
    assert len(lines) < 100
    for error in MYPY_ERRORS:
        assert any(line.startswith(error) for line in lines)


def test_module_level(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis, "check_module", fail)
    lines = check(tmp_path, "next(iter([1]))\n")
    assert notes(lines) == [
        f'checked.py:1: note: genstate could not analyse "checked"; '
        f"please report this at {ISSUES_URL}"
    ]


def test_note_can_be_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis, "check_function", fail)
    source = "def first():  # type: ignore[generator]\n    yield 1\n"
    assert check(tmp_path, source, "--show-traceback") == []
