"""Digests of all that decides what genstate reports.

They go into mypy's cache: results of another genstate, or of one that was configured otherwise, are
not taken from there.
"""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, Final

import genstate
import genstate_stubs
from genstate.config import Config

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

_CONFIGURED: Final = "+configured."


def of_config(config: Config) -> str:
    """The digest of a configuration: all that it says, however it is written."""
    said = (sorted(config.cancel_scopes), sorted(config.safe_decorators), config.sync)
    return hashlib.sha1(repr((said, config.complaint)).encode(), usedforsecurity=False).hexdigest()


def mark_version(config: Config) -> None:
    """Make `genstate.__version__` tell how genstate is configured.

    It is all that mypy's daemon looks at before it goes on with the plugin that it has: it makes
    another plugin, reads the version right after that, and starts anew where it has changed.
    """
    release = genstate.__version__.partition(_CONFIGURED)[0]
    mark = "" if config == Config() else f"{_CONFIGURED}{of_config(config)}"
    genstate.__version__ = release + mark


def of_sources() -> str:
    """The digest of the plugin's sources and of the stubs, the same wherever they are installed."""
    hasher = hashlib.sha1(usedforsecurity=False)
    for package in (genstate, genstate_stubs):
        root = _folder(package)
        for path in sorted(_sources(root)):
            hasher.update(path[len(root) :].encode())
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
