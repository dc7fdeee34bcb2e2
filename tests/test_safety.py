"""A mypy that genstate does not know costs one line, and never a crash."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from genstate.safety import NEWEST, Safety
from tests.modes.running import HAS_WORKERS

SOURCE = """\
from collections.abc import AsyncGenerator

async def numbers() -> AsyncGenerator[int, str]:
    try:
        yield ""
    finally:
        yield 2

async def use() -> None:
    await numbers().asend("a")
    await numbers().athrow(ValueError)
"""
INLINE = '# mypy: disable-error-code="generator-dropped"\n'
MYPY_ERROR = "checked.py:5: error: Incompatible types"
OWN_ERROR = "[generator-exit-yield]"
NOTHING = "genstate: Nothing is checked with mypy"

#: What a newer mypy may have done: by name, the change and what genstate says to it.
CHANGES = {
    "a class of nodes is gone": ("del mypy.nodes.TryStmt", NOTHING),
    "a class for plugins is gone": ("del mypy.errors.CompileError", NOTHING),
    "error codes have no parents": (
        "from mypy import errorcodes\n"
        "code = errorcodes.ErrorCode\n"
        "errorcodes.ErrorCode = lambda name, description, category: code(name, '', '')",
        NOTHING,
    ),
    "the chain of plugins is not a list": (
        "import gc; gc.get_referrers = lambda _: []",
        "genstate: It is not known if other plugins hide genstate with mypy",
    ),
    "a module is gone": ("sys.modules['mypy.semanal'] = None", NOTHING),
    "a parser is gone": (
        "import mypy.fastparse; del mypy.fastparse.parse",
        "genstate: The stubs are not corrected with mypy",
    ),
    "a hook is gone": (
        "from genstate.plugin import GenstatePlugin\n"
        "GenstatePlugin.get_type_analyze_hook = lambda self, fullname: None",
        NOTHING,
    ),
    "the checker has changed": (
        "from genstate import compat\ncompat.function_in_hand = lambda checker: checker.gone",
        NOTHING,
    ),
    "the analysis fails": (
        "from genstate import analysis\nanalysis.check_function = None",
        "genstate: Some functions are not checked with mypy",
    ),
}

#: Those that the coordinator of a parallel run finds.
SAID_ONCE = {
    "a class for plugins is gone",
    "error codes have no parents",
    "the chain of plugins is not a list",
}


def check(
    folder: Path, change: str, *options: str, version: str = "99.0", settings: str = ""
) -> tuple[str, str]:
    """What mypy says to `SOURCE`, and the standard error, after a change of mypy."""
    (folder / "newer.py").write_text(
        "import sys\nimport mypy.errors, mypy.fastparse\nimport genstate\n"
        "try:\n    import mypy.nativeparse\nexcept ImportError:\n    pass\n"
        f"entry = genstate.plugin\n"
        f"{change}\ndef plugin(_):\n    return entry({version!r})\n"
    )
    (folder / "mypy.ini").write_text(f"[mypy]\nplugins = newer.py\n{settings}")
    (folder / "checked.py").write_text(SOURCE + INLINE)
    command = [sys.executable, "-m", "mypy", "--config-file=mypy.ini", *options, "checked.py"]
    environment = {**os.environ, "MYPY_FORCE_TERMINAL_WIDTH": "1000"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout, done.stderr


def test_newer_mypy(tmp_path: Path) -> None:
    output, errors = check(tmp_path, "")
    newest = ".".join(map(str, NEWEST))
    assert errors.splitlines() == [
        f"genstate: mypy 99.0 is newer than any that this genstate is tested with ({newest})"
    ]
    assert OWN_ERROR in output


@pytest.mark.parametrize("change", CHANGES)
def test_changed_mypy(tmp_path: Path, change: str) -> None:
    """Also a configuration that names error codes of genstate is as good as before."""
    statement, said = CHANGES[change]
    settings = "disable_error_code = generator-closed\nenable_error_code = generator-leak\n"
    output, errors = check(tmp_path, statement, settings=settings)
    assert MYPY_ERROR in output
    (_, line) = errors.splitlines()
    assert line.startswith(said)


@pytest.mark.skipif(not HAS_WORKERS, reason="this mypy has no workers")
@pytest.mark.parametrize("change", ["", *CHANGES])
def test_parallel_run(tmp_path: Path, change: str) -> None:
    """The version is told once, and so is what fails everywhere; all else by each worker."""
    statement, said = CHANGES.get(change, ("", ""))
    output, errors = check(tmp_path, statement, "-n2")
    assert MYPY_ERROR in output
    version, *failures = errors.splitlines()
    assert "is newer than" in version
    assert all(line.startswith(said) for line in failures)
    if not change:
        assert failures == []
    elif change in SAID_ONCE:
        assert len(failures) == 1
    else:
        assert 1 <= len(failures) <= 2


def test_known_mypy_that_is_broken(tmp_path: Path) -> None:
    output, errors = check(tmp_path, "del mypy.nodes.TryStmt", version="2.0.0")
    assert MYPY_ERROR in output
    (line,) = errors.splitlines()
    assert line.startswith(f"{NOTHING} 2.0.0 (ImportError: ")


@pytest.mark.parametrize(
    ("version", "untested"),
    [
        ("1.19.1", False),
        ("2.4.9", False),
        ("2.5.0+dev.1234", True),
        ("3.0", True),
        ("", False),
        ("nightly", False),
    ],
)
def test_versions(version: str, untested: bool, capsys: pytest.CaptureFixture[str]) -> None:
    safety = Safety()
    safety.meet(version)
    safety.meet(version)
    assert safety.is_untested is untested
    assert len(capsys.readouterr().err.splitlines()) == untested
