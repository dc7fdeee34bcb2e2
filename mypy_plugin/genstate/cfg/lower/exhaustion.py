"""Chains of cases that leave nothing over.

mypy narrows the subject of `match`, or of `if … elif …`, case by case, and knows when nothing is
left. It leaves no trace of that. So where the subject's type has a finite number of alternatives,
the way past all cases is taken for doubtful.
"""

from __future__ import annotations

from mypy import nodes, types
from mypy.nodes import Expression
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


def is_end_of_chain(low: Lowering, node: nodes.IfStmt) -> bool:
    """`node` is the last `elif` of a chain without `else`, all about one subject of closed type."""
    return node in low.chained and any(is_closed(low, s) for s in _subjects(node.expr[0]))


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
