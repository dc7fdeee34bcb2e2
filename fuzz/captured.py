"""Which names of a program may be changed behind a function's back."""

from __future__ import annotations

import symtable
from collections.abc import Iterator
from typing import Final

INLINE: Final = frozenset({"listcomp", "setcomp", "dictcomp"})


def names(source: str) -> frozenset[str]:
    """Names that a nested function captures, or that a function declares global."""
    table = symtable.symtable(source, "program", "exec")
    return frozenset(_names(table))


def _names(table: symtable.SymbolTable) -> Iterator[str]:
    if isinstance(table, symtable.Function) and table.get_name() not in INLINE:
        yield from table.get_frees()
        yield from (
            symbol.get_name() for symbol in table.get_symbols() if symbol.is_declared_global()
        )
    for child in table.get_children():
        yield from _names(child)
