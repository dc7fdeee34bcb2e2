"""`genstate check --format` and `--statistics`."""

from __future__ import annotations

import json
from typing import Final

from genstate.cli import formats
from genstate.cli.diagnostics import Diagnostic
from tests.cli.conftest import Check, Project

CONFIG: Final = {"mypy.ini": "[mypy]\nplugins = reporter.py\n"}
MISUSE: Final = "def misuse() -> None: ...\nif True:\n    misuse()\n"
NOTES: Final = ["This is why", "That would be right"]


def test_json(project: Project, check: Check) -> None:
    project({**CONFIG, "a.py": MISUSE})
    ran = check("a.py", "--format", "json")
    assert (ran.status, ran.err) == (1, [])
    assert [json.loads(line) for line in ran.out] == [
        {
            "path": "a.py",
            "line": 3,
            "column": 5,
            "severity": "error",
            "code": "generator-exit-yield",
            "message": "Misuse",
            "notes": NOTES,
        }
    ]


def test_github(project: Project, check: Check) -> None:
    project({**CONFIG, "a.py": MISUSE})
    ran = check("a.py", "--format", "github")
    assert (ran.status, ran.err) == (1, [])
    text = "%0A".join(["Misuse", *NOTES])
    assert ran.out == [f"::error file=a.py,line=3,col=5,title=generator-exit-yield::{text}"]


def test_nothing_found_is_nothing_written(project: Project, check: Check) -> None:
    project({"a.py": "x = 1\n"})
    ran = check("a.py", "--format", "json")
    assert (ran.status, ran.out, ran.err) == (0, [], [])


def test_what_github_reads_itself_is_escaped() -> None:
    found = Diagnostic("a,b:c.py", 0, -1, "note", "100%\nsure", None, ())
    assert formats.lines([found], "github") == ["::notice file=a%2Cb%3Ac.py::100%25%0Asure"]


def test_statistics_count_the_errors_of_each_code(project: Project, check: Check) -> None:
    project({**CONFIG, "a.py": f"{MISUSE}    misuse()\n"})
    ran = check("a.py", "--statistics")
    assert (ran.status, ran.out, ran.err) == (1, ["2  generator-exit-yield"], [])


def test_statistics_of_nothing(project: Project, check: Check) -> None:
    project({"a.py": "x = 1\n"})
    ran = check("a.py", "--statistics")
    assert (ran.status, ran.out, ran.err) == (0, [], [])


def test_statistics_have_no_other_format(project: Project, check: Check) -> None:
    project({"a.py": "x = 1\n"})
    ran = check("a.py", "--statistics", "--format", "json")
    assert (ran.status, ran.out) == (2, [])
    assert ran.err == ["genstate: error: --statistics is text: leave --format out"]
