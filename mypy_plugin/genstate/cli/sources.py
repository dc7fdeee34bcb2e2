"""Files under names that mypy can work with.

mypy names a file by the packages it lies in: `tests/a/conftest.py` is `conftest` where the
directories have no `__init__.py`. Two such files are one too many; so is a file that another one
imports as `tests.a.conftest`, or one that is called `types.py`: mypy stops. It is then told other
names, made from where the files lie.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from mypy.modulefinder import BuildSource
from mypy.util import decode_python_encoding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy.fscache import FileSystemCache

INSTALL_FOLDERS: Final = ("site-packages", "dist-packages")


def is_installed(source: BuildSource) -> bool:
    """Does `source` lie where packages are installed?"""
    return os.path.basename(_base(source)) in INSTALL_FOLDERS


def unsearched(source: BuildSource) -> BuildSource:
    """`source` without its base directory, in which mypy then looks for no imports.

    mypy does not start when it finds modules of its own there, such as `typing_extensions`.
    """
    return BuildSource(source.path, source.module, source.text)


def with_text(source: BuildSource, files: FileSystemCache) -> BuildSource:
    """`source` with the text of its file: mypy takes none such from its cache."""
    path = source.path or ""
    text = decode_python_encoding(files.read(path))
    return BuildSource(path, source.module, text, source.base_dir, source.followed)


def has_duplicates(sources: Sequence[BuildSource]) -> bool:
    """Do two of `sources` have the same module name?"""
    return len({source.module for source in sources}) < len(sources)


def named_by_path(sources: Sequence[BuildSource]) -> list[BuildSource]:
    """`sources` with names made from their paths, where mypy's own names can clash.

    Those are files which lie in no package, and packages of which there is a second copy. All files
    of one base directory are treated alike, or they would find each other under two names.
    """
    owners: dict[str, str] = {}
    renamed: set[str] = set()
    for source in sources:
        base = _base(source)
        if _is_loose(source) or owners.setdefault(source.module, base) != base:
            renamed.add(base)
    return [_renamed(source) if _base(source) in renamed else source for source in sources]


def _base(source: BuildSource) -> str:
    return source.base_dir or os.path.dirname(os.path.abspath(source.path or ""))


def _is_loose(source: BuildSource) -> bool:
    name = os.path.splitext(os.path.basename(source.path or ""))[0]
    return source.module in (name, "__main__")


def _renamed(source: BuildSource) -> BuildSource:
    here = os.getcwd()
    base = _base(source)
    is_below = base == here or base.startswith(here + os.sep)
    folders = os.path.relpath(base, here) if is_below else os.path.splitdrive(base)[1]
    parts = [part.replace(".", "_") for part in folders.split(os.sep) if part not in ("", ".")]
    is_script = source.module == "__main__"
    name = os.path.basename(source.path or "").replace(".", "_") if is_script else source.module
    # The base directory must not be searched for imports: they would find the old name there.
    return BuildSource(source.path, ".".join([*parts, name]), source.text, here)
