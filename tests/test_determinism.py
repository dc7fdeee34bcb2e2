"""What is reported, and how it is worded, does not change from one run to the next."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from fuzz import tree
from fuzz.family import families

ROOT = Path(__file__).parent.parent
PROGRAMS = 40
OPTIONAL = ["possibly-closed", "possibly-unstarted-send", "unguarded-next"]


def report(folder: Path, hash_seed: int) -> str:
    """What mypy says where Python goes through its sets in the order that `hash_seed` gives."""
    command = [sys.executable, "-m", "mypy", "--config-file=mypy.ini", "--cache-dir", os.devnull]
    environment = {**os.environ, "PYTHONHASHSEED": str(hash_seed)}
    return subprocess.run(
        [*command, "."], cwd=folder, env=environment, capture_output=True, text=True, check=False
    ).stdout


def test_the_order_of_sets_does_not_matter(tmp_path: Path) -> None:
    codes = ", ".join(f"generator-{code}" for code in OPTIONAL)
    (tmp_path / "mypy.ini").write_text(
        f"[mypy]\nplugins = genstate\nenable_error_code = {codes}\npython_version = 3.11\n"
    )
    (tmp_path / "opaque.pyi").write_text((ROOT / "fuzz" / "opaque.pyi").read_text())
    for family in families():
        for number in range(PROGRAMS):
            source = tree.source(family.numbered("11", number))
            (tmp_path / f"{family.name}_{number}.py").write_text(source)
    first = report(tmp_path, 0)
    assert first.count("[generator-") > PROGRAMS
    assert report(tmp_path, 1) == first
    assert report(tmp_path, 2) == first
