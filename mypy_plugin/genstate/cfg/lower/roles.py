"""What drives the generators of a function: read off its decorators."""

from __future__ import annotations

from collections.abc import Mapping

from mypy import nodes
from mypy.nodes import Expression

from genstate.cfg.lower.driving import keeps_generators
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
            return Role.DRIVEN if keeps_generators(expression, definitions or {}) else Role.UNKNOWN
    return Role.PLAIN


def is_transparent(decorator: nodes.Decorator) -> bool:
    """A call of the decorated function is a call of the function itself."""
    names = [decorator_name(expression) for expression in decorator.original_decorators]
    return bool(names) and all(name in decorators.TRANSPARENT for name in names)
