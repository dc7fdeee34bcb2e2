"""`genstate init`: what it does to configurations of every form."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from mypy import api

from genstate.cli import main
from tests.cli.conftest import Project

pytestmark = pytest.mark.any_mypy

Capture = pytest.CaptureFixture[str]

PROGRAM: Final = """
from collections.abc import AsyncGenerator

async def numbers() -> AsyncGenerator[int, int]:
    yield 1

async def main() -> None:
    ours = numbers()
    await ours.asend(1)
"""

#: Name, configuration before, and after.
CASES: Final = [
    pytest.param(
        "pyproject.toml",
        '[project]\nname = "x"\n',
        '[project]\nname = "x"\n\n[tool.mypy]\nplugins = ["genstate"]\n',
        id="toml without a section",
    ),
    pytest.param(
        "pyproject.toml",
        "# top\n[tool.mypy] # types\nstrict = true # yes\n\n# lint\n[tool.ruff]\nline-length=100\n",
        '# top\n[tool.mypy] # types\nplugins = ["genstate"]\nstrict = true # yes\n\n'
        "# lint\n[tool.ruff]\nline-length=100\n",
        id="toml without plugins",
    ),
    pytest.param(
        "pyproject.toml",
        '[tool.mypy]\nplugins = ["a"] # one\n[tool.ruff]\n[[tool.mypy.overrides]]\nmodule="b"\n',
        '[tool.mypy]\nplugins = ["genstate", "a"] # one\n[tool.ruff]\n'
        '[[tool.mypy.overrides]]\nmodule="b"\n',
        id="toml with a list",
    ),
    pytest.param(
        "pyproject.toml",
        '[tool.mypy]\nplugins = [\n  "a", # one\n  "b",\n]\nstrict = true\n',
        '[tool.mypy]\nplugins = [\n  "genstate",\n  "a", # one\n  "b",\n]\nstrict = true\n',
        id="toml with a list on lines",
    ),
    pytest.param(
        "pyproject.toml",
        '[tool.mypy]\nplugins = [\n  # one\n  "a",\n]\n',
        '[tool.mypy]\nplugins = [\n  "genstate",\n  # one\n  "a",\n]\n',
        id="toml with a comment in front",
    ),
    pytest.param(
        "pyproject.toml",
        '[tool.mypy]\nplugins = "a, b"\n',
        '[tool.mypy]\nplugins = "genstate, a, b"\n',
        id="toml with a text",
    ),
    pytest.param(
        "pyproject.toml",
        "tool.mypy.strict = true\n\n[project]\n",
        'tool.mypy.strict = true\ntool.mypy.plugins = ["genstate"]\n\n[project]\n',
        id="toml with dotted keys",
    ),
    pytest.param(
        "pyproject.toml",
        '[tool.ruff]\n\n# old\n[[tool.mypy.overrides]]\nmodule = "b"\n',
        '[tool.ruff]\n\n[tool.mypy]\nplugins = ["genstate"]\n\n'
        '# old\n[[tool.mypy.overrides]]\nmodule = "b"\n',
        id="toml with overrides alone",
    ),
    pytest.param(
        "mypy.ini",
        "# mine\n[mypy]\nstrict = True\n# why\n\n[mypy-b.*]\nignore_errors = True\n",
        "# mine\n[mypy]\nplugins = genstate\nstrict = True\n# why\n\n"
        "[mypy-b.*]\nignore_errors = True\n",
        id="ini without plugins",
    ),
    pytest.param("mypy.ini", "", "[mypy]\nplugins = genstate\n", id="empty ini"),
    pytest.param("mypy.ini", "[mypy]\n", "[mypy]\nplugins = genstate\n", id="empty section"),
    pytest.param(
        ".mypy.ini",
        "[mypy]\nplugins = a, b\nstrict = True\n",
        "[mypy]\nplugins = genstate, a, b\nstrict = True\n",
        id="ini with a line",
    ),
    pytest.param(
        "setup.cfg",
        "[metadata]\nname = x\n\n[mypy]\nplugins =\n  a,\n  # the other\n  b\n\n[flake8]\n",
        "[metadata]\nname = x\n\n[mypy]\nplugins =\n  genstate,\n  a,\n  # the other\n  b\n\n"
        "[flake8]\n",
        id="cfg with lines",
    ),
    pytest.param(
        "mypy.ini",
        "[mypy]\nplugins = a,\n    b,\nstrict = True\n",
        "[mypy]\nplugins = genstate,\n    a,\n    b,\nstrict = True\n",
        id="ini with a line and more",
    ),
    pytest.param(
        "setup.cfg",
        "[metadata]\r\nname = x\r\n",
        "[metadata]\r\nname = x\r\n\r\n[mypy]\r\nplugins = genstate\r\n",
        id="cfg with the line ends of Windows",
    ),
]


def read(path: Path) -> str:
    return path.read_bytes().decode()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty repository."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("name", "before", "after"), CASES)
def test_the_plugin_is_added_once(
    name: str, before: str, after: str, folder: Path, capsys: Capture
) -> None:
    path = folder / name
    path.write_bytes(before.encode())
    assert main(["init"]) == 0
    assert capsys.readouterr().out == f"Added the plugin to {name}\n"
    changed = read(path)
    assert changed.count("genstate") == 1
    assert changed == after
    assert main(["init"]) == 0
    assert capsys.readouterr().out == f"{name} already lists the plugin: nothing to do\n"
    assert read(path) == changed


def test_an_entry_with_a_function_is_the_plugin(folder: Path) -> None:
    text = "[mypy]\nplugins = genstate:plugin\n"
    (folder / "mypy.ini").write_text(text)
    assert main(["init"]) == 0
    assert read(folder / "mypy.ini") == text


def test_a_project_without_a_configuration_gets_one(folder: Path, capsys: Capture) -> None:
    assert main(["init"]) == 0
    assert read(folder / "mypy.ini") == "[mypy]\nplugins = genstate\n"
    assert capsys.readouterr().out == "Wrote mypy.ini, with the plugin\n"


def test_the_file_that_mypy_reads_is_changed(folder: Path, capsys: Capture) -> None:
    (folder / "pyproject.toml").write_text('[project]\nname = "x"\n')
    (folder / "setup.cfg").write_text("[mypy]\nstrict = True\n")
    assert main(["init"]) == 0
    assert capsys.readouterr().out == "Added the plugin to setup.cfg\n"


def test_a_file_further_up_is_found(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    (folder / "pyproject.toml").write_text("[tool.mypy]\n")
    (folder / "src").mkdir()
    monkeypatch.chdir(folder / "src")
    assert main(["init"]) == 0
    assert capsys.readouterr().out == f"Added the plugin to {Path('..', 'pyproject.toml')}\n"


def test_a_dry_run_shows_the_change_alone(folder: Path, capsys: Capture) -> None:
    text = "[mypy]\nstrict = True\n"
    (folder / "mypy.ini").write_text(text)
    assert main(["init", "--dry-run"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "--- mypy.ini",
        "+++ mypy.ini",
        "@@ -1,2 +1,3 @@",
        " [mypy]",
        "+plugins = genstate",
        " strict = True",
    ]
    assert read(folder / "mypy.ini") == text


def test_a_dry_run_writes_no_new_file(folder: Path, capsys: Capture) -> None:
    assert main(["init", "--dry-run"]) == 0
    assert "+plugins = genstate" in capsys.readouterr().out
    assert not (folder / "mypy.ini").exists()


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("pyproject.toml", "[tool.mypy\n", "pyproject.toml cannot be read: "),
        ("mypy.ini", "strict = True\n", "mypy.ini cannot be read: "),
        ("pyproject.toml", "tool = 3\n", "pyproject.toml has an unusual form: add the line "),
        ("pyproject.toml", "[tool]\nmypy = 3\n", "pyproject.toml has an unusual form: "),
        ("pyproject.toml", "[tool.mypy]\nplugins = 3\n", "pyproject.toml has an unusual form: "),
    ],
)
def test_what_cannot_be_changed_is_left(
    name: str, text: str, why: str, folder: Path, capsys: Capture
) -> None:
    (folder / name).write_text(text)
    assert main(["init"]) == 2
    assert capsys.readouterr().err.startswith(f"genstate: error: {why}")
    assert read(folder / name) == text


def test_mypy_loads_what_was_added(project: Project, capsys: Capture) -> None:
    project({"pyproject.toml": "[tool.mypy]\nstrict = true\n", "a.py": PROGRAM})
    assert main(["init"]) == 0
    out, err, _ = api.run(["--cache-dir", "cache", "a.py"])
    assert "[generator-unstarted-send]" in out, err
