"""What imported names stand for: packages export what their modules define."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy.nodes import Import, ImportAll, ImportFrom, MypyFile
from mypy.util import correct_relative_import

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


def with_definitions(
    names: Iterable[str], tree: MypyFile, modules: Mapping[str, MypyFile]
) -> dict[str, str]:
    """The full `names`, by themselves and by the full names of the definitions they stand for.

    A name is followed if the module `tree` imports the module that the name starts with. mypy has
    loaded that one in every run, other modules in some runs only.
    """
    found = {name: name for name in names}
    if found:
        imported = {name: modules[name] for name in _imported(tree) if name in modules}
        for name in sorted(found):
            found.setdefault(_definition(name, imported), name)
    return found


def on_the_way_to(names: Iterable[str]) -> set[str]:
    """The full names of all by which the full `names` are followed: `a`, `a.B` and `a.B.c`."""
    return {begin for name in names for begin in _beginnings(name)}


def _beginnings(name: str) -> Iterator[str]:
    parts = name.split(".")
    return (".".join(parts[:length]) for length in range(1, len(parts) + 1))


def _definition(name: str, imported: Mapping[str, MypyFile]) -> str:
    """The full name of the definition; `name` itself where it is not known better."""
    parts = name.split(".")
    for length in range(len(parts) - 1, 0, -1):
        module = imported.get(".".join(parts[:length]))
        if module is not None:
            return _followed(module, parts[length:]) or name
    return name


def _followed(module: MypyFile, path: list[str]) -> str | None:
    """The full name of what one finds by going from `module` along `path`."""
    for index, part in enumerate(path, start=1):
        symbol = module.names.get(part)
        if symbol is None or symbol.fullname is None:
            return None
        if not isinstance(symbol.node, MypyFile):
            return ".".join([symbol.fullname, *path[index:]])
        module = symbol.node
    return None


def _imported(tree: MypyFile) -> Iterator[str]:
    """The full names of all that `tree` imports: modules, and what it takes from them."""
    for statement in tree.imports:
        if statement.is_unreachable:
            continue
        if isinstance(statement, Import):
            for module, _ in statement.ids:
                yield from _beginnings(module)
        elif isinstance(statement, (ImportFrom, ImportAll)):
            module, _ = correct_relative_import(
                tree.fullname, statement.relative, statement.id, tree.is_package_init_file()
            )
            yield module
            if isinstance(statement, ImportFrom):
                yield from (f"{module}.{name}" for name, _ in statement.names)
