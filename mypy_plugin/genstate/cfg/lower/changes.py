"""What statements read, bind and change, by the text that names it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from mypy import nodes
from mypy.nodes import Expression, Node

from genstate.cfg.lower.oracle import Oracle
from genstate.cfg.lower.scope import bound_names, captured, mentioned
from genstate.children import WRITTEN_DOWN, Inside, own_nodes, walk
from genstate.knowledge.functions import LOOKING

_CONSTANTS: Final = frozenset({"builtins.None", "builtins.True", "builtins.False"})


# What nodes bind, assign to, or delete, by their types.
_TARGETS: Final[dict[type[Node], Callable[[Any], Sequence[Expression]]]] = {
    nodes.AssignmentStmt: lambda node: node.lvalues,
    nodes.OperatorAssignmentStmt: lambda node: (node.lvalue,),
    nodes.AssignmentExpr: lambda node: (node.target,),
    nodes.ForStmt: lambda node: (node.index,),
    nodes.WithStmt: lambda node: [target for target in node.target if target is not None],
    nodes.DelStmt: lambda node: (node.expr,),
}


def changed_inside(function: nodes.FuncItem) -> set[str]:
    """What a nested function changes of the variables around it, whenever it is called."""
    names, rebound = captured(function)
    changed = {
        text.partition(".")[0] for node in walk([function.body]) for text in changed_by(node)
    }
    return rebound | (names & changed)


def calls_in(roots: list[Node]) -> Iterator[nodes.CallExpr]:
    return (node for node in own_nodes(roots) if isinstance(node, nodes.CallExpr))


def calls_made(inside: Inside) -> Iterator[nodes.CallExpr]:
    """The calls that statements are there for: not those of conditions and yields."""
    values = [node.expr for node in inside.of(nodes.ExpressionStmt)]
    values += [node.rvalue for node in inside.of(nodes.AssignmentStmt)]
    yields = (nodes.YieldExpr, nodes.YieldFromExpr)
    return calls_in([value for value in values if not isinstance(value, yields)])


def made_once(inside: Inside) -> dict[str, Expression]:
    """The values of variables and attributes to which one statement assigns, by their text."""
    counts = Counter(map(text_of, targets_in(inside)))
    found: dict[str, Expression] = {}
    for node in inside.of(nodes.AssignmentStmt):
        for target in node.lvalues:
            found[text_of(target)] = node.rvalue
    return {text: value for text, value in found.items() if text and counts[text] == 1}


def handed_out(inside: Inside) -> set[str]:
    """What other code may get hold of: it is not only assigned to, and asked for attributes."""
    plain = {id(node.expr) for node in inside.of(nodes.MemberExpr)}
    plain |= {id(target) for target in targets_in(inside)}
    plain |= {id(node.expr) for node in inside.of(nodes.ReturnStmt)}
    return {text_of(n) for n in _named(inside) if id(n) not in plain} | captured_by(inside)


def captured_by(inside: Inside) -> set[str]:
    """The names that nested functions and generator expressions get hold of."""
    found = mentioned(inside.of(nodes.GeneratorExpr))[0]
    for function in inside.functions():
        found |= captured(function)[0]
    return found


def _named(inside: Inside) -> list[nodes.NameExpr | nodes.MemberExpr]:
    return [*inside.of(nodes.NameExpr), *inside.of(nodes.MemberExpr)]


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


def read_by(inside: Inside) -> set[str]:
    """The variables and attributes among these nodes, without the objects that have them.

    What is bound among them has no value of before.
    """
    calls = inside.of(nodes.CallExpr)
    methods = [call.callee for call in calls if isinstance(call.callee, nodes.MemberExpr)]
    apart = {id(node.expr) for node in inside.of(nodes.MemberExpr)}.union(map(id, methods))
    found = {text_of(method.expr) for method in methods}
    found |= {text_of(node) for node in _named(inside) if id(node) not in apart}
    walruses = inside.of(nodes.AssignmentExpr)
    bound = {name for node in walruses for name in bound_names(node.target)}
    return found - bound - {""}


def asked_by_method(calls: Iterable[nodes.CallExpr]) -> set[str]:
    """The objects whose methods are called."""
    methods = (call.callee for call in calls)
    return {text_of(each.expr) for each in methods if isinstance(each, nodes.MemberExpr)} - {""}


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
    if isinstance(node, nodes.AssignmentStmt) and is_written_down(node.rvalue):
        for target in node.lvalues:
            yield text_of(target.base if isinstance(target, nodes.IndexExpr) else target)
            yield from bound_names(target)


def is_written_down(value: Expression) -> bool:
    """`[]`, `0`, `None`, `set()`: no result of something that was asked for."""
    if isinstance(value, nodes.TupleExpr):
        return any(is_written_down(item) for item in value.items)
    if isinstance(value, nodes.CallExpr):
        return (
            not value.args
            and isinstance(value.callee, nodes.RefExpr)
            and isinstance(value.callee.node, nodes.TypeInfo)
        )
    return isinstance(value, WRITTEN_DOWN) or (
        isinstance(value, nodes.NameExpr) and value.fullname in _CONSTANTS
    )


def targets_in(inside: Inside) -> Iterator[Expression]:
    """All of that: what nodes bind, assign to, or delete."""
    return (each for kind in _TARGETS for node in inside.of(kind) for each in targets_of(node))


def targets_of(node: Node) -> Sequence[Expression]:
    """What a statement or `:=` binds, assigns to, or deletes."""
    targets = _TARGETS.get(type(node))
    return () if targets is None else targets(node)


def is_global(expression: Expression) -> bool:
    """It belongs to the module: more often a logger than the memory of what one call has met."""
    return isinstance(expression, nodes.NameExpr) and expression.kind == nodes.GDEF


def assigned_by(inside: Inside) -> Iterator[tuple[Expression, Expression]]:
    """What gets a value, and from where."""
    for assignment in inside.of(nodes.AssignmentStmt):
        for target in assignment.lvalues:
            yield target, assignment.rvalue
    for changing in inside.of(nodes.OperatorAssignmentStmt):
        yield changing.lvalue, changing.rvalue
    for walrus in inside.of(nodes.AssignmentExpr):
        yield walrus.target, walrus.value
