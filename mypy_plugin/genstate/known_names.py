"""The names of the generator functions and methods of the whole program.

A generator that is made and thrown away needs no word of the generator protocol around it: the
name of the function that is called is all there is to see.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from mypy.nodes import TypeInfo

from genstate.concern import take_in
from genstate.interest import Names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy.nodes import MypyFile, SymbolNode, SymbolTable


class KnownNames:
    """Collected as modules are analysed or come from the cache; never forgotten."""

    def __init__(self) -> None:
        self._names = Names(set(), set())
        self._seen = 0
        self._waiting: dict[str, MypyFile] = {}

    def around(self, checked: MypyFile, modules: dict[str, MypyFile]) -> Names:
        """The names in those of `modules` that have been analysed, when one is being `checked`.

        They are as in a source text, to be looked for in it. mypy analyses the modules of an import
        cycle before it checks the first of them, and only then those that import them: where the
        one that is checked is known already, no other one can have come.
        """
        arrived = [*islice(reversed(modules.values()), max(len(modules) - self._seen, 0))]
        self._seen = len(modules)
        # What is in a stub has no body that yields.
        self._waiting.update((tree.fullname, tree) for tree in arrived if not tree.is_stub)
        if arrived or checked.fullname in self._waiting:
            analysed = [tree for tree in self._waiting.values() if tree.names]
            for tree in analysed:
                del self._waiting[tree.fullname]
                self.add_from(tree)
        return self._names

    def add_from(self, tree: MypyFile) -> None:
        """Add the names in a module that has been analysed, for the first time or anew."""
        for node in _functions_in(tree.names, tree.fullname):
            take_in(self._names, node)


def _functions_in(table: SymbolTable, owner: str) -> Iterator[SymbolNode]:
    """The symbols of a module or class, those of its classes included, that are no classes."""
    for name, symbol in table.items():
        node = symbol.node
        if isinstance(node, TypeInfo):
            if node.fullname == f"{owner}.{name}":
                yield from _functions_in(node.names, node.fullname)
        elif node is not None:
            yield node
