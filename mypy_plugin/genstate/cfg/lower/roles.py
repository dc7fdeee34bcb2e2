"""What drives the generators of a function: read off its decorators."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mypy import nodes, types
from mypy.nodes import Expression
from mypy.types import get_proper_type

from genstate.cfg.lower.children import walk
from genstate.cfg.lower.driving import keeps_generators
from genstate.cfg.lower.oracle import declared_type, defined
from genstate.cfg.vocabulary import Role
from genstate.knowledge import decorators


def decorator_name(
    expression: Expression, definitions: Mapping[str, Expression] | None = None
) -> str:
    """The full name of a decorator, called or not; empty where it is not a name."""
    while isinstance(expression, nodes.CallExpr):
        expression = expression.callee
    expression = defined(expression, definitions or {})
    return expression.fullname if isinstance(expression, nodes.RefExpr) else ""


def role_of(
    decorator: nodes.Decorator | None,
    safe: frozenset[str] = frozenset(),
    definitions: Mapping[str, Expression] | None = None,
) -> Role:
    """The role of a decorated function: that of the first decorator applied that has one.

    `safe` are decorators that drive their generators in a way of their own; `definitions` are the
    values of the module's variables.
    """
    if decorator is None:
        return Role.PLAIN
    for expression in reversed(decorator.original_decorators):
        name = decorator_name(expression, definitions)
        if name in decorators.ROLES:
            return decorators.ROLES[name]
        if name in safe or name not in decorators.TRANSPARENT:
            return Role.DRIVEN if keeps_generators(expression, definitions or {}) else Role.UNKNOWN
    return Role.PLAIN


def is_handed_over(function: nodes.FuncItem, tree: nodes.MypyFile) -> bool:
    """The module hands the function itself to somebody, who may give it a role.

    As in `asynccontextmanager(function)`, `partial(self.function, 1)` or `Depends(function)`: it is
    named, but not called, and neither is a variable that it is assigned to. An object with a
    `__call__` stands for that.
    """
    if function.info and function.name == "__call__":
        return True
    aliases: set[str] = set()
    harmless: set[nodes.Node] = set()
    inside = list(walk([*tree.defs]))
    for node in inside:
        if isinstance(node, nodes.CallExpr):
            harmless.add(node.callee)
        elif isinstance(node, nodes.AssignmentStmt):
            harmless.update(node.lvalues)
            variables = [each for each in node.lvalues if isinstance(each, nodes.NameExpr)]
            named = [each for each in _choices(node.rvalue) if _is_of(each, function)]
            if named and len(variables) == len(node.lvalues):
                harmless.update(named)
                aliases.update(each.name for each in variables)
    return any(
        node not in harmless
        and (_is_of(node, function) or (isinstance(node, nodes.NameExpr) and node.name in aliases))
        for node in inside
        if isinstance(node, nodes.RefExpr)
    )


def is_hook(function: nodes.FuncItem, tree: nodes.MypyFile) -> bool:
    """A class of another module may hand the method over to somebody who gives it a role.

    It is overridden there, with no type that says what it gives; or its own module never uses it,
    though it is private.
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
    return not any(
        isinstance(node, nodes.MemberExpr) and node.name == function.name
        for node in walk([*tree.defs])
    )


def _says_what_it_gives(method: nodes.SymbolNode | None) -> bool:
    declared = get_proper_type(declared_type(method))
    if not isinstance(declared, types.CallableType):
        return False
    return not isinstance(get_proper_type(declared.ret_type), types.AnyType)


def _choices(value: Expression) -> list[Expression]:
    """What a variable may get: one of the arms of a conditional expression."""
    if isinstance(value, nodes.ConditionalExpr):
        return [*_choices(value.if_expr), *_choices(value.else_expr)]
    return [value]


def is_given_in(text: bytes, function: nodes.FuncItem) -> bool:
    """The source hands the function to a call: mypy keeps none that stands in an annotation.

    As `tasks: Annotated[TaskGroup, Depends(function)]`.
    """
    name = re.escape(function.name.encode())
    return re.search(rb"\w\(\s*(?:\w+\s*=\s*)?" + name + rb"\s*[,)]", text) is not None


def _is_of(expression: Expression, function: nodes.FuncItem) -> bool:
    """The expression names the function, or a method of its name."""
    if isinstance(expression, nodes.MemberExpr) and function.info:
        return expression.name == function.name
    named: object = expression.node if isinstance(expression, nodes.RefExpr) else None
    return named is function


def is_transparent(decorator: nodes.Decorator) -> bool:
    """A call of the decorated function is a call of the function itself."""
    names = [decorator_name(expression) for expression in decorator.original_decorators]
    return bool(names) and all(name in decorators.TRANSPARENT for name in names)
