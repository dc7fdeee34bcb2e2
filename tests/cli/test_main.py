"""The `genstate` command itself."""

from __future__ import annotations

import subprocess
import sys

import pytest

from genstate import __version__
from genstate.cli import main


def test_without_a_command_it_says_which_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert "check" in capsys.readouterr().out


def test_version() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "genstate", "--version"], capture_output=True, text=True, check=True
    )
    assert ran.stdout == f"genstate {__version__}\n"


def test_mypy_is_not_imported_before_it_is_needed() -> None:
    program = "import sys, genstate.cli; genstate.cli.main([]); sys.exit('mypy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_unknown_option() -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["check", "--nonsense"])
    assert stopped.value.code == 2
