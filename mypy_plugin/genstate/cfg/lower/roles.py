"""What drives the generators of a function: read off its decorators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mypy import nodes
from mypy.nodes import Expression

from genstate.cfg.lower.children import own_nodes, walk
from genstate.cfg.lower.oracle import defined
from genstate.cfg.lower.scope import bound_names
from genstate.cfg.vocabulary import Role
from genstate.knowledge import decorators

_YIELDS: Final = (nodes.YieldExpr, nodes.YieldFromExpr)


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


def hands_over(function: nodes.FuncItem) -> bool:
    """The function yields once, and what it yields is what a `with` has opened around it.

    So context managers do, and what frameworks make one of: `Annotated[T, Depends(function)]`.
    """
    inside = list(own_nodes([function.body]))
    yields = [node for node in inside if isinstance(node, _YIELDS)]
    loops = [node for node in inside if isinstance(node, (nodes.ForStmt, nodes.WhileStmt))]
    if len(yields) != 1 or any(yields[0] in own_nodes([loop]) for loop in loops):
        return False
    value = yields[0].expr
    opened = (node.target for node in inside if isinstance(node, nodes.WithStmt))
    names = {name for targets in opened for target in targets for name in bound_names(target)}
    return isinstance(value, nodes.NameExpr) and value.name in names


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
