"""genstate's own section in the configuration file that mypy reads.

It is `[tool.genstate]` in a pyproject.toml, and `[genstate]` in mypy.ini, .mypy.ini and setup.cfg.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mypy.options import Options


@dataclass(frozen=True)
class Config:
    """What the user has configured.

    Attributes:
        cancel_scopes: the full names of context managers, classes or functions, in which a yield is
            wrong, besides those that genstate knows.
        safe_decorators: the full names of decorators under which such a yield is right.
        sync: synchronous generators are checked too.
        complaint: what is wrong with the section, as one line for the user; empty if it is right.
    """

    cancel_scopes: frozenset[str] = frozenset()
    safe_decorators: frozenset[str] = frozenset()
    sync: bool = True
    complaint: str = ""


_KEYS: Final = ("cancel_scopes", "safe_decorators", "sync")
_TOML_USAGE: Final = (
    'cancel_scopes = ["package.name", ...]; safe_decorators = ["package.name", ...]; sync = true'
)
_INI_USAGE: Final = (
    "cancel_scopes = package.name, ...; safe_decorators = package.name, ...; sync = true"
)

_SHARED_FILES: Final = ("pyproject.toml", "setup.cfg")
_REPOSITORIES: Final = (".git", ".hg")


class _Wrong(Exception):
    """The value of `key` is wrong, or there is no such key; the text says how."""

    def __init__(self, key: str, problem: str) -> None:
        super().__init__(problem)
        self.key = key


def load(options: Options) -> Config:
    """The configuration in the file that mypy has read.

    A wrong one is not raised, but told in its `complaint`: mypy cannot be stopped in good order
    while it makes its plugins.
    """
    path = options.config_file
    if not path:
        return Config()
    file = _File(path)
    if not file.may_have_section:
        return Config()
    try:
        return _config(file.section())
    except _Wrong as wrong:
        return Config(complaint=file.complaint(wrong))


def find() -> str | None:
    """The nearest file with genstate's section, for a run without a configuration of mypy's.

    mypy passes over a pyproject.toml or setup.cfg that has no section for mypy. The search is its
    own: from the current folder upwards, as far as the root of the repository.
    """
    folder = os.getcwd()
    while True:
        for name in _SHARED_FILES:
            path = os.path.join(folder, name)
            if _File(path).may_have_section:
                return os.path.relpath(path)
        parent = os.path.dirname(folder)
        if parent == folder or any(os.path.exists(os.path.join(folder, r)) for r in _REPOSITORIES):
            return None
        folder = parent


class _File:
    """A configuration file. One that cannot be read is empty: mypy, too, goes on without it."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._is_toml = path.lower().endswith(".toml")
        try:
            with open(path, "rb") as file:
                self._content = file.read()
        except OSError:
            self._content = b""

    @property
    def may_have_section(self) -> bool:
        """The text looks as if there were a section. To parse it takes a hundred times as long."""
        if not self._is_toml:
            return b"[genstate]" in self._content
        squeezed = self._content.translate(None, b" \t\"'")
        return any(head in squeezed for head in (b"tool.genstate", b"[tool]", b"tool={"))

    def section(self) -> object:
        """The section as TOML has it: a table, if it is right. It is empty where there is none."""
        return self._toml_section() if self._is_toml else self._ini_section()

    def _toml_section(self) -> object:
        if sys.version_info >= (3, 11):
            import tomllib
        else:
            import tomli as tomllib

        return tomllib.loads(self._content.decode()).get("tool", {}).get("genstate", {})

    def _ini_section(self) -> dict[str, object]:
        from configparser import RawConfigParser

        parser = RawConfigParser()
        parser.read(self._path)
        section: dict[str, object] = {}
        for key, text in parser.items("genstate") if parser.has_section("genstate") else ():
            if key == "sync":
                section[key] = parser.BOOLEAN_STATES.get(text.lower(), text)
            else:
                names = (name.strip() for name in text.replace("\n", ",").split(","))
                section[key] = [name for name in names if name]
        return section

    def complaint(self, wrong: _Wrong) -> str:
        """What mypy is to say, as it says such things itself."""
        name = "tool.genstate" if self._is_toml else "genstate"
        usage = _TOML_USAGE if self._is_toml else _INI_USAGE
        line = self._line(f"[{name}]", wrong.key)
        place = self._path if line is None else f"{self._path}:{line}"
        return f"{place}: error: [{name}]: {wrong} (usage: {usage})"

    def _line(self, head: str, key: str) -> int | None:
        """The line on which `key` stands in the section that begins with `head`."""
        inside = False
        for number, line in enumerate(self._content.decode(errors="replace").splitlines(), start=1):
            if line.startswith("["):
                inside = line.startswith(head)
            elif inside and line.partition("=")[0].strip() == key:
                return number
        return None


def _config(section: object) -> Config:
    """The configuration that `section` says.

    Raises:
        _Wrong: it is not a table, has an unknown key, or a value of a wrong type.
    """
    if not isinstance(section, dict):
        raise _Wrong("genstate", "This must be a table")
    for key in section:
        if key not in _KEYS:
            raise _Wrong(key, f"Unknown key {_quoted(key)}")
    sync = section.get("sync", True)
    if not isinstance(sync, bool):
        raise _Wrong("sync", '"sync" must be true or false')
    return Config(_names(section, "cancel_scopes"), _names(section, "safe_decorators"), sync)


def _names(section: dict[str, object], key: str) -> frozenset[str]:
    names = section.get(key, [])
    if not isinstance(names, list):
        raise _Wrong(key, f'"{key}" must be a list of full names')
    for name in names:
        if not isinstance(name, str) or not _is_full_name(name):
            raise _Wrong(key, f'{_quoted(name)} in "{key}" is not a full name')
    return frozenset(names)


def _is_full_name(name: str) -> bool:
    parts = name.split(".")
    return len(parts) > 1 and all(part.isidentifier() for part in parts)


def _quoted(value: object) -> str:
    """The value in double quotes, on one line."""
    return json.dumps(str(value), ensure_ascii=False)
