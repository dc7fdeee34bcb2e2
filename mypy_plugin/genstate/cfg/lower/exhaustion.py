"""Chains of cases that leave nothing over.

mypy narrows the subject of `match`, or of `if … elif …`, case by case, and knows when nothing is
left. It leaves no trace of that. So where the subject's type has a finite number of alternatives,
the way past all cases is taken for doubtful.
"""

from __future__ import annotations

from mypy import nodes, types
from mypy.nodes import Expression, TypeInfo
from mypy.types import get_proper_type

from genstate.cfg.lower.children import own_nodes
from genstate.cfg.lower.lowering import Lowering


def is_closed(low: Lowering, subject: Expression) -> bool:
    """The subject's type has a finite number of alternatives, which cases can exhaust."""
    found = low.oracle.type_of(subject)
    if isinstance(found, types.TupleType):
        return True
    if isinstance(found, types.Instance):
        literal = found.last_known_value is not None
        return literal or found.type.is_enum or found.type.fullname == "builtins.bool"
    if isinstance(found, types.UnionType):
        items = [get_proper_type(item) for item in found.items]
        return not any(isinstance(item, types.AnyType) for item in items)
    return isinstance(found, types.LiteralType)


def is_end_of_chain(low: Lowering, node: nodes.IfStmt, *, first: bool = False) -> bool:
    """`node` is an `elif` of a chain that is all about one subject of closed type.

    mypy narrows the subject from test to test, so that the type may be closed only at the first.
    """
    if low.chained.get(node):
        return True
    closed = any(
        is_closed(low, subject) and not _is_followed_flag(low, subject)
        for subject in _subjects(node.expr[0])
    )
    return closed and (first or node in low.chained)


def _is_followed_flag(low: Lowering, subject: nodes.NameExpr | nodes.MemberExpr) -> bool:
    """A flag of the function's own: its value tells which of the tests may fail together."""
    if not isinstance(subject, nodes.NameExpr):
        return False
    place = low.scope.place(subject.name)
    found = low.oracle.type_of(subject)
    if isinstance(found, types.LiteralType):
        found = found.fallback
    return (
        place is not None
        and place not in low.scope.rebound
        and isinstance(found, types.Instance)
        and found.type.fullname == "builtins.bool"
    )


def always_holds(low: Lowering, test: Expression) -> bool:
    """The types say that a test holds: what came before has left nothing else over."""
    if isinstance(test, nodes.CallExpr) and isinstance(test.callee, nodes.RefExpr):
        if test.callee.fullname != "builtins.isinstance" or len(test.args) != 2:
            return False
        found, asked = low.oracle.type_of(test.args[0]), low.oracle.handled_types(test.args[1])
        return found is not None and asked is not None and _is_among(found, asked)
    if isinstance(test, nodes.ComparisonExpr) and test.operators in (["is"], ["=="]):
        left, right = (low.oracle.literal(operand) for operand in test.operands)
        return left is not None and left == right
    return False


def _is_among(found: types.ProperType, asked: list[TypeInfo]) -> bool:
    if isinstance(found, types.UnionType):
        return all(_is_among(get_proper_type(item), asked) for item in found.items)
    if isinstance(found, types.TupleType):
        found = found.partial_fallback
    if isinstance(found, types.LiteralType):
        found = found.fallback
    return isinstance(found, types.Instance) and any(
        found.type.has_base(info.fullname) for info in asked
    )


def continues_chain(node: nodes.IfStmt) -> nodes.IfStmt | None:
    """The `elif` of `node`, if its test is about the same subject."""
    if node.else_body is None or len(node.else_body.body) != 1:
        return None
    following = node.else_body.body[0]
    if not isinstance(following, nodes.IfStmt):
        return None
    names = {subject.name for subject in _subjects(node.expr[0])}
    if any(subject.name in names for subject in _subjects(following.expr[0])):
        return following
    return None


def _subjects(test: Expression) -> list[nodes.NameExpr | nodes.MemberExpr]:
    """The names and attributes in a test that are variables."""
    return [
        node
        for node in own_nodes([test])
        if isinstance(node, (nodes.NameExpr, nodes.MemberExpr)) and isinstance(node.node, nodes.Var)
    ]
