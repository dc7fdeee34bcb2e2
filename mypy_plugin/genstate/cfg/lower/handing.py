"""Which functions a module hands to somebody who may give them a role.

As in `asynccontextmanager(function)`, `partial(self.function, 1)` or `Depends(function)`: it is
named there, but not called, and neither is a variable that it is assigned to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from mypy import nodes, types
from mypy.nodes import Expression
from mypy.types import get_proper_type

from genstate.cfg.lower.oracle import declared_type
from genstate.children import walk

_ARGUMENT: Final = re.compile(rb"\w\(\s*(?:[\w\x80-\xff]+\s*=\s*)?([\w\x80-\xff]+)(?=\s*[,)])")


class Handing:
    """What a module does with its functions, other than to call them.

    Args:
        tree: the module.
        text: its source: mypy keeps no call that stands in an annotation, as
            `tasks: Annotated[TaskGroup, Depends(function)]`.
    """

    def __init__(self, tree: nodes.MypyFile, text: bytes) -> None:
        self._references = _References(tree)
        #: The names that the first arguments of calls consist of.
        self._arguments = frozenset(_ARGUMENT.findall(text))

    def hands_over(self, function: nodes.FuncItem) -> bool:
        """The function may be given a role. An object with a `__call__` stands for that."""
        return (
            (bool(function.info) and function.name == "__call__")
            or self._references.hand_over(function)
            or function.name.encode() in self._arguments
            or self._is_hook(function)
        )

    def _is_hook(self, function: nodes.FuncItem) -> bool:
        """A class of another module may hand the method over to somebody who gives it a role.

        It is overridden there, with no type that says what it gives; or its own module never uses
        it, though it is private.
        """
        info = function.info
        if not info:
            return False
        outside = [base for base in info.mro[1:-1] if base.module_name != info.module_name]
        for base in outside:
            if function.name in base.names:
                return not _says_what_it_gives(base.names[function.name].node)
        if not (outside or info.fallback_to_any) or not function.name.startswith("_"):
            return False
        return function.name not in self._references.members


class _References:
    """What is named in a module, other than to be called or assigned to."""

    def __init__(self, tree: nodes.MypyFile) -> None:
        #: The names of all attributes that are asked for, those of methods that are called, too.
        self.members: set[str] = set()
        self._of: dict[nodes.SymbolNode, list[nodes.RefExpr]] = {}
        self._of_member: dict[str, list[nodes.RefExpr]] = {}
        self._uses: dict[str, list[nodes.RefExpr]] = {}
        self._variables: dict[Expression, list[str]] = {}
        references, harmless = [], set()
        for node in walk(tree.defs):
            if isinstance(node, nodes.CallExpr):
                harmless.add(node.callee)
            elif isinstance(node, nodes.AssignmentStmt):
                harmless.update(node.lvalues)
                self._note_variables(node)
            elif isinstance(node, nodes.RefExpr):
                references.append(node)
        for reference in references:
            if isinstance(reference, nodes.MemberExpr):
                self.members.add(reference.name)
            if reference not in harmless:
                self._note(reference)

    def _note_variables(self, assignment: nodes.AssignmentStmt) -> None:
        variables = [each for each in assignment.lvalues if isinstance(each, nodes.NameExpr)]
        if len(variables) == len(assignment.lvalues):
            for choice in _choices(assignment.rvalue):
                self._variables[choice] = [variable.name for variable in variables]

    def _note(self, reference: nodes.RefExpr) -> None:
        if reference.node is not None:
            self._of.setdefault(reference.node, []).append(reference)
        if isinstance(reference, nodes.MemberExpr):
            self._of_member.setdefault(reference.name, []).append(reference)
        elif isinstance(reference, nodes.NameExpr):
            self._uses.setdefault(reference.name, []).append(reference)

    def hand_over(self, function: nodes.FuncItem) -> bool:
        """The function, or a variable that it is assigned to, is named and not called."""
        named = {*self._of.get(function, ())} if isinstance(function, nodes.FuncDef) else set()
        if function.info:  # a method, of whatever object
            named.update(self._of_member.get(function.name, ()))
        aliases: set[str] = set()
        for reference in named:
            if reference not in self._variables:
                return True
            aliases.update(self._variables[reference])
        return any(use not in named for alias in aliases for use in self._uses.get(alias, ()))


def _choices(value: Expression) -> Iterator[Expression]:
    """What a variable may get: one of the arms of a conditional expression."""
    if isinstance(value, nodes.ConditionalExpr):
        yield from _choices(value.if_expr)
        yield from _choices(value.else_expr)
    else:
        yield value


def _says_what_it_gives(method: nodes.SymbolNode | None) -> bool:
    declared = get_proper_type(declared_type(method))
    if not isinstance(declared, types.CallableType):
        return False
    return not isinstance(get_proper_type(declared.ret_type), types.AnyType)
