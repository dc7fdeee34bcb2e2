"""A digest of all that decides what genstate reports.

It goes into mypy's cache: results of another genstate are not taken from there.
"""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

import genstate
import genstate_stubs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType


def digest() -> str:
    """The digest of the plugin's sources and of the stubs, the same wherever they are installed."""
    hasher = hashlib.sha1(usedforsecurity=False)
    for package in (genstate, genstate_stubs):
        root = _folder(package)
        for path in sorted(_sources(root)):
            hasher.update(os.path.relpath(path, root).encode())
            with open(path, "rb") as file:
                hasher.update(file.read())
    return hasher.hexdigest()


def _folder(package: ModuleType) -> str:
    assert package.__file__ is not None
    return os.path.dirname(package.__file__)


def _sources(folder: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith((".py", ".pyi")):
                yield entry.path
            elif "." not in entry.name and entry.name != "__pycache__" and entry.is_dir():
                yield from _sources(entry.path)
