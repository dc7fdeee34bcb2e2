"""What genstate puts into mypy's trees stays out of the sight of `dmypy inspect`."""

from __future__ import annotations

from pathlib import Path

from tests.modes.running import Project

SOURCE = """\
from collections.abc import Iterator

def generator() -> Iterator[int]:
    len("a")
    yield 1

next(generator())
"""
PLACES = ["1:1", "4:5", "4:9", "5:5", "7:1"]


def inspected(folder: Path, plugin: str) -> list[str]:
    folder.mkdir()
    project = Project(folder, {"inspected.py": SOURCE}, plugin)
    with project.daemon(cache="daemon") as daemon:
        daemon.output("--export-types")
        return [daemon.inspect(f"inspected.py:{place}") for place in PLACES]


def test_inspection(tmp_path: Path) -> None:
    with_genstate = inspected(tmp_path / "with", "genstate")
    assert any("-> int" in text or '-> "int"' in text for text in with_genstate)
    assert with_genstate == inspected(tmp_path / "without", "")
