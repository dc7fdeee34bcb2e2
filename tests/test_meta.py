"""The project keeps its own rules: each rule has all of its parts, and imports point one way."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml  # type: ignore[import-untyped]

import genstate
from genstate.codes import ALL, GENERATOR
from genstate.rules import RULES
from tests.dumps import cases as dump_cases

pytestmark = pytest.mark.any_mypy

ROOT: Final = Path(__file__).parent.parent
PACKAGE: Final = Path(genstate.__file__).parent
CODES: Final = sorted(code for code in ALL if code != GENERATOR.code)
SECTIONS: Final = ("What", "Why", "Example", "Fix", "Known", "Ref")
ALARMS: Final = 3
SILENCES: Final = 5


# Rules.


def module_of(code: str) -> Any:
    """The module of a rule."""
    return sys.modules[RULES[code].check.__module__]


def documentation_of(code: str) -> str:
    """The docstring of a rule's file."""
    name = module_of(code).__name__.rpartition(".")[2]
    text = ast.get_docstring(ast.parse((PACKAGE / "rules" / f"{name}.py").read_bytes()))
    assert text is not None
    return text


def cases_of(code: str) -> list[dict[str, Any]]:
    """The cases of a rule."""
    name = module_of(code).__name__.rpartition(".")[2]
    found = yaml.safe_load((ROOT / "test-data" / "rules" / f"test_{name}.yml").read_text("utf-8"))
    assert isinstance(found, list)
    return found


def expects(case: dict[str, Any], code: str) -> bool:
    """The case expects a report with this code."""
    texts = [case["main"], case.get("out", ""), *(f["content"] for f in case.get("files", ()))]
    ending = re.escape(code.removeprefix("generator"))
    return any(re.search(rf"(# E|error:|E:).*{ending}\b(?!-)", text) for text in texts)


def test_every_code_has_a_rule() -> None:
    assert sorted(RULES) == CODES


@pytest.mark.parametrize("code", CODES)
def test_a_rule_stands_in_a_file_of_its_name(code: str) -> None:
    module = module_of(code)
    assert code == module.CODE
    assert module.__name__ == f"genstate.rules.{code.removeprefix('generator-').replace('-', '_')}"
    assert module.check is RULES[code].check


@pytest.mark.parametrize("code", CODES)
def test_a_rule_is_documented_where_it_stands(code: str) -> None:
    text = documentation_of(code)
    assert text.splitlines()[0] == code
    assert re.findall(r"^([A-Z][a-z]+):", text, re.MULTILINE) == list(SECTIONS)


@pytest.mark.parametrize("code", CODES)
def test_a_rule_has_cases(code: str) -> None:
    cases = [case for case in cases_of(code) if not case.get("expect_fail")]
    alarms = [case for case in cases if expects(case, code)]
    silences = [case for case in cases if not expects(case, code)]
    assert len(alarms) >= ALARMS
    assert len(silences) >= SILENCES


@pytest.mark.parametrize("code", CODES)
def test_the_cases_of_a_rule_carry_its_name(code: str) -> None:
    prefix = code.removeprefix("generator-").replace("-", "_")
    assert [c["case"] for c in cases_of(code) if not c["case"].startswith(f"{prefix}_")] == []


@pytest.mark.parametrize("code", CODES)
def test_the_cases_of_a_rule_show_its_limits(code: str) -> None:
    cases = cases_of(code)
    assert any(f"type: ignore[{code}]" in case["main"] for case in cases)
    assert any(case.get("expect_fail") for case in cases)


@pytest.mark.parametrize("code", CODES)
def test_a_rule_points_to_where_it_comes_from(code: str) -> None:
    _, _, reference = documentation_of(code).partition("\nRef:")
    assert re.search(r"PEP \d+|https://", reference)


# Imports.


def imports(path: Path) -> Iterator[str]:
    """The full names of the modules that a file imports, wherever it does."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            yield str(node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def offences(pattern: str, *forbidden: str, but_for: str = "") -> list[str]:
    """The imports of `forbidden` packages in the files that match a pattern."""
    return [
        f"{path.relative_to(PACKAGE)} imports {name}"
        for path in PACKAGE.glob(pattern)
        if not (but_for and path.is_relative_to(PACKAGE / but_for))
        for name in imports(path)
        if any(name == prefix or name.startswith(f"{prefix}.") for prefix in forbidden)
    ]


@pytest.mark.parametrize("package", ["flow", "typestate", "rules", "knowledge", "cfg"])
def test_only_the_lowering_knows_mypy(package: str) -> None:
    assert list((PACKAGE / package).glob("*.py"))
    assert offences(f"{package}/**/*.py", "mypy", "mypyc", but_for="cfg/lower") == []


@pytest.mark.parametrize(
    ("package", "above"),
    [
        ("flow", ["cfg", "typestate", "rules", "knowledge"]),
        ("cfg", ["typestate", "rules", "flow"]),
        ("typestate", ["rules"]),
        ("knowledge", ["typestate", "rules", "flow"]),
        ("rules", ["cfg.lower"]),
    ],
)
def test_imports_point_one_way(package: str, above: list[str]) -> None:
    assert offences(f"{package}/**/*.py", *(f"genstate.{name}" for name in above)) == []


def test_nothing_imports_the_plugin() -> None:
    found = offences("**/*.py", "genstate.plugin")
    assert found == ["__init__.py imports genstate.plugin", *found[1:]]
    assert {line.partition(" ")[0] for line in found} == {"__init__.py"}


def test_only_one_module_names_the_version_of_mypy() -> None:
    found = offences("**/*.py", "mypy.version")
    assert {line.partition(" ")[0] for line in found} <= {"compat.py", "digest.py"}


# Dumps.


def constructs() -> set[str]:
    """The kinds of statement, expression and pattern that this Python has."""
    kinds = {
        kind
        for base in (ast.stmt, ast.expr, ast.pattern, ast.operator, ast.cmpop, ast.unaryop)
        for kind in base.__subclasses__()
    }
    deprecated = {"Num", "Str", "Bytes", "NameConstant", "Ellipsis"}
    return {kind.__name__ for kind in kinds} - deprecated


def test_every_construct_stands_in_a_dump() -> None:
    shown: set[str] = set()
    for path in (ROOT / "test-data" / "cfg").glob("*.test"):
        for case in dump_cases.read(path):
            if case.since <= sys.version_info:
                shown |= {type(node).__name__ for node in ast.walk(ast.parse(case.source))}
    assert constructs() - shown == set()
