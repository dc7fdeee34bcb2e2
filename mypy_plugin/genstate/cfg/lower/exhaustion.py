"""Chains of cases that leave nothing over.

mypy narrows the subject of `match`, or of `if … elif …`, case by case, and knows when nothing is
left. It leaves no trace of that. So where the subject's type has a finite number of alternatives,
the way past all cases is taken for doubtful. So it is where comparisons leave no order over, or
sequence patterns no length.
"""

from __future__ import annotations

from typing import Final

from mypy import nodes, patterns, types
from mypy.nodes import Expression, TypeInfo
from mypy.types import get_proper_type

from genstate.cfg.lower.changes import text_of
from genstate.cfg.lower.children import own_nodes
from genstate.cfg.lower.lowering import Lowering

#: How two values may stand to each other where a comparison holds: less, equal, greater; in, out.
_HOLDS: Final = {
    "<": "<",
    "<=": "<=",
    "==": "=",
    "!=": "<>",
    ">=": "=>",
    ">": ">",
    "in": "i",
    "not in": "o",
}
_ALL: Final = ({*"<=>"}, {*"io"})


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
    if low.chained.get(node) or (first and leaves_no_order(node)):
        return True
    closed = any(
        is_closed(low, subject) and not _is_followed_flag(low, subject)
        for subject in _subjects(node.expr[0])
    )
    return closed and (first or node in low.chained)


def leaves_no_order(node: nodes.IfStmt) -> bool:
    """The tests of a chain compare the same two things, and one of them holds."""
    found: set[str] = set()
    compared: set[tuple[str, str]] = set()
    chained: nodes.IfStmt | None = node
    while chained is not None:
        test = chained.expr[0]
        if not isinstance(test, nodes.ComparisonExpr) or len(test.operators) > 1:
            return False
        left, right = (_text(operand) for operand in test.operands)
        compared.add((left, right))
        found |= {*_HOLDS.get(test.operators[0], "")}
        chained = continues_chain(chained)
    return len(compared) == 1 and "" not in compared.pop() and found in _ALL


def _text(expression: Expression) -> str:
    """What names an object or number; empty for anything else."""
    return str(expression.value) if isinstance(expression, nodes.IntExpr) else text_of(expression)


def leaves_no_length(node: nodes.MatchStmt) -> bool:
    """The cases take all sequences, however long they are."""
    exact: set[int] = set()
    least: int | None = None
    for pattern, guard in zip(node.patterns, node.guards, strict=True):
        if not isinstance(pattern, patterns.SequencePattern) or guard is not None:
            continue
        starred = [p for p in pattern.patterns if isinstance(p, patterns.StarredPattern)]
        others = [p for p in pattern.patterns if p not in starred]
        if not all(isinstance(p, patterns.AsPattern) and p.pattern is None for p in others):
            continue
        if starred:
            least = len(others) if least is None else min(least, len(others))
        else:
            exact.add(len(others))
    return least is not None and exact.issuperset(range(least))


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
