"""The Python interpreters of this machine: those in PATH and those of the version manager."""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

VERSIONS: Final = [(3, minor) for minor in range(10, 16)]
FOLDER: Final = Path(__file__).parent
NAME_IT: Final = "import sys; print(*sys.version_info[:2])"


def run(version: tuple[int, int], script: str) -> Any:
    """What `script`, run by that Python, prints as JSON.

    Skips the test where there is no such Python.
    """
    interpreter = find(version)
    if interpreter is None:
        pytest.skip(f"Python {version[0]}.{version[1]} is not on this machine")
    return _printed(interpreter, script)


@functools.cache
def find(version: tuple[int, int]) -> str | None:
    """The path of an interpreter of that version."""
    return next((path for path in _candidates(version) if _version(path) == version), None)


@functools.cache
def _printed(interpreter: str, script: str) -> Any:
    command = [interpreter, "-I", str(FOLDER / script)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _candidates(version: tuple[int, int]) -> Iterator[str]:
    yield sys.executable
    in_path = shutil.which(f"python{version[0]}.{version[1]}")
    if in_path:
        yield in_path
    for root in _manager_roots():
        yield from map(str, sorted(root.glob(f"versions/{version[0]}.{version[1]}*/bin/python")))


def _manager_roots() -> Iterator[Path]:
    if "PYENV_ROOT" in os.environ:
        yield Path(os.environ["PYENV_ROOT"])
    elif shutil.which("pyenv"):
        done = subprocess.run(["pyenv", "root"], capture_output=True, text=True, check=False)
        yield Path(done.stdout.strip())
    yield Path.home() / ".pyenv"


@functools.cache
def _version(path: str) -> tuple[int, ...] | None:
    done = subprocess.run([path, "-c", NAME_IT], capture_output=True, text=True, check=False)
    return tuple(map(int, done.stdout.split())) if done.returncode == 0 else None
