"""Chains of cases that leave nothing over.

mypy narrows the subject of `match`, or of `if … elif …`, case by case, and knows when nothing is
left. It leaves no trace of that. So where the subject's type has a finite number of alternatives,
the way past all cases is taken for doubtful. So it is where comparisons leave no order over, or
sequence patterns no length.

In a function that should yield once, whoever writes cases that each yield or raise counts on one of
them. There the way past them is doubtful, unless it can be seen what is left over: another value of
a parameter that is compared with some, or asked for its class or truth, and used nowhere else.
"""

from __future__ import annotations

from collections import Counter
from itertools import takewhile
from typing import Final

from mypy import nodes, patterns, types
from mypy.nodes import Expression, TypeInfo
from mypy.types import get_proper_type

from genstate.cfg.lower.arms import following_elif
from genstate.cfg.lower.changes import text_of
from genstate.cfg.lower.lowering import Lowering
from genstate.children import own_nodes

_LITERALS: Final = (
    *(nodes.IntExpr, nodes.StrExpr, nodes.BytesExpr, nodes.FloatExpr, nodes.NameExpr),
    *(nodes.TupleExpr, nodes.ListExpr, nodes.SetExpr, nodes.MemberExpr, nodes.UnaryExpr),
)
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
    "is": "s",
    "is not": "t",
}
_ALL: Final = ({*"<=>"}, {*"io"}, {*"st"})


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


def leaves_little(low: Lowering, chain: list[nodes.IfStmt]) -> bool:
    """An `if` with all its `elif`, and no `else`, leaves hardly anything over."""
    whole = chain[-1].else_body is None
    return whole and (_leaves_no_order(chain) or _counts_on_one(low, chain))


def _counts_on_one(low: Lowering, chain: list[nodes.IfStmt]) -> bool:
    """Of the last ways of the chain, which each yield or raise, one is counted on: see above."""
    if not low.depends.once:
        return False
    here = _mentions([chain[0]])
    counted = [*takewhile(lambda node: all(map(_yields_or_raises, node.body)), reversed(chain))]
    tests = [test for node in reversed(counted) for test in node.expr]
    if len(tests) < 2:
        return False
    compared = {_operands(test) for test in tests}
    if len(compared) == 1 and "" not in compared.pop():
        assert isinstance(tests[0], nodes.ComparisonExpr)
        open_ended = all(
            _is_literal(each) or _is_plain_parameter(low, each, here) for each in tests[0].operands
        )
    else:
        named = Counter(name for test in tests for name in _names_in(test))
        asked = (test.name for test in tests if isinstance(test, nodes.NameExpr))
        mixed = any(named[name] > 1 for name in asked)
        open_ended = not mixed and all(_is_open(low, test, here) for test in tests)
    return not open_ended


def counts_on_a_case(low: Lowering, node: nodes.MatchStmt) -> bool:
    """The same for the cases of a `match`."""
    if not low.depends.once or len(node.bodies) < 2:
        return False
    values = all(_is_value(pattern) for pattern in node.patterns) and not any(node.guards)
    seen = values and _is_plain_parameter(low, node.subject, _mentions([node]))
    return all(map(_yields_or_raises, node.bodies)) and not seen


def _is_value(pattern: patterns.Pattern) -> bool:
    if isinstance(pattern, patterns.OrPattern):
        return all(map(_is_value, pattern.patterns))
    return isinstance(pattern, (patterns.ValuePattern, patterns.SingletonPattern))


def _yields_or_raises(way: nodes.Block) -> bool:
    return bool(way.body and isinstance(way.body[-1], nodes.RaiseStmt)) or any(
        isinstance(node, (nodes.YieldExpr, nodes.YieldFromExpr)) for node in own_nodes([way])
    )


def _operands(test: Expression) -> tuple[str, str]:
    """The texts of the two things that a test compares."""
    if not isinstance(test, nodes.ComparisonExpr) or len(test.operators) > 1:
        return "", ""
    left, right = (_text(operand) for operand in test.operands)
    return left, right


def _is_open(low: Lowering, test: Expression, here: Counter[str]) -> bool:
    """The test is of a parameter, and can be seen not to hold for all of its values."""
    if isinstance(test, nodes.UnaryExpr) and test.op == "not":
        test = test.expr
    if isinstance(test, nodes.CallExpr) and isinstance(test.callee, nodes.RefExpr):
        of_class = test.callee.fullname == "builtins.isinstance" and bool(test.args)
        return of_class and _is_plain_parameter(low, test.args[0], here)
    if isinstance(test, nodes.ComparisonExpr):
        if test.operators not in (["=="], ["is"], ["in"]):
            return False
        left, right = test.operands
        return _is_literal(right) and _is_plain_parameter(low, left, here)
    return _is_plain_parameter(low, test, here)


def _is_literal(expression: Expression) -> bool:
    return all(isinstance(each, _LITERALS) for each in own_nodes([expression])) and not any(
        isinstance(each, nodes.NameExpr) and isinstance(each.node, nodes.Var) and not each.fullname
        for each in own_nodes([expression])
    )


def _names_in(test: Expression) -> set[str]:
    return {node.name for node in own_nodes([test]) if isinstance(node, nodes.NameExpr)}


def _is_plain_parameter(low: Lowering, subject: Expression, here: Counter[str]) -> bool:
    """A parameter that is bound nowhere, and is used in the cases alone: so often as `here`."""
    if not isinstance(subject, nodes.NameExpr):
        return False
    place = low.scope.place(subject.name)
    if place not in low.scope.parameters or place in low.scope.bound:
        return False
    return here[subject.name] == low.depends.mentions[subject.name]


def _mentions(roots: list[nodes.Node]) -> Counter[str]:
    return Counter(node.name for node in own_nodes(roots) if isinstance(node, nodes.NameExpr))


def _leaves_no_order(chain: list[nodes.IfStmt]) -> bool:
    """The last tests of a chain compare the same two things, and one of them holds."""
    compared: set[tuple[str, str]] = set()
    found: set[str] = set()
    for test in reversed([test for node in chain for test in node.expr]):
        compared.add(_operands(test))
        if len(compared) > 1 or "" in _operands(test):
            return False
        assert isinstance(test, nodes.ComparisonExpr)
        found |= {*_HOLDS.get(test.operators[0], "")}
        if found in _ALL:
            return True
    return False


def _text(expression: Expression) -> str:
    """What names an object or number; empty for anything else."""
    return str(expression.value) if isinstance(expression, nodes.IntExpr) else text_of(expression)


def always_matches(low: Lowering, pattern: patterns.Pattern, subject: Expression) -> bool:
    """The types say that a class pattern matches: `case str():`, of a string."""
    if not isinstance(pattern, patterns.ClassPattern):
        return False
    whole = not (pattern.positionals or pattern.keyword_values)
    return whole and _is_always(low, subject, pattern.class_ref)


def _is_always(low: Lowering, subject: Expression, classes: Expression) -> bool:
    """The types say that the subject is an instance of one of the classes."""
    found, asked = low.oracle.type_of(subject), low.oracle.handled_types(classes)
    return found is not None and asked is not None and _is_among(found, asked)


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
        return _is_always(low, test.args[0], test.args[1])
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
    following = following_elif(node)
    if following is None:
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
