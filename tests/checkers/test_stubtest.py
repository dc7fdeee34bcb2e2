"""mypy's stubtest compares the stubs of `genstate typeshed` with the interpreter."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from genstate.cli import main

pytestmark = pytest.mark.any_mypy

MODULES: Final = ("typing", "types")


def found(*options: str) -> list[str]:
    """What stubtest has to say on the modules that hold a corrected class."""
    command = [sys.executable, "-m", "mypy.stubtest", "--concise", *options, *MODULES]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.stderr == ""
    return ran.stdout.splitlines()


@pytest.fixture(scope="module")
def before() -> list[str]:
    """What it has to say on the typeshed that comes with mypy."""
    return found()


@pytest.fixture
def typeshed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The typeshed that genstate writes."""
    monkeypatch.chdir(tmp_path)
    assert main(["typeshed", ".typeshed", "--for", "mypy"]) == 0
    return tmp_path / ".typeshed"


def test_it_finds_nothing_new(typeshed: Path, before: list[str]) -> None:
    assert found("--custom-typeshed-dir", str(typeshed)) == before


def test_it_would_find_a_method_that_is_not_there(typeshed: Path, before: list[str]) -> None:
    stub = typeshed / "stdlib" / "types.pyi"
    text = stub.read_text("utf-8")
    head = "class AsyncGeneratorType("
    start = text.index(":\n", text.index(head)) + 2
    stub.write_text(f"{text[:start]}    def restart(self) -> None: ...\n{text[start:]}", "utf-8")
    new = set(found("--custom-typeshed-dir", str(typeshed))) - set(before)
    assert new == {"types.AsyncGeneratorType.restart is not present at runtime"}
