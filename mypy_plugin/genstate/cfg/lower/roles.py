"""What drives the generators of a function: read off its decorators."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mypy import nodes
from mypy.nodes import Expression

from genstate.cfg.lower.children import walk
from genstate.cfg.lower.oracle import defined
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
            return Role.UNKNOWN
    return Role.PLAIN


def is_handed_over(function: nodes.FuncItem, tree: nodes.MypyFile) -> bool:
    """The module hands the function itself to somebody, who may give it a role.

    As in `asynccontextmanager(function)`, `partial(self.function, 1)` or `Depends(function)`: it is
    named, but not called.
    """
    called: set[nodes.Node] = set()
    for node in walk([*tree.defs], lambda _: True):
        if isinstance(node, nodes.CallExpr):
            called.add(node.callee)
        elif isinstance(node, nodes.RefExpr) and node not in called and _is_of(node, function):
            return True
    return False


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
