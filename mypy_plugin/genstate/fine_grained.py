"""Telling mypy's daemon what a function depends on besides what mypy knows itself.

The daemon checks a function again when the declaration of something that it names has changed. It
does not know that genstate also goes by

- the bodies of other functions of the module, whether it names these functions or not;
- whether a function of another module is a generator function or a coroutine function, which its
  signature does not always tell; which variables there have a type that is written down, and which
  classes are dataclasses;
- whether a class has certain special methods, and what the names in the configuration stand for.

All are told in mypy's own words. The first, as further entries in the module's dependencies: what
has to do with such a body has to do with all that is analysed in the module. The second, as a
symbol of a name that no program can use, and another one after each change. The third, as the names
of type aliases.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from mypy.nodes import (
    GDEF,
    Decorator,
    FuncDef,
    OverloadedFuncDef,
    SymbolTableNode,
    TypeInfo,
    Var,
)

from genstate import compat

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mypy.checker import TypeChecker
    from mypy.nodes import FuncItem, MypyFile, SymbolNode, SymbolTable


#: What decides whether an object is true, and whether code of its class runs when it is made, or
#: when an attribute is read or set.
_ASKED_FOR: Final = ("__bool__", "__len__", "__post_init__", "__setattr__", "__getattribute__")


#: How the names begin that no program can use.
_MARK: Final = "("


class Kinds:
    """Lets a change of the kind of a function, variable or class be a change of its module.

    What comes or goes is told by mypy. That the kind of something changes which stays is seldom:
    then all that names anything of the module is checked again.
    """

    def __init__(self) -> None:
        self._known: dict[str, tuple[dict[str, str], int]] = {}

    def declare(self, checker: TypeChecker) -> None:
        """Declare those of the module that is checked, before anything in it is."""
        tree = checker.tree
        for name in [name for name in tree.names if name.startswith(_MARK)]:
            del tree.names[name]  # of the last time
        kinds = dict(_kinds(tree.fullname, tree.names))
        changes = self._changes(checker, kinds)
        self._known[tree.fullname] = kinds, changes
        if changes:
            _mark(tree, _name_of(changes))
        # When mypy comes back to a part of the module only, it does not read what is added here.
        triggers = {_trigger(fullname) for fullname in kinds}
        for change in range(max(changes, 1), changes + 2):
            tree.plugin_deps[_trigger(f"{tree.fullname}.{_name_of(change)}")] = triggers

    def _changes(self, checker: TypeChecker, kinds: dict[str, str]) -> int:
        """How often the kind of something in the module has changed.

        After a daemon was started from a cache, it may have when the module is seen first.
        """
        if checker.tree.fullname not in self._known:
            return int(checker.options.use_fine_grained_cache)
        before, changes = self._known[checker.tree.fullname]
        return changes + any(before.get(name, kind) != kind for name, kind in kinds.items())


def _mark(tree: MypyFile, name: str) -> None:
    """Put a symbol into the module: the one that was there before goes, and this one comes."""
    marker = Var(name)
    marker._fullname = f"{tree.fullname}.{name}"
    tree.names[name] = SymbolTableNode(
        GDEF, marker, module_public=False, module_hidden=True, plugin_generated=True
    )


def declare_analysis(checker: TypeChecker) -> None:
    """Let the function in hand depend on the bodies of the module that were asked about.

    Which of them it has asked about is not known: others may have asked before.
    """
    declare_names(checker, [_bodies_of(checker.tree)])


class Bodies:
    """Lets what the bodies of functions depend on count for all that is analysed in their module.

    What a body depends on is told by its types, so a body is declared when another one has asked
    about it, and again when mypy has checked it.
    """

    def __init__(self) -> None:
        self._asked: set[FuncDef] = set()
        self._told: dict[FuncDef, Iterable[str]] = {}

    def declare(self, checker: TypeChecker, asked: set[FuncDef], left: FuncItem | MypyFile) -> None:
        """Declare what has to be, as mypy is done with one of the module's functions.

        Args:
            checker: the checker of the module.
            asked: the functions of the module whose bodies counted for others, so far.
            left: the function, or the module's own statements.
        """
        if asked is not self._asked:
            self._asked, self._told = asked, {}
        if left in asked and isinstance(left, FuncDef):
            self._told.pop(left, None)
        for function in asked - self._told.keys() if len(asked) > len(self._told) else ():
            self._declare_body(checker, function)
        if compat.checks_single_functions(checker):
            # What plugins say of a module's dependencies is read when all of it is checked.
            for triggers in self._told.values():
                declare_names(checker, (trigger[1:-1] for trigger in triggers))

    def _declare_body(self, checker: TypeChecker, function: FuncDef) -> None:
        """Not while mypy waits for more to tell the type of a variable in it."""
        try:
            triggers = compat.dependencies_of(checker, function)
        except AssertionError:  # mypy's, for a partial type
            return
        self._told[function] = triggers
        bodies = _trigger(_bodies_of(checker.tree))
        for trigger in triggers:
            checker.tree.plugin_deps.setdefault(trigger, set()).add(bodies)


def declare_names(checker: TypeChecker, names: Iterable[str]) -> None:
    """Let the function in hand depend on what stands under these full names, now or later.

    mypy reads what it has noted of type aliases with a function's dependencies, and takes any name.
    """
    checker.tree.alias_deps[checker.tscope.current_target()].update(names)


def special_methods(classes: Iterable[TypeInfo]) -> Iterator[str]:
    """The full names of methods that are asked for, whether these classes have them or not."""
    for base in {base for info in classes for base in info.mro}:
        if base.module_name != "builtins":
            yield from (f"{base.fullname}.{method}" for method in _ASKED_FOR)


def _name_of(changes: int) -> str:
    """A name that is like no other: mypy offers names that are like a misspelt one."""
    digest = hashlib.sha1(str(changes).encode(), usedforsecurity=False).hexdigest()
    return f"{_MARK}{digest})"


def _bodies_of(tree: MypyFile) -> str:
    """What stands for all bodies of the module that were asked about."""
    return f"{tree.fullname}.{_MARK}bodies)"


def _trigger(fullname: str) -> str:
    return f"<{fullname}>"


def _defined(owner: str, names: SymbolTable) -> Iterator[SymbolNode]:
    """What a symbol table and those of its classes define; what is imported is told elsewhere."""
    for name, symbol in names.items():
        node = symbol.node
        if node is not None and node.fullname == f"{owner}.{name}":
            yield node
            if isinstance(node, TypeInfo):
                yield from _defined(node.fullname, node.names)


def _kinds(owner: str, names: SymbolTable) -> Iterator[tuple[str, str]]:
    """The full names of what a module defines, each with what mypy does not compare of it."""
    for node in _defined(owner, names):
        if isinstance(node, Var):
            yield node.fullname, "inferred" * node.is_inferred
        elif isinstance(node, TypeInfo):
            yield node.fullname, "dataclass" * ("dataclass" in node.metadata)
        else:
            yield node.fullname, _kind(node)


def _kind(node: SymbolNode) -> str:
    function = node.impl if isinstance(node, OverloadedFuncDef) else node
    if isinstance(function, Decorator):
        function = function.func
    if not isinstance(function, FuncDef):
        return ""
    words = (
        "coroutine" * function.is_coroutine,
        "generator" * function.is_generator,
        "decorated" * function.is_decorated,
    )
    return " ".join(filter(None, words))
