"""Values that may be None against their declared types.

mypy reports where a variable gets a value that its type excludes: `def f(limit: float = None)`, or
a second loop with the same variable. It goes on with the type all the same, and so does the program
with the value.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mypy import nodes, types
from mypy.nodes import Expression
from mypy.types import Type, get_proper_type

from genstate.cfg.lower.oracle import excludes_none

if TYPE_CHECKING:
    from genstate.cfg.lower.lowering import Lowering


def never_none(low: Lowering, expression: Expression) -> bool:
    """The type of the expression excludes None, and nothing that is seen speaks against it."""
    if not low.oracle.never_none(expression):
        return False
    if isinstance(expression, nodes.MemberExpr):
        return not _starts_as_none(low, expression)
    if not isinstance(expression, nodes.NameExpr):
        return True
    if low.contradicted is None:
        low.contradicted = frozenset(_contradicted(low))
    return expression.name not in low.contradicted


def _starts_as_none(low: Lowering, attribute: nodes.MemberExpr) -> bool:
    """A class of the module gives it None at first, as in `limit = None  # type: float`."""
    owner = low.oracle.type_of(attribute.expr)
    symbol = owner.type.get(attribute.name) if isinstance(owner, types.Instance) else None
    variable = None if symbol is None else symbol.node
    if not isinstance(variable, nodes.Var) or not variable.info:
        return False
    if variable.info.module_name != low.around.module:
        return False
    first = low.around.classes.of(variable.info).only_value(attribute.name)
    return isinstance(first, nodes.NameExpr) and first.fullname == "builtins.None"


def _contradicted(low: Lowering) -> Iterator[str]:
    """The variables that get a value which may be None, though declared otherwise."""
    for argument in low.arguments:
        default = argument.initializer
        if default is not None and _contradicts(low.oracle.type_of(default), argument.variable):
            yield argument.variable.name
    type_of, inside = low.oracle.type_of, low.inside
    given: list[tuple[Type | None, Expression]] = [
        (type_of(each.rvalue), target)
        for each in inside.of(nodes.AssignmentStmt)
        for target in each.lvalues
    ]
    given += [(_item(type_of(each.expr)), each.index) for each in inside.of(nodes.ForStmt)]
    for value, target in given:
        if isinstance(target, nodes.NameExpr) and _contradicts(value, target.node):
            yield target.name


def _contradicts(given: Type | None, variable: nodes.SymbolNode | None) -> bool:
    declared = variable.type if isinstance(variable, nodes.Var) else None
    given = get_proper_type(given)
    if given is None or declared is None or isinstance(given, types.AnyType):
        return False
    return excludes_none(declared) and not excludes_none(given)


def _item(iterable: Type | None) -> Type | None:
    """The type of the values of an iterable that has one type argument, or of a tuple."""
    iterable = get_proper_type(iterable)
    if isinstance(iterable, types.TupleType):
        return types.UnionType.make_union(iterable.items)
    if isinstance(iterable, types.Instance) and len(iterable.args) == 1:
        return iterable.args[0]
    return None
