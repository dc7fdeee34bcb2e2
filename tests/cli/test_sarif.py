"""`genstate check --format sarif`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import jsonschema  # type: ignore[import-untyped]

from genstate import __version__
from genstate.cli import formats
from genstate.cli.diagnostics import Diagnostic
from genstate.codes import ALL, GENERATOR
from tests.cli.conftest import Check, Project

SCHEMA: Final = json.loads(
    Path(__file__).with_name("schemas").joinpath("sarif-2.1.0.json").read_text()
)
CONFIG: Final = {"mypy.ini": "[mypy]\nplugins = reporter.py\n"}
MISUSE: Final = "def misuse() -> None: ...\nif True:\n    misuse()\n"


def run_of(text: str) -> Any:
    """The run in a report, which is held against the schema."""
    report = json.loads(text)
    jsonschema.Draft4Validator(SCHEMA).validate(report)
    (run,) = report["runs"]
    return run


def results_of(*diagnostics: Diagnostic) -> Any:
    return run_of("".join(formats.lines(diagnostics, "sarif")))["results"]


def test_a_finding(project: Project, check: Check) -> None:
    project({**CONFIG, "a b.py": MISUSE})
    ran = check("a b.py", "--format", "sarif")
    assert (ran.status, ran.err) == (1, [])
    run = run_of("\n".join(ran.out))
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("genstate", __version__)
    (found,) = run["results"]
    assert driver["rules"][found.pop("ruleIndex")]["id"] == "generator-exit-yield"
    assert found == {
        "ruleId": "generator-exit-yield",
        "level": "error",
        "message": {"text": "Misuse\nThis is why\nThat would be right"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "a%20b.py", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 3, "startColumn": 5},
                }
            }
        ],
    }


def test_nothing_found_is_a_report_all_the_same(project: Project, check: Check) -> None:
    project({"a.py": "x = 1\n"})
    ran = check("a.py", "--format", "sarif")
    assert (ran.status, ran.err) == (0, [])
    assert run_of("\n".join(ran.out))["results"] == []


def test_the_rules_bring_their_pages() -> None:
    rules = run_of("".join(formats.lines([], "sarif")))["tool"]["driver"]["rules"]
    assert {rule["id"] for rule in rules} == ALL.keys() - {GENERATOR.code}
    for rule in rules:
        assert rule["defaultConfiguration"]["enabled"] == ALL[rule["id"]].default_enabled
        assert "What:" in rule["help"]["text"]


def test_what_mypy_found_has_its_code() -> None:
    (found,) = results_of(Diagnostic("/x/a.py", 1, 0, "error", "Wrong", "misc", ()))
    assert found["ruleId"] == "misc"
    place = found["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "file:///x/a.py"}


def test_what_has_no_line_and_no_code() -> None:
    (found,) = results_of(Diagnostic("a.py", 0, -1, "note", "Look", None, ()))
    assert found["level"] == "note"
    assert "ruleId" not in found
    assert "region" not in found["locations"][0]["physicalLocation"]
