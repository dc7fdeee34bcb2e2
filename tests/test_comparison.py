"""The table of other tools in README.md is about the rules and the tools that there are."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from genstate.cli.pages import pages
from scripts.comparison import table
from scripts.comparison.tools import TOOLS, Report

pytestmark = pytest.mark.any_mypy

PAIR = table.Programs("wrong.py", "right.py", frozenset({3}))


def cells(*reports: Report) -> list[str]:
    """The row of a rule when the first tool reports this, and the others nothing."""
    first, *others = (tool.name for tool in TOOLS)
    found = {first: set(reports), **{name: set() for name in (table.GENSTATE, *others)}}
    row = table.lines({"generator-x": PAIR}, found, date(2026, 1, 2))[4]
    return [cell.strip() for cell in row.split("|")[1:-1]]


def test_the_readme_has_the_table_of_these_tools_and_rules() -> None:
    shown = table.README.read_text("utf-8").partition(table.BEGIN)[2].partition(table.END)[0]
    measured, _, head, _, *rows, _ = shown.splitlines()
    day = re.search(r"\d{4}-\d\d-\d\d", measured)
    assert day
    assert measured == table.measured(date.fromisoformat(day[0]))
    assert head.split(" | ")[2:] == [*(tool.name for tool in TOOLS[:-1]), f"{TOOLS[-1].name} |"]
    found_by_genstate = [row.split("|")[1:3] for row in rows]
    assert found_by_genstate == [[f" `{code}` ", " yes "] for code in pages()]


def test_a_report_on_the_wrong_line_counts() -> None:
    assert cells(Report("wrong.py", 3, "A1"))[:4] == ["`generator-x`", "no", "`A1`", "no"]


def test_a_report_elsewhere_does_not_count() -> None:
    assert cells(Report("wrong.py", 2, "A1"), Report("other.py", 3, "A1"))[2] == "no"


def test_a_report_that_the_right_program_has_too_does_not_count() -> None:
    assert cells(Report("wrong.py", 3, "A1"), Report("right.py", 9, "A1"))[2] == "no"


def test_the_programs_have_no_marks(tmp_path: Path) -> None:
    written = table.write_programs(tmp_path)
    assert list(written) == list(pages())
    for pair in written.values():
        assert pair.lines
        assert table.MARK not in (tmp_path / pair.wrong).read_text()
        assert (tmp_path / pair.right).read_text()
