"""The names of the generator functions and methods of the whole program.

A generator that is made and thrown away needs no word of the generator protocol around it: the
name of the function that is called is all there is to see.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from mypy.nodes import TypeInfo

from genstate.concern import makes_generator, makes_sync_generator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy.nodes import MypyFile, SymbolTable


class Names(NamedTuple):
    """Names of generator functions and methods: of asynchronous and of synchronous ones."""

    asynchronous: set[bytes]
    synchronous: set[bytes]


class KnownNames:
    """Collected as modules are analysed or come from the cache; never forgotten."""

    def __init__(self) -> None:
        self._names: set[bytes] = set()
        self._sync: set[bytes] = set()
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
        return Names(self._names, self._sync)

    def add_from(self, tree: MypyFile) -> None:
        """Add the names in a module that has been analysed, for the first time or anew."""
        for name, is_async in _generators_in(tree.names, tree.fullname):
            (self._names if is_async else self._sync).add(name.encode())


def _generators_in(table: SymbolTable, owner: str) -> Iterator[tuple[str, bool]]:
    """The generator functions of a module or class, those of its classes included.

    With each goes whether it is async.
    """
    for name, symbol in table.items():
        node = symbol.node
        if isinstance(node, TypeInfo):
            if node.fullname == f"{owner}.{name}":
                yield from _generators_in(node.names, node.fullname)
        elif node is not None and (makes_generator(node) or makes_sync_generator(node)):
            yield name, makes_generator(node)
