"""Comparisons that can be followed, and the values that they compare with."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import Final

from mypy import nodes, types
from mypy.nodes import Expression, TypeInfo
from mypy.types import get_proper_type

from genstate.cfg.lower import callees
from genstate.cfg.lower.lowering import Lowering
from genstate.cfg.lower.oracle import defined
from genstate.cfg.vocabulary import (
    Compare,
    Condition,
    Exact,
    IsInstance,
    IsNone,
    Test,
    Truth,
)

NEGATED: Final = {"is not": "is", "!=": "==", "not in": "in"}
_COMPARED: Final = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
_MIRRORED: Final = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "==": "==", "is": "is"}


def exact(expression: Expression) -> Exact | None:
    """The value of an expression that says it in full."""
    if isinstance(expression, (nodes.IntExpr, nodes.StrExpr, nodes.FloatExpr)):
        return Exact(type(expression.value).__name__, expression.value)
    if isinstance(expression, nodes.BytesExpr):
        return Exact("bytes", expression.value)
    if isinstance(expression, nodes.UnaryExpr) and expression.op == "-":
        if isinstance(expression.expr, (nodes.IntExpr, nodes.FloatExpr)):
            return Exact(type(expression.expr.value).__name__, -expression.expr.value)
        return None
    if isinstance(expression, nodes.MemberExpr) and isinstance(expression.expr, nodes.RefExpr):
        info = expression.expr.node
        if isinstance(info, TypeInfo) and _is_member(info, expression.name):
            return Exact(info.fullname, _first_of_its_value(info, expression.name))
    return None


def _is_member(info: TypeInfo, name: str) -> bool:
    """Is it a member of an enum? A method may be one by a decorator; mypy's cache has none."""
    if not (info.is_enum and name in info.enum_members):
        return False
    return not isinstance(info.names[name].node, nodes.Decorator)


def _first_of_its_value(info: TypeInfo, name: str) -> str:
    """The member that `name` stands for: one with the value of an earlier one is its alias."""
    value = _member_value(info, name)
    if value is None:
        return name
    return next(other for other in info.enum_members if _member_value(info, other) == value)


def _member_value(info: TypeInfo, name: str) -> object:
    """The value of an enum's member where it is a literal; None where it is not.

    Before mypy has come to the class, the type of the member is not known, but its definition is.
    """
    symbol = info.names.get(name)
    if symbol is None or not isinstance(symbol.node, nodes.Var):
        return None
    found = get_proper_type(symbol.node.type)
    if isinstance(found, types.Instance):
        return None if found.last_known_value is None else found.last_known_value.value
    written = _definition(info, name) if found is None else None
    if isinstance(written, nodes.NameExpr):
        written = _definition(info, written.name)
    known = exact(written) if written is not None else None
    return None if known is None else known.value


def _definition(info: TypeInfo, name: str) -> Expression | None:
    for statement in info.defn.defs.body:
        if isinstance(statement, nodes.AssignmentStmt):
            for target in statement.lvalues:
                if isinstance(target, nodes.NameExpr) and target.name == name:
                    return statement.rvalue
    return None


def comparison(
    low: Lowering, expression: nodes.ComparisonExpr, memory: Condition | None
) -> tuple[Test | None, bool] | None:
    """`x is None`, `x == True`, `x == "word"`, `type(x) is X`; and whether it is turned round."""
    negated = expression.operators[0] in NEGATED
    operator = NEGATED.get(expression.operators[0], expression.operators[0])
    left, right = expression.operands
    if operator in ("is", "==", "in"):
        subject = _asked_class(left)
        if subject is not None:
            handled = low.oracle.handled(right)
            low.value(left)
            return IsInstance(low.value(subject), handled, exactly=True), negated
        if low.scope.variable(left) is not None and low.oracle.names_exceptions(right):
            handled = low.oracle.handled(right)
            return IsInstance(low.value(left), handled, exactly=True, memory=memory), negated
    if isinstance(right, nodes.NameExpr) and operator in ("is", "=="):
        found = _singleton(low, left, right, operator)
        if found is not None:
            return found[0], negated != found[1]
    return _literal(low, expression, operator, memory, negated=negated)


