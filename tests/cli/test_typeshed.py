"""`genstate typeshed`: what it writes, and what it says."""

from __future__ import annotations

from pathlib import Path

import mypy
import pytest

from genstate.cli import main

BUNDLED = Path(mypy.__file__).parent / "typeshed"
Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current directory, which is empty."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def files_below(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_it_is_a_typeshed_with_two_other_classes(folder: Path) -> None:
    assert main(["typeshed", "ts", "--for", "pyright"]) == 0
    files = files_below(BUNDLED)
    assert files_below(folder / "ts") == {*files, "genstate.txt"}
    changed = {
        name
        for name in files
        if (BUNDLED / name).read_bytes() != (folder / "ts" / name).read_bytes()
    }
    assert changed == {"stdlib/typing.pyi", "stdlib/types.pyi"}


def test_it_can_be_written_again(capsys: Capture) -> None:
    assert main(["typeshed", "ts", "--for", "pyright"]) == 0
    first = capsys.readouterr().out
    assert main(["typeshed", "ts", "--for", "pyright"]) == 0
    assert capsys.readouterr().out == first
    assert '[tool.pyright]\ntypeshedPath = "ts"\n' in first


def test_other_directories_are_left_alone(folder: Path, capsys: Capture) -> None:
    (folder / "mine").mkdir()
    (folder / "mine" / "a.txt").write_text("mine")
    for name in ("mine", "mine/a.txt"):
        assert main(["typeshed", name, "--for", "mypy"]) == 2
        said = f'genstate: error: "{name}" is there already, and holds something else\n'
        assert capsys.readouterr().err == said
    assert files_below(folder) == {"mine/a.txt"}


def test_a_directory_that_ty_would_import_is_refused(folder: Path, capsys: Capture) -> None:
    assert main(["typeshed", "ts", "--for", "ty"]) == 2
    assert 'such as ".typeshed"' in capsys.readouterr().err
    assert files_below(folder) == set()
    assert main(["typeshed", ".typeshed", "--for", "ty"]) == 0
