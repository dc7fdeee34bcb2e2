"""The hook for pre-commit, and the steps that the README shows, are commands that work."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any, Final

import yaml  # type: ignore[import-untyped]

import genstate
from tests.cli.conftest import Check, Project

ROOT: Final = Path(__file__).parents[2]
HOOKS: Final = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
BLOCKS: Final = re.findall(r"^```yaml\n(.*?)^```$", (ROOT / "README.md").read_text(), re.M | re.S)
PROGRAM: Final = """
from collections.abc import AsyncGenerator

async def numbers() -> AsyncGenerator[int, int]:
    yield 1

async def main() -> None:
    await numbers().asend(1)
"""


def shown(key: str) -> Any:
    """What the README shows under `key`, in the one block that has it."""
    (found,) = [block[key] for block in map(yaml.safe_load, BLOCKS) if key in block]
    return found


def arguments_of(command: str) -> list[str]:
    """The arguments in a command line of `genstate check`."""
    program, subcommand, *arguments = shlex.split(command)
    assert (program, subcommand) == ("genstate", "check")
    return arguments


def test_the_hook_checks_the_files_that_it_is_given(project: Project, check: Check) -> None:
    project({"a.py": PROGRAM, "b.py": PROGRAM, "c.py": PROGRAM})
    (hook,) = HOOKS
    ran = check(*arguments_of(hook["entry"]), "a.py", "b.py")
    assert ran.status == 1
    assert ran.out[-1] == "Found 2 errors in 2 files (checked 2 source files)"


def test_the_readme_names_the_hook() -> None:
    (repository,) = shown("repos")
    assert [hook["id"] for hook in repository["hooks"]] == [hook["id"] for hook in HOOKS]
    assert repository["rev"] == f"v{genstate.__version__}"


def test_the_step_for_github_shows_the_findings(project: Project, check: Check) -> None:
    project({"src/a.py": PROGRAM})
    commands = [step["run"] for step in shown("steps") if "run" in step]
    (command,) = [command for command in commands if command.startswith("genstate")]
    ran = check(*arguments_of(command))
    assert ran.status == 1
    assert ran.out[0].startswith("::error file=src/a.py,line=8,")
