"""The names of the async generator functions and methods of the whole program.

A generator that is made and thrown away needs no word of the generator protocol around it: the
name of the function that is called is all there is to see.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from mypy.nodes import TypeInfo

from genstate.concern import makes_generator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy.nodes import MypyFile, SymbolTable


class KnownNames:
    """Collected as modules are analysed or come from the cache; never forgotten."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._seen = 0
        self._waiting: list[MypyFile] = []

    def of(self, modules: dict[str, MypyFile]) -> set[str]:
        """The names in those of `modules` that have been analysed so far."""
        self._waiting += islice(reversed(modules.values()), max(len(modules) - self._seen, 0))
        self._seen = len(modules)
        waiting = []
        for tree in self._waiting:
            if tree.is_stub:
                continue  # what is in a stub has no body that yields
            if tree.names:
                self._names.update(_generators_in(tree.names, tree.fullname))
            else:
                waiting.append(tree)
        self._waiting = waiting
        return self._names


def _generators_in(table: SymbolTable, owner: str) -> Iterator[str]:
    """The async generator functions of a module or class, those of its classes included."""
    for name, symbol in table.items():
        node = symbol.node
        if isinstance(node, TypeInfo):
            if node.fullname == f"{owner}.{name}":
                yield from _generators_in(node.names, node.fullname)
        elif node is not None and makes_generator(node):
            yield name
