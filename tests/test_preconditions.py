"""What is left out to save time is nothing that a rule would report on.

All programs of the rules' test data are checked, with every rule on.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
import yaml  # type: ignore[import-untyped]
from mypy import api
from mypy.checker import TypeChecker

from genstate.analysis import ONLOOKER
from genstate.cfg.graph import Graph
from genstate.codes import ALL
from genstate.rules import RULES
from genstate.rules.finding import Finding
from genstate.typestate.solution import solve_function
from tests.checking import ROOT

pytestmark = pytest.mark.any_mypy

DATA: Final = [
    *(ROOT / "test-data" / "rules").glob("*.yml"),
    *(ROOT / "test-data" / "corpus").glob("*.yml"),
]
ENOUGH: Final = 300
EVERYTHING: Final = ", ".join(ALL)


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all programs that are one file, and need nothing from outside."""
    folder = tmp_path_factory.mktemp("programs")
    cases = [case for path in DATA for case in yaml.safe_load(path.read_text("utf-8"))]
    for number, case in enumerate(cases):
        if not {"files", "parametrized", "mypy_config", "skip"} & set(case):
            (folder / f"case_{number}.py").write_text(case["main"], "utf-8")
    assert len(list(folder.iterdir())) > ENOUGH
    return folder


def findings(programs: Path, codes: str = EVERYTHING) -> list[str]:
    """What mypy and genstate say of the programs, with these codes on, besides the usual ones."""
    config = programs.parent / "mypy.ini"
    config.write_text(
        f"[mypy]\nplugins = genstate\nenable_error_code = {codes}\n"
        "check_untyped_defs = true\nnamespace_packages = false\n"
    )
    output, errors, _ = api.run(
        [f"--config-file={config}", "--cache-dir=/dev/null", *map(str, programs.iterdir())]
    )
    assert not errors
    return output.splitlines()


def test_rules_that_may_not_apply_find_nothing(programs: Path) -> None:
    left_out = 0
    wrong: list[tuple[str, str, Finding]] = []

    def look_on(_: TypeChecker, graph: Graph) -> None:
        nonlocal left_out
        flow = solve_function(graph)
        for code, rule in RULES.items():
            if not rule.may_apply(graph):
                left_out += 1
                wrong.extend((graph.name, code, found) for found in rule.check(flow))

    token = ONLOOKER.set(look_on)
    try:
        findings(programs)
    finally:
        ONLOOKER.reset(token)
    assert not wrong
    assert left_out > ENOUGH


@pytest.mark.parametrize("codes", [EVERYTHING, ""], ids=["all", "defaults"])
def test_functions_that_are_not_worthwhile_have_no_findings(
    programs: Path, monkeypatch: pytest.MonkeyPatch, codes: str
) -> None:
    found = findings(programs, codes)
    monkeypatch.setattr("genstate.worth.is_of_interest", lambda *_: True)
    monkeypatch.setattr("genstate.worth.may_break_a_rule", lambda *_: True)
    assert findings(programs, codes) == found
    assert len(found) > ENOUGH
