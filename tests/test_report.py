"""How a finding becomes mypy's messages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mypy.checker import TypeChecker
from mypy.nodes import ExpressionStmt, Statement

from genstate import analysis
from genstate.report import Reporter
from genstate.rules.finding import Finding
from tests.checking import check, look_at_everything

EXIT_YIELD = "generator-exit-yield"
SEND = "generator-unstarted-send"


@pytest.fixture(autouse=True)
def _expression_statements_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    reporter = Reporter()

    def report_all(checker: TypeChecker, _: Any, body: list[Statement], *__: object) -> None:
        for finding in findings(body):
            reporter.report(checker, finding)

    monkeypatch.setattr(analysis, "check_function", report_all)
    monkeypatch.setattr("genstate.compat.source_text", lambda _: None)
    look_at_everything(monkeypatch)


def findings(body: list[Statement]) -> Iterator[Finding]:
    """A finding of each of two codes on each expression statement."""
    for statement in body:
        if isinstance(statement, ExpressionStmt):
            place = statement.expr
            kind = type(place).__name__
            yield Finding(SEND, place, f"Sent: {kind}", ("Created there", "Do it so"))
            yield Finding(EXIT_YIELD, place, f"Yielded: {kind}", ("Closed there", "Do it so"))


def in_function(body: str) -> str:
    return "def function() -> None:\n" + "".join(f"    {line}\n" for line in body.splitlines())


BOTH = [
    "error: Sent: CallExpr  [generator-unstarted-send]",
    "note: Created there",
    "note: Do it so",
    "error: Yielded: CallExpr  [generator-exit-yield]",
    "note: Closed there",
    "note: Do it so",
]


def at(line: int, messages: list[str]) -> list[str]:
    return [f"checked.py:{line}: {message}" for message in messages]


def test_notes_stand_on_the_line_of_the_error(tmp_path: Path) -> None:
    assert check(tmp_path, in_function("len(\n    ''\n)")) == at(2, BOTH)


def test_two_on_one_line_have_notes_of_their_own(tmp_path: Path) -> None:
    found = check(tmp_path, in_function("len(''); -1"))
    assert found == at(2, [*BOTH, *(line.replace("CallExpr", "UnaryExpr") for line in BOTH)])


@pytest.mark.parametrize("line", [2, 3, 4])
def test_ignored_on_any_line_of_the_expression(tmp_path: Path, line: int) -> None:
    lines = in_function("len(\n    ''\n)").splitlines()
    lines[line - 1] += f"  # type: ignore[{SEND}, {EXIT_YIELD}]"
    assert check(tmp_path, "\n".join(lines) + "\n", "--warn-unused-ignores") == []


def test_one_of_two_ignored(tmp_path: Path) -> None:
    (error, *rest) = check(tmp_path, in_function(f"len('')  # type: ignore[{SEND}]"))
    assert error == at(2, BOTH)[3]
    assert [line for line in rest if "not covered" not in line] == at(2, BOTH)[4:]


@pytest.mark.parametrize(
    "options", [["--disable-error-code=generator"], [f"--disable-error-code={SEND}"]]
)
def test_disabled(tmp_path: Path, options: list[str]) -> None:
    expected = [] if options[0].endswith("generator") else at(2, BOTH)[3:]
    assert check(tmp_path, in_function("len('')"), *options) == expected


def test_parent_ignored(tmp_path: Path) -> None:
    assert check(tmp_path, in_function("len('')  # type: ignore[generator]")) == []


def test_once_for_all_types_of_a_type_variable(tmp_path: Path) -> None:
    source = """\
        from typing import TypeVar

        Word = TypeVar("Word", int, str)

        def function(word: Word) -> Word:
            repr(word)
            return word
    """
    assert check(tmp_path, source) == at(6, BOTH)


def test_once_in_a_loop(tmp_path: Path) -> None:
    source = """\
        value = None
        for number in [1]:
            def function() -> None:
                repr(number)
            value = number
        def later() -> None:
            repr(value)
    """
    assert check(tmp_path, source, "--allow-redefinition-new", "--local-partial-types") == [
        *at(4, BOTH),
        *at(7, BOTH),
    ]
