"""The source that the report shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from genstate.cli.diagnostics import Diagnostic
from genstate.cli.excerpt import Excerpt, Sources
from tests.cli.conftest import Check, Project

CONFIG = {"mypy.ini": "[mypy]\nplugins = reporter.py\n"}


def excerpt(folder: Path, source: str, line: int, column: int) -> Excerpt | None:
    path = folder / "a.py"
    path.write_bytes(source.encode())
    return Sources().excerpt(Diagnostic(str(path), line, column, "error", "Wrong", None, ()))


def underlined(folder: Path, source: str, line: int, column: int) -> str:
    found = excerpt(folder, source, line, column)
    assert found
    return dict(found.lines)[found.marked][found.start :][: found.length]


def test_a_report(project: Project, check: Check) -> None:
    project({**CONFIG, "a.py": "\ndef misuse() -> None: ...\n\nmisuse()  # here\nx = 1\n\ny = 2\n"})
    ran = check("a.py", "--format", "text")
    assert (ran.status, ran.err) == (1, [])
    assert ran.out == [
        "a.py:4: error: Misuse  [generator-exit-yield]",
        "  |",
        "2 | def misuse() -> None: ...",
        "3 |",
        "4 | misuse()  # here",
        "  | ^^^^^^^^",
        "5 | x = 1",
        "  |",
        "  = note: This is why",
        "  = note: That would be right",
        "",
        "Found 1 error in 1 file (checked 1 source file)",
    ]


def test_colours(project: Project, check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    project({**CONFIG, "a.py": "def misuse() -> None: ...\nmisuse()\n"})
    monkeypatch.setenv("FORCE_COLOR", "1")
    ran = check("a.py", "--format", "text")
    assert "  \x1b[34m|\x1b[0m \x1b[1;31m^^^^^^^^\x1b[0m" in ran.out


@pytest.mark.parametrize(
    ("source", "line", "column", "words"),
    [
        ("x = f(1).g(2) + 3\n", 1, 4, "f(1).g(2) + 3"),
        ("async def f():\n\tyield  1 # c\n", 2, 1, "yield  1"),
        ("x = f(\n    1,\n)\n", 1, 4, "f("),
        ("raise E  # c\n", 1, 0, "raise E"),
        ("def f():\n    return 1\n", 2, 4, "return 1"),
        ("@d\nasync def c(a):\n    pass\n", 2, 0, "async def c"),
        ("def f(): pass\n", 1, 0, "def f"),
        ("x = (\n", 1, 0, "x"),
        ("x = 1\r\ny = 2\r\n", 2, 4, "2"),
        ("x = 1\n", 1, -1, "x"),
    ],
)
def test_the_whole_expression_is_underlined(
    source: str, line: int, column: int, words: str, tmp_path: Path
) -> None:
    assert underlined(tmp_path, source, line, column) == words


def test_where_columns_are_not_sure_nothing_is_underlined(tmp_path: Path) -> None:
    assert underlined(tmp_path, "x = 'äö' + f('ü')\n", 1, 13) == ""


@pytest.mark.parametrize("line", [0, 2, 9])
def test_there_may_be_no_such_line(line: int, tmp_path: Path) -> None:
    assert excerpt(tmp_path, "x = 1\n\n", line, 0) is None


def test_there_may_be_no_such_file(tmp_path: Path) -> None:
    missing = Diagnostic(str(tmp_path / "b.py"), 1, 0, "error", "Wrong", None, ())
    assert Sources().excerpt(missing) is None
