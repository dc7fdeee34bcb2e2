"""`genstate typeshed`: the corrected stubs as a whole typeshed, for any type checker."""

from __future__ import annotations

import argparse
import ast
import os
import shutil
from typing import TYPE_CHECKING, Final

from genstate.cli.failure import CannotRun

if TYPE_CHECKING:
    from collections.abc import Sequence

MARK: Final = "genstate.txt"
MARK_TEXT: Final = "Written by genstate: a copy of typeshed with corrected generator classes.\n"

#: What to put into the configuration of each checker; in pyproject.toml, but for mypy.ini too.
SETTINGS: Final = {
    "mypy": '[tool.mypy]\ncustom_typeshed_dir = "{folder}"',
    "pyright": '[tool.pyright]\ntypeshedPath = "{folder}"',
    "basedpyright": '[tool.basedpyright]\ntypeshedPath = "{folder}"',
    "pyrefly": '[tool.pyrefly]\ntypeshed-path = "{folder}"',
    "ty": '[tool.ty.environment]\ntypeshed = "{folder}"',
}

DESCRIPTION: Final = """\
Write a typeshed with the corrected stubs into a directory, for a type checker that cannot have the
genstate plugin. It is a copy of the typeshed that comes with mypy."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare `genstate typeshed` and its arguments."""
    parser = commands.add_parser(
        "typeshed",
        help="write the corrected stubs for another type checker",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", metavar="DIR", help="new, empty, or written by this command")
    parser.add_argument(
        "--for", dest="checker", choices=tuple(SETTINGS), required=True, help="the type checker"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, passed_on: Sequence[str]) -> int:
    """Write the typeshed, and say what to put into the configuration of the checker.

    Raises:
        CannotRun: the directory holds something else, or cannot be written.
    """
    if passed_on:
        raise CannotRun("typeshed takes nothing behind --")
    if os.path.isfile(args.folder) or not _may_write_into(args.folder):
        raise CannotRun(f'"{args.folder}" is there already, and holds something else')
    if args.checker == "ty" and _may_be_imported(args.folder):
        raise CannotRun(
            f'ty would take "{args.folder}" for a package of yours, and stop: '
            'choose a name with a dot or a dash, such as ".typeshed"'
        )
    try:
        _write(args.folder)
    except OSError as failure:
        raise CannotRun(f'"{args.folder}" cannot be written: {failure}') from None
    print(f"Wrote {args.folder}. Put this into pyproject.toml:\n")
    print(SETTINGS[args.checker].format(folder=args.folder.replace(os.sep, "/")))
    if args.checker != "mypy":
        print("\nIt has the standard library only: install the types-... packages that you need.")
    return 0


def _may_write_into(folder: str) -> bool:
    return (
        not os.path.exists(folder)
        or not os.listdir(folder)
        or os.path.exists(os.path.join(folder, MARK))
    )


def _may_be_imported(folder: str) -> bool:
    """Would a module below the folder have a name, seen from the current directory?"""
    return all(part.isidentifier() for part in os.path.relpath(folder).split(os.sep))


def _write(folder: str) -> None:
    import mypy

    from genstate.overlay import STUBS, stub_path

    bundled = os.path.join(os.path.dirname(mypy.__file__), "typeshed")
    shutil.copytree(bundled, folder, dirs_exist_ok=True)
    for fullname, name in STUBS.items():
        target = os.path.join(folder, "stdlib", name)
        corrected = _corrected(_read(target), _read(stub_path(fullname)), fullname)
        with open(target, "w", encoding="utf-8") as file:
            file.write(corrected)
    with open(os.path.join(folder, MARK), "w", encoding="utf-8") as file:
        file.write(MARK_TEXT)


def _read(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return file.read()


def _corrected(typeshed: str, ours: str, fullname: str) -> str:
    """The text of a module of typeshed with the body of one class from our stub.

    The head of the class stays. All names in our body are in the module of typeshed, too.
    """
    name = fullname.rpartition(".")[2]
    old, new = _class(typeshed, name), _class(ours, name)
    missing = _names(new) - _bound(typeshed)
    if missing:
        raise CannotRun(f"the typeshed of this mypy lacks {', '.join(sorted(missing))}")
    lines = typeshed.splitlines(keepends=True)
    body = ours.splitlines(keepends=True)[_first_line(new) - 1 : new.end_lineno]
    return "".join([*lines[: _first_line(old) - 1], *body, *lines[old.end_lineno :]])


def _first_line(found: ast.ClassDef) -> int:
    """The line on which the body of a class begins, with a decorator maybe."""
    first = found.body[0]
    if isinstance(first, ast.FunctionDef) and first.decorator_list:
        return first.decorator_list[0].lineno
    return first.lineno


def _class(text: str, name: str) -> ast.ClassDef:
    statements = ast.parse(text).body
    return next(s for s in statements if isinstance(s, ast.ClassDef) and s.name == name)


def _names(found: ast.ClassDef) -> set[str]:
    """The names that the body of a class takes from its module, and not from the builtins."""
    import builtins

    names = {
        node.id
        for statement in found.body
        for node in ast.walk(statement)
        if isinstance(node, ast.Name)
    }
    return names - vars(builtins).keys()


def _bound(text: str) -> set[str]:
    """The names that a module binds, wherever it does."""
    bound: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound.add(node.id)
        elif isinstance(node, ast.ClassDef | ast.FunctionDef):
            bound.add(node.name)
        elif isinstance(node, ast.alias):
            bound.add(node.asname or node.name)
    return bound
