"""What statements read, bind and change, by the text that names it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from mypy import nodes
from mypy.nodes import Expression, Node

from genstate.cfg.lower.children import own_nodes, walk
from genstate.cfg.lower.oracle import Oracle
from genstate.cfg.lower.scope import bound_names, captured, mentioned
from genstate.knowledge.functions import LOOKING

_CONSTANTS: Final = frozenset({"builtins.None", "builtins.True", "builtins.False"})


_WRITTEN_DOWN: Final = (
    nodes.ListExpr,
    nodes.DictExpr,
    nodes.SetExpr,
    nodes.IntExpr,
    nodes.FloatExpr,
    nodes.StrExpr,
    nodes.BytesExpr,
)


def changed_inside(function: nodes.FuncItem) -> set[str]:
    """What a nested function changes of the variables around it, whenever it is called."""
    names, rebound = captured(function)
    changed = {
        text.partition(".")[0]
        for node in walk([function.body], lambda _: True)
        for text in changed_by(node)
    }
    return rebound | (names & changed)


def calls_in(roots: list[Node]) -> Iterator[nodes.CallExpr]:
    return (node for node in own_nodes(roots) if isinstance(node, nodes.CallExpr))


def calls_made(inside: list[Node]) -> Iterator[nodes.CallExpr]:
    """The calls that statements are there for: not those of conditions and yields."""
    for node in inside:
        value = _value(node)
        if not isinstance(value, (nodes.YieldExpr, nodes.YieldFromExpr)):
            yield from calls_in([value] if value is not None else [])


def made_once(inside: list[Node]) -> dict[str, Expression]:
    """The values of variables and attributes to which one statement assigns, by their text."""
    counts: Counter[str] = Counter()
    found: dict[str, Expression] = {}
    for node in inside:
        for target in targets_of(node):
            counts[text_of(target)] += 1
            if isinstance(node, nodes.AssignmentStmt):
                found[text_of(target)] = node.rvalue
    return {text: value for text, value in found.items() if text and counts[text] == 1}


def handed_out(inside: list[Node]) -> set[str]:
    """What other code may get hold of: it is not only assigned to, and asked for attributes."""
    plain = {id(node.expr) for node in inside if isinstance(node, nodes.MemberExpr)}
    plain |= {id(target) for node in inside for target in targets_of(node)}
    plain |= {id(node.expr) for node in inside if isinstance(node, nodes.ReturnStmt)}
    names = (nodes.NameExpr, nodes.MemberExpr)
    found = {text_of(n) for n in inside if isinstance(n, names) and id(n) not in plain}
    return found | captured_by(inside)


def captured_by(inside: list[Node]) -> set[str]:
    """The names that nested functions and generator expressions get hold of."""
    found: set[str] = set()
    for node in inside:
        if isinstance(node, (nodes.FuncDef, nodes.LambdaExpr)):
            found |= captured(node)[0]
        elif isinstance(node, nodes.GeneratorExpr):
            found |= mentioned([node])[0]
    return found


def _value(node: Node) -> Expression | None:
    if isinstance(node, nodes.ExpressionStmt):
        return node.expr
    return node.rvalue if isinstance(node, nodes.AssignmentStmt) else None


def variables_given(calls: Iterable[nodes.CallExpr], oracle: Oracle) -> Iterator[str]:
    """The variables that these calls are given, and may change."""
    for call in calls:
        for argument in [] if looks(call) else call.args:
            if isinstance(argument, nodes.NameExpr) and not oracle.is_immutable(argument):
                yield text_of(argument)


def looks(call: nodes.CallExpr) -> bool:
    """The call changes nothing of what it is given."""
    return isinstance(call.callee, nodes.RefExpr) and call.callee.fullname in LOOKING


def text_of(expression: Node) -> str:
    """`self.a.b`; nothing for what belongs to the module, or is no such name."""
    if isinstance(expression, nodes.NameExpr):
        return "" if expression.kind == nodes.GDEF else expression.name
    if isinstance(expression, nodes.MemberExpr):
        owner = text_of(expression.expr)
        return f"{owner}.{expression.name}" if owner else ""
    return ""


def read_by(inside: list[Node]) -> set[str]:
    """The variables and attributes among these nodes, without the objects that have them.

    What is bound among them has no value of before.
    """
    owners = {id(node.expr) for node in inside if isinstance(node, nodes.MemberExpr)}
    called = {
        id(node.callee): node.callee.expr
        for node in inside
        if isinstance(node, nodes.CallExpr) and isinstance(node.callee, nodes.MemberExpr)
    }
    found = {text_of(owner) for owner in called.values()}
    for node in inside:
        named = isinstance(node, (nodes.NameExpr, nodes.MemberExpr))
        if named and id(node) not in owners and id(node) not in called:
            found.add(text_of(node))
    bound = {
        name
        for node in inside
        if isinstance(node, nodes.AssignmentExpr)
        for name in bound_names(node.target)
    }
    return found - bound - {""}


def asked_by_method(inside: list[Node]) -> set[str]:
    """The objects whose methods are called."""
    return {
        text_of(node.callee.expr)
        for node in inside
        if isinstance(node, nodes.CallExpr) and isinstance(node.callee, nodes.MemberExpr)
    } - {""}


def changed_by(node: Node) -> Iterator[str]:
    """What a statement binds, or an object whose method it calls."""
    for target in targets_of(node):
        while isinstance(target, nodes.IndexExpr):
            target = target.base
        yield text_of(target)
        yield from bound_names(target)
    if isinstance(node, nodes.CallExpr) and isinstance(node.callee, nodes.MemberExpr):
        yield text_of(node.callee.expr)


def filled_by(node: Node) -> Iterator[str]:
    """The objects that a call, or an assignment to a part of them, may change."""
    for target in targets_of(node):
        if isinstance(target, nodes.IndexExpr) or not isinstance(node, nodes.AssignmentStmt):
            yield from changed_by(node)
    if isinstance(node, nodes.CallExpr):
        yield from changed_by(node)
        if not looks(node):
            yield from map(text_of, node.args)


def kept_by(node: Node) -> Iterator[str]:
    """What a statement counts up, or sets to something that is written down; and attributes."""
    if isinstance(node, nodes.OperatorAssignmentStmt):
        yield text_of(node.lvalue)
    elif isinstance(node, nodes.AssignmentStmt):
        yield from (text_of(each) for each in node.lvalues if isinstance(each, nodes.MemberExpr))
    if isinstance(node, nodes.AssignmentStmt) and _is_written_down(node.rvalue):
        for target in node.lvalues:
            yield text_of(target.base if isinstance(target, nodes.IndexExpr) else target)
            yield from bound_names(target)


def _is_written_down(value: Expression) -> bool:
    """`[]`, `0`, `None`, `set()`: no result of something that was asked for."""
    if isinstance(value, nodes.TupleExpr):
        return any(_is_written_down(item) for item in value.items)
    if isinstance(value, nodes.CallExpr):
        return (
            not value.args
            and isinstance(value.callee, nodes.RefExpr)
            and isinstance(value.callee.node, nodes.TypeInfo)
        )
    return isinstance(value, _WRITTEN_DOWN) or (
        isinstance(value, nodes.NameExpr) and value.fullname in _CONSTANTS
    )


def targets_of(node: Node) -> list[Expression]:
    """What a statement or `:=` binds, assigns to, or deletes."""
    if isinstance(node, nodes.AssignmentStmt):
        return node.lvalues
    if isinstance(node, nodes.OperatorAssignmentStmt):
        return [node.lvalue]
    if isinstance(node, nodes.AssignmentExpr):
        return [node.target]
    if isinstance(node, nodes.ForStmt):
        return [node.index]
    if isinstance(node, nodes.WithStmt):
        return [target for target in node.target if target is not None]
    return [node.expr] if isinstance(node, nodes.DelStmt) else []


def is_global(expression: Expression) -> bool:
    """It belongs to the module: more often a logger than the memory of what one call has met."""
    return isinstance(expression, nodes.NameExpr) and expression.kind == nodes.GDEF


def assigned_by(nodes_: Iterator[Node]) -> Iterator[tuple[Expression, Expression]]:
    for node in nodes_:
        if isinstance(node, nodes.AssignmentStmt):
            for target in node.lvalues:
                yield target, node.rvalue
        elif isinstance(node, nodes.OperatorAssignmentStmt):
            yield node.lvalue, node.rvalue
        elif isinstance(node, nodes.AssignmentExpr):
            yield node.target, node.value
