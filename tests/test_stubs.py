"""The stub files themselves: valid, true to the interpreter, and as complete as typeshed's."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import mypy
import pytest
from mypy import api

import genstate_stubs
from genstate import overlay

if TYPE_CHECKING:
    from collections.abc import Iterator

STUBS = Path(__file__).parent.parent / "stubs" / "genstate_stubs"
BUNDLED = Path(mypy.__file__).parent / "typeshed" / "stdlib"

VERSIONS = [(3, 10), (3, 11), (3, 12), (3, 13), (3, 14)]

STATES = ["created", "suspended", "running", "closed"]


def class_body(file: Path, name: str) -> list[ast.stmt]:
    tree = ast.parse(file.read_text())
    return next(s for s in tree.body if isinstance(s, ast.ClassDef) and s.name == name).body


def members(body: list[ast.stmt], version: tuple[int, int]) -> Iterator[str]:
    """The names that a class body binds in this version of Python."""
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            yield statement.name
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            yield statement.target.id
        elif isinstance(statement, ast.If):
            holds = compile(ast.Expression(statement.test), "<condition>", "eval")
            namespace = {"sys": SimpleNamespace(version_info=version)}
            branch = statement.body if eval(holds, namespace) else statement.orelse
            yield from members(branch, version)


def corrected_and_bundled(fullname: str, version: tuple[int, int]) -> tuple[set[str], set[str]]:
    module, _, name = fullname.rpartition(".")
    ours = class_body(Path(overlay.stub_path(fullname)), name)
    theirs = class_body(BUNDLED / f"{module}.pyi", name)
    return set(members(ours, version)), set(members(theirs, version))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("fullname", overlay.STUBS)
def test_stub_has_the_members_that_typeshed_has(fullname: str, version: tuple[int, int]) -> None:
    ours, theirs = corrected_and_bundled(fullname, version)
    assert ours == theirs


@pytest.mark.parametrize("fullname", overlay.STUBS)
def test_stub_has_the_members_that_typeshed_has_for_the_next_python(fullname: str) -> None:
    """What is new in the next version, an older mypy's typeshed does not have."""
    ours, theirs = corrected_and_bundled(fullname, (3, 15))
    assert ours >= theirs


@pytest.mark.parametrize("version", ["3.10", "3.12", "3.15"])
def test_stubs_are_valid_on_their_own(version: str, tmp_path: Path) -> None:
    output, errors, status = api.run(
        [
            "--strict",
            f"--python-version={version}",
            "--config-file=",
            f"--cache-dir={tmp_path}",
            str(STUBS),
        ]
    )
    assert (errors, status) == ("", 0)
    assert "no issues found in 3 source files" in output


def test_the_concrete_class_agrees_with_the_interpreter(tmp_path: Path) -> None:
    """stubtest compares signatures; beside the stub it needs a module with the real class."""
    package = Path(shutil.copytree(STUBS, tmp_path / "genstate_stubs"))
    (package / "types.py").write_text("from types import AsyncGeneratorType, GeneratorType\n")
    stubtest = subprocess.run(
        [sys.executable, "-m", "mypy.stubtest", "--concise", "genstate_stubs.types"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "MYPYPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (stubtest.stdout, stubtest.stderr, stubtest.returncode) == ("", "", 0)


@pytest.mark.parametrize(
    ("name", "method"),
    [
        *[("AsyncGenerator", method) for method in ("__anext__", "asend", "athrow", "aclose")],
        *[("Generator", method) for method in ("__next__", "send", "throw", "close")],
    ],
)
def test_docstrings_tell_the_contract_in_every_state(name: str, method: str) -> None:
    docstring = next(
        ast.get_docstring(statement) or ""
        for outer in class_body(STUBS / "typing.pyi", name)
        for statement in ast.walk(outer)
        if isinstance(statement, ast.FunctionDef) and statement.name == method
    )
    told = [line.partition(":")[0] for line in docstring.splitlines() if line.startswith("- ")]
    assert told == [f"- {state}" for state in STATES]


@pytest.mark.parametrize("fullname", overlay.STUBS)
def test_every_corrected_class_has_a_docstring_and_a_file(fullname: str) -> None:
    path = Path(overlay.stub_path(fullname))
    assert path == Path(genstate_stubs.__file__).parent / overlay.STUBS[fullname]
    assert path.read_text() == (STUBS / overlay.STUBS[fullname]).read_text()
    body = class_body(path, fullname.rpartition(".")[2])
    assert ast.get_docstring(ast.Module(body, []))
