"""mypy's source distribution, which holds the cases of its test suite."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
from contextlib import suppress
from pathlib import Path

import mypy.version

CACHE = Path(__file__).parents[2] / ".cache" / "mypy-sdist"


def source_tree() -> Path:
    """The unpacked source distribution of the mypy that is installed, downloaded if need be.

    Raises:
        subprocess.CalledProcessError: pip cannot get it.
    """
    name = f"mypy-{mypy.version.__version__}"
    tree = CACHE / name
    if not tree.is_dir():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            _unpack(f"mypy=={mypy.version.__version__}", Path(folder))
            with suppress(OSError):  # another process was faster
                (Path(folder) / name).rename(tree)
    return tree


def _unpack(requirement: str, folder: Path) -> None:
    options = ["--quiet", "--no-deps", "--no-binary=mypy", f"--dest={folder}"]
    subprocess.run([sys.executable, "-m", "pip", "download", *options, requirement], check=True)
    with tarfile.open(next(folder.glob("*.tar.gz"))) as archive:
        archive.extractall(folder, [member for member in archive if _is_needed(member.name)])


def _is_needed(name: str) -> bool:
    return "/test-data/" in name and ".." not in name
