"""One file, under every type checker: all say the same with the stubs of `genstate typeshed`.

`make test-checkers` installs them; those that are not there are left out.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from genstate.cli import main

pytestmark = pytest.mark.any_mypy

PROGRAM: Final = Path(__file__).parents[2] / "test-data" / "checkers" / "conformance.py"
SCRIPTS: Final = Path(sys.executable).parent
COMMANDS: Final = {
    "mypy": ["mypy"],
    "pyright": ["pyright"],
    "basedpyright": ["basedpyright"],
    "pyrefly": ["pyrefly", "check"],
    "ty": ["ty", "check", "--output-format", "concise"],
}
#: How they tell a line with an error; pyrefly has the place on a line of its own.
ERROR: Final = re.compile(r"conformance\.py:(\d+)(?::\d+)?(?::| -) error|--> conformance\.py:(\d+)")
WANTED: Final = {
    number
    for number, line in enumerate(PROGRAM.read_text().splitlines(), start=1)
    if line.endswith("# error")
}


def errors(folder: Path, command: list[str]) -> set[int]:
    """The lines on which a checker, run in `folder`, reports an error."""
    environ = {**os.environ, "PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}"}
    environ.pop("PYTHONPATH", None)
    program, *options = command
    ran = subprocess.run(
        [str(SCRIPTS / program), *options, PROGRAM.name],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    print(ran.stdout, ran.stderr)
    return {int(match[1] or match[2]) for match in ERROR.finditer(ran.stdout)}


@pytest.mark.parametrize("checker", COMMANDS)
def test_all_checkers_say_the_same(
    checker: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if not (SCRIPTS / checker).exists():
        pytest.skip(f"{checker} is not installed")
    monkeypatch.chdir(tmp_path)
    shutil.copy(PROGRAM, tmp_path)
    assert main(["typeshed", ".typeshed", "--for", checker]) == 0
    _, settings, *_ = capsys.readouterr().out.split("\n\n")
    (tmp_path / "pyproject.toml").write_text("")
    assert errors(tmp_path, COMMANDS[checker]) != WANTED
    (tmp_path / "pyproject.toml").write_text(settings)
    assert errors(tmp_path, COMMANDS[checker]) == WANTED
