"""Telling mypy's daemon what a function depends on besides what mypy knows itself.

The daemon checks a function again when the declaration of something that it names has changed. It
does not know that genstate also goes by

- the bodies of other functions of the module, and what these bodies name in turn;
- whether a function of another module is a generator function or a coroutine function, which its
  signature does not always tell;
- whether a class has certain special methods, and what the names in the configuration stand for.

All are told in mypy's own words. The first, as further entries in the module's dependencies: what
has to do with such a body also has to do with all that names its function. The second, as a symbol
of a name that no program can use, which comes and goes with the function's kind. The third, as the
names of type aliases.
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
    from mypy.nodes import FuncItem, MypyFile, SymbolTable


#: What decides whether an object is true, and whether code of its class runs when it is made, or
#: when an attribute is read or set.
_ASKED_FOR: Final = ("__bool__", "__len__", "__post_init__", "__setattr__", "__getattribute__")


def declare_kinds(checker: TypeChecker) -> None:
    """Let a change of a function's kind be a change of the module that is checked."""
    tree = checker.tree
    for kind, fullname in sorted(_kinds(tree.fullname, tree.names)):
        name = _name_of(kind, fullname[len(tree.fullname) + 1 :])
        marker = Var(name)
        marker._fullname = f"{tree.fullname}.{name}"
        tree.names[name] = SymbolTableNode(
            GDEF, marker, module_public=False, module_hidden=True, plugin_generated=True
        )
        _depend(checker, _trigger(marker.fullname), fullname)


class Bodies:
    """Lets what the bodies of functions depend on count for all that name these functions.

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
        for trigger in triggers:
            _depend(checker, trigger, function.fullname)


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


def _name_of(kind: str, name: str) -> str:
    """A name that is like no other: mypy offers names that are like a misspelt one."""
    digest = hashlib.sha1(f"{kind} {name}".encode(), usedforsecurity=False).hexdigest()
    return f"({digest})"


def _depend(checker: TypeChecker, trigger: str, fullname: str) -> None:
    """Let all that names `fullname` be checked again when mypy fires the trigger."""
    checker.tree.plugin_deps.setdefault(trigger, set()).add(_trigger(fullname))


def _trigger(fullname: str) -> str:
    return f"<{fullname}>"


def _kinds(owner: str, names: SymbolTable) -> Iterator[tuple[str, str]]:
    """The kind and the full name of the functions and methods in a symbol table."""
    for name, symbol in names.items():
        node = symbol.node
        if node is None or node.fullname != f"{owner}.{name}":
            continue  # it is imported, and told where it is defined
        function = node.impl if isinstance(node, OverloadedFuncDef) else node
        if isinstance(function, Decorator):
            function = function.func
        if isinstance(function, FuncDef) and (function.is_generator or function.is_coroutine):
            words = (
                "coroutine" * function.is_coroutine,
                "generator" * function.is_generator,
                "decorated" * function.is_decorated,
            )
            yield " ".join(filter(None, words)), node.fullname
        elif isinstance(node, TypeInfo):
            yield from _kinds(node.fullname, node.names)
