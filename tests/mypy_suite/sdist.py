"""mypy's source distribution, which holds the cases of its test suite."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path

import mypy.version

CACHE = Path(__file__).parents[2] / ".cache" / "mypy-sdist"


def source_tree() -> Path:
    """The unpacked source distribution of the mypy that is installed, downloaded if need be."""
    name = f"mypy-{mypy.version.__version__}"
    tree = CACHE / name
    if not tree.is_dir():
        _download(f"mypy=={mypy.version.__version__}")
        with tarfile.open(CACHE / f"{name}.tar.gz") as archive:
            members = [member for member in archive if _is_needed(member.name)]
            archive.extractall(CACHE / "unpacking", members)
        (CACHE / "unpacking" / name).rename(tree)
    return tree


def _download(requirement: str) -> None:
    CACHE.mkdir(parents=True, exist_ok=True)
    options = ["--quiet", "--no-deps", "--no-binary=mypy", f"--dest={CACHE}"]
    subprocess.run([sys.executable, "-m", "pip", "download", *options, requirement], check=True)


def _is_needed(name: str) -> bool:
    return "/test-data/" in name and ".." not in name
