"""Notices which functions have to do with generators, by the calls that mypy asks the plugin about.

mypy looks for a hook at every call that it checks. The look-up alone tells which function is
called: where nothing generator-like was looked up while a function was checked, there is nothing to
analyse.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy.nodes import Decorator, FuncDef, OverloadedFuncDef, SymbolNode, TypeInfo

if TYPE_CHECKING:
    from mypy.nodes import FuncItem, MypyFile


class Watch:
    """Counts look-ups of generator functions and of the operations on generators."""

    def __init__(self) -> None:
        self._modules: dict[str, MypyFile] = {}
        self._counts: dict[str, bool] = {}
        self._names: set[str] = set()
        self._decorators: dict[tuple[str, int, str], Decorator] = {}
        self._seen = 0
        self._entered: dict[FuncItem | MypyFile, int] = {}

    def watch(self, modules: dict[str, MypyFile]) -> None:
        """The modules may have changed: nothing that was known of their functions holds."""
        self._modules = modules
        self._counts.clear()

    def expect(self, module: str, function: FuncDef, decorator: Decorator | None) -> None:
        """The function stands in a module that is checked.

        Inside another function it has a full name by which it cannot be found.
        """
        if function.is_async_generator:
            self._names.add(function.name)
        place = (module, function.line, function.name)
        if decorator is None:
            self._decorators.pop(place, None)  # it may have had one before an edit
        else:
            self._decorators[place] = decorator

    def decorator(self, module: str, function: FuncItem) -> Decorator | None:
        """The decorators of a function, which itself does not know them.

        The function is found by its place: mypy checks copies of functions with constrained type
        variables.
        """
        return self._decorators.get((module, function.line, function.name))

    def look_up(self, fullname: str) -> None:
        """mypy looks for a hook for `fullname`."""
        counts = self._counts.get(fullname)
        if counts is None:
            counts = self._counts[fullname] = self._is_of_interest(fullname)
        if counts:
            self._seen += 1

    def enter(self, code: FuncItem | MypyFile) -> None:
        """mypy begins to check `code`."""
        self._entered[code] = self._seen

    def leave(self, code: FuncItem | MypyFile) -> bool:
        """mypy has checked `code`: was anything looked up that counts?"""
        return self._entered.pop(code, -1) != self._seen

    def _is_of_interest(self, fullname: str) -> bool:
        # Imported late: a run that takes everything from the cache never gets here.
        from genstate.knowledge import protocols

        name = fullname.rpartition(".")[2].partition(" of ")[0]
        if fullname in protocols.FUNCTIONS or name in protocols.METHODS:
            return True
        node = self._find(fullname)
        return name in self._names if node is None else makes_generator(node)

    def _find(self, fullname: str) -> SymbolNode | None:
        """The function or method of this name, if it is one of a module or a class."""
        module, _, rest = fullname.rpartition(".")
        path = [rest]
        while module and module not in self._modules:
            module, _, name = module.rpartition(".")
            path.append(name)
        tree = self._modules.get(module)
        symbol = tree.names.get(path.pop()) if tree is not None else None
        while path and symbol is not None:
            info = symbol.node
            symbol = info.get(path.pop()) if isinstance(info, TypeInfo) else None
        return None if symbol is None else symbol.node


def makes_generator(node: SymbolNode) -> bool:
    """Is it, under all decorators, an async generator function?"""
    if isinstance(node, OverloadedFuncDef):
        implementation = node.impl
        return implementation is not None and makes_generator(implementation)
    if isinstance(node, Decorator):
        node = node.func
    return isinstance(node, FuncDef) and node.is_async_generator
