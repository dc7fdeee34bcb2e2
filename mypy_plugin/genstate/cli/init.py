"""`genstate init`: add the plugin to the mypy configuration of the project."""

from __future__ import annotations

import argparse
import difflib
import os
import sys
from typing import TYPE_CHECKING, Final

from genstate.cli.failure import CannotRun

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from genstate.cli.config_text import ConfigText

OWN_FILES: Final = ("mypy.ini", ".mypy.ini")
SHARED_FILES: Final = ("pyproject.toml", "setup.cfg")
REPOSITORIES: Final = (".git", ".hg")

DESCRIPTION: Final = """\
Add the genstate plugin to the mypy configuration of the project.

Changes the file that mypy reads: mypy.ini, .mypy.ini, pyproject.toml or setup.cfg, in the current
directory or above it. If there is none, a pyproject.toml or setup.cfg gets a section for mypy; a
project without these gets a mypy.ini."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare `genstate init` and its arguments."""
    parser = commands.add_parser(
        "init",
        help="add the plugin to the mypy configuration of the project",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="show the change, and leave the file as it is"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, passed_on: Sequence[str]) -> int:
    """Add the plugin, or show how it would be added, and say what was done.

    Raises:
        CannotRun: the configuration cannot be read, written or safely changed.
    """
    if passed_on:
        raise CannotRun("init takes nothing behind --")
    path, text = _file_to_change()
    if text.has_plugin():
        print(f"{path} already lists the plugin: nothing to do")
        return 0
    changed = text.with_plugin()
    if args.dry_run:
        sys.stdout.writelines(_difference(path, text.content, changed))
        return 0
    is_new = not os.path.exists(path)
    _write(path, changed)
    print(f"Wrote {path}, with the plugin" if is_new else f"Added the plugin to {path}")
    return 0


def _file_to_change() -> tuple[str, ConfigText]:
    """The file that mypy reads; else one that may get a section for mypy; else a new one."""
    from genstate.cli.config_text import config_text

    places = [
        os.path.relpath(os.path.join(folder, name))
        for folder in _folders()
        for name in (*OWN_FILES, *SHARED_FILES)
    ]
    found = [(path, config_text(path, _read(path))) for path in places if os.path.isfile(path)]
    for path, text in found:
        if os.path.basename(path) in OWN_FILES or text.has_section():
            return path, text
    return found[0] if found else (OWN_FILES[0], config_text(OWN_FILES[0], ""))


def _folders() -> Iterator[str]:
    """The current folder and those above it, as far as the root of the repository, as for mypy."""
    folder = os.getcwd()
    yield folder
    while not any(os.path.exists(os.path.join(folder, name)) for name in REPOSITORIES):
        above = os.path.dirname(folder)
        if above == folder:
            return
        folder = above
        yield folder


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return file.read()
    except (OSError, UnicodeError) as failure:
        raise CannotRun(f"{path} cannot be read: {failure}") from None


def _write(path: str, content: str) -> None:
    try:
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(content)
    except OSError as failure:
        raise CannotRun(f"{path} cannot be written: {failure}") from None


def _difference(path: str, old: str, new: str) -> Iterator[str]:
    lines = difflib.unified_diff(
        old.splitlines(keepends=True), new.splitlines(keepends=True), path, path
    )
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
