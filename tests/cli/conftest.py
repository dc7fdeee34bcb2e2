"""Run `genstate check` in this process, in a directory of the test's own."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from genstate.cli import main

CONFIG_FILES: Final = ("mypy.ini", ".mypy.ini", "pyproject.toml", "setup.cfg")
REPORTER: Final = Path(__file__).with_name("reporter.py")


@dataclass(frozen=True)
class Ran:
    """What a command did: its exit status, and the lines that it wrote."""

    status: int
    out: list[str]
    err: list[str]


Check = Callable[..., Ran]
Project = Callable[[dict[str, str]], Path]


@pytest.fixture(scope="session")
def caches(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the tests keep mypy's caches, so that typeshed is not read in each of them."""
    return tmp_path_factory.mktemp("caches")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Writes files, as a map from path to content, into an empty directory and goes there.

    `reporter.py` is put beside them: a mypy plugin which reports what the tests need.
    """

    def write(files: dict[str, str]) -> Path:
        root = tmp_path / "project"
        root.mkdir()
        (root / ".git").mkdir()  # mypy looks for a configuration no further up
        shutil.copy(REPORTER, root)
        for name, content in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
        monkeypatch.chdir(root)
        return root

    return write


@pytest.fixture
def check(
    caches: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Check:
    """Runs `genstate check` with these arguments; runs with the same options share a cache.

    The report is the short one, where no other is asked for.
    """
    for variable in ("FORCE_COLOR", "NO_COLOR"):
        monkeypatch.delenv(variable, raising=False)

    def run(*arguments: str) -> Ran:
        configuration = [path.read_bytes() for path in map(Path, CONFIG_FILES) if path.exists()]
        options = repr([word for word in arguments if word.startswith("-")])
        key = hashlib.sha1(b"".join([options.encode(), *configuration])).hexdigest()
        monkeypatch.setenv("MYPY_CACHE_DIR", str(caches / key))
        status = main(["check", "--format", "concise", *arguments])
        captured = capsys.readouterr()
        return Ran(status, captured.out.splitlines(), captured.err.splitlines())

    return run
