"""The wheel, installed into an empty environment: what is in it, and that it works there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Final

import pytest

from genstate import __version__

ROOT: Final = Path(__file__).parent.parent
PROGRAM: Final = """
from collections.abc import AsyncGenerator

async def numbers() -> AsyncGenerator[int, int]:
    yield 1

async def main() -> None:
    ours = numbers()
    reveal_type(ours.athrow(ValueError))
    await ours.asend(1)
"""

pytestmark = pytest.mark.any_mypy


def run(*command: str | Path, cwd: Path, check: bool = True) -> str:
    """What `command` prints, without the Python paths of this process."""
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    ran = subprocess.run(
        [str(word) for word in command], cwd=cwd, env=environ, capture_output=True, text=True
    )
    if check and ran.returncode:
        pytest.fail(f"{command} failed:\n{ran.stdout}{ran.stderr}")
    return ran.stdout + ran.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "--target", "wheel", "-d", folder, cwd=ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts folder of an environment that holds the wheel and what it needs."""
    folder = tmp_path_factory.mktemp("installed")
    run(sys.executable, "-m", "venv", folder, cwd=folder)
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    run(scripts / "python", "-m", "pip", "install", "--quiet", wheel, cwd=folder)
    return scripts


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text('[tool.mypy]\nplugins = ["genstate"]\n')
    (tmp_path / "a.py").write_text(PROGRAM)
    return tmp_path


def names_in(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def metadata_of(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        return message_from_bytes(archive.read(f"genstate-{__version__}.dist-info/METADATA"))


def test_wheel_holds_the_two_packages_and_nothing_else(wheel: Path) -> None:
    tops = {name.partition("/")[0] for name in names_in(wheel)}
    assert tops == {"genstate", "genstate_stubs", f"genstate-{__version__}.dist-info"}


@pytest.mark.parametrize(
    "name",
    [
        "genstate/py.typed",
        "genstate/__main__.py",
        "genstate/cli/states.html",
        "genstate_stubs/py.typed",
        "genstate_stubs/typing.pyi",
        "genstate_stubs/types.pyi",
        f"genstate-{__version__}.dist-info/licenses/LICENSE",
    ],
)
def test_wheel_holds(name: str, wheel: Path) -> None:
    assert name in names_in(wheel)


def test_the_description_links_to_nothing_that_the_index_does_not_have(wheel: Path) -> None:
    description = metadata_of(wheel).get_payload()
    assert isinstance(description, str)
    links = re.findall(r"\]\(([^)]+)\)", description)
    assert len(links) > 5
    assert [link for link in links if not link.startswith(("https://", "#"))] == []


def test_wheel_holds_every_source_file(wheel: Path) -> None:
    sources = {
        path.relative_to(ROOT / root).as_posix()
        for root in ("mypy_plugin", "stubs")
        for pattern in ("*.py", "*.pyi")
        for path in (ROOT / root).rglob(pattern)
    }
    assert sources <= set(names_in(wheel))


def test_metadata(wheel: Path) -> None:
    metadata = metadata_of(wheel)
    assert metadata["Requires-Python"] == ">=3.10"
    needed = [text for text in metadata.get_all("Requires-Dist", []) if "extra ==" not in text]
    assert needed == [
        "configupdater>=3.1",
        "mypy>=1.19",
        "rich>=13",
        "tomlkit>=0.12",
        "typing-extensions>=4.12",
    ]
    assert metadata["License-Expression"] == "MIT"


def test_command_works_where_nothing_else_is_installed(installed: Path, project: Path) -> None:
    assert run(installed / "genstate", "--version", cwd=project) == f"genstate {__version__}\n"
    report = run(installed / "genstate", "check", "a.py", cwd=project, check=False)
    assert "[generator-unstarted-send]" in report
    assert report.splitlines()[-1] == "Found 1 error in 1 file (checked 1 source file)"


def test_plugin_works_where_nothing_else_is_installed(installed: Path, project: Path) -> None:
    report = run(installed / "python", "-m", "mypy", "a.py", cwd=project, check=False)
    assert "int | None" in report
    assert "[generator-unstarted-send]" in report
    assert "INTERNAL ERROR" not in report