def _asked_class(expression: Expression) -> Expression | None:
    """What `type(x)` or `x.__class__` asks for the class of."""
    if isinstance(expression, nodes.CallExpr) and len(expression.args) == 1:
        named = isinstance(expression.callee, nodes.RefExpr)
        asks = named and callees.fullname(expression.callee) == "builtins.type"
        return _name(expression.args[0]) if asks else None
    if isinstance(expression, nodes.MemberExpr) and expression.name == "__class__":
        return _name(expression.expr)
    return None


def _name(expression: Expression) -> nodes.NameExpr | None:
    return expression if isinstance(expression, nodes.NameExpr) else None


def _singleton(
    low: Lowering, left: Expression, right: nodes.NameExpr, operator: str
) -> tuple[Test, bool] | None:
    if right.fullname == "builtins.None" and operator == "is":
        return IsNone(low.value(left)), False
    if right.fullname in ("builtins.True", "builtins.False") and _is_bool(low, left):
        return Truth(low.value(left)), right.fullname == "builtins.False"
    return None


def _literal(
    low: Lowering,
    expression: nodes.ComparisonExpr,
    operator: str,
    memory: Condition | None,
    *,
    negated: bool,
) -> tuple[Test | None, bool] | None:
    left, right = expression.operands
    if operator == "in":
        items = right.items if isinstance(right, (nodes.TupleExpr, nodes.ListExpr)) else []
        others = [*items]
    elif operator in _MIRRORED and low.scope.variable(left) is None:
        left, right, operator = right, left, _MIRRORED[operator]
        others = [right]
    else:
        others = [right]
    place = low.scope.variable(left)
    if place is None or operator not in {*_MIRRORED, "in"}:
        return None
    constants = low.around.definitions
    values = [exact(defined(other, constants)) for other in others]
    known = tuple(value for value in values if value is not None)
    if not known or len(known) != len(others):
        return None
    low.value(expression)
    return Compare(place, operator, known, memory), negated


def _is_bool(low: Lowering, expression: Expression) -> bool:
    found = low.oracle.type_of(expression)
    return getattr(getattr(found, "type", None), "fullname", "") == "builtins.bool"


@dataclass(frozen=True, slots=True)
class SizeTest:
    """A test of how many items a container has.

    Attributes:
        container: the container, which is true if it is not empty.
        empty: the test holds where the container is empty.
        decides: it is a test of just that; else it holds for some containers that are not empty.
    """

    container: Expression
    empty: bool
    decides: bool


def size_test(low: Lowering, expression: Expression) -> SizeTest | None:
    """`len(x)`, `len(x) > 0`, `0 == len(x)`, `len(x) >= 2` …"""
    operator, size = ">", 0
    if isinstance(expression, nodes.ComparisonExpr) and len(expression.operators) == 1:
        operator = expression.operators[0]
        expression, other = expression.operands
        if isinstance(expression, nodes.IntExpr):
            operator, expression, other = _MIRRORED.get(operator, operator), other, expression
        if not isinstance(other, nodes.IntExpr):
            return None
        size = other.value
    if not (
        operator in _COMPARED
        and isinstance(expression, nodes.CallExpr)
        and callees.fullname(expression.callee) == "builtins.len"
        and len(expression.args) == 1
        and low.oracle.is_true_by_size(expression.args[0])
    ):
        return None
    at_none, at_one, at_many = (_COMPARED[operator](n, size) for n in (0, 1, size + 2))
    if at_none is at_one is at_many or (at_none and (at_one or at_many)):
        return None
    return SizeTest(expression.args[0], empty=at_none, decides=at_none or (at_one and at_many))
