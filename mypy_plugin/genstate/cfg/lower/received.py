"""What a generator function does with the values that it is sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mypy import nodes
from mypy.nodes import Expression, Node

from genstate.cfg.lower.children import own_nodes, walk
from genstate.cfg.lower.scope import mentioned

_WRITTEN_DOWN: Final = (nodes.StrExpr, nodes.IntExpr, nodes.FloatExpr, nodes.BytesExpr)
#: They take None as well as any other value.
_EQUALS: Final = frozenset({"==", "!=", "is", "is not"})
_TAKERS: Final = frozenset(f"builtins.{name}" for name in ("bool", "id", "isinstance", "type"))


def takes_none(function: nodes.FuncDef) -> bool:
    """Each value that it is sent is thrown away, or used only as None can be used, too."""
    inside = list(own_nodes([function.body]))
    harmless = {node for each in inside for node in _harmless_in(each)}
    bound = [*_bound(inside, harmless)]
    used = _used(function, harmless.union(*(targets for targets, _ in bound)))
    for targets, value in bound:
        if all(isinstance(each, nodes.NameExpr) and each.name not in used for each in targets):
            harmless.add(value)
    return all(node in harmless for node in inside if isinstance(node, nodes.YieldExpr))


def _bound(inside: list[Node], harmless: set[Node]) -> Iterator[tuple[list[Expression], Node]]:
    """The targets and the value of each assignment, if its result is not used otherwise."""
    for node in inside:
        if isinstance(node, nodes.AssignmentStmt):
            yield node.lvalues, node.rvalue
        elif isinstance(node, nodes.AssignmentExpr) and node in harmless:
            yield [node.target], node.value


def _used(function: nodes.FuncDef, harmless: set[Node]) -> set[str]:
    """The variables that are read in any other way than the `harmless` ones, or handed out."""
    read, handed_out = mentioned(
        [
            node
            for node in walk([function.body])
            if node not in harmless
            and isinstance(node, (nodes.NameExpr, nodes.GlobalDecl, nodes.NonlocalDecl))
        ]
    )
    return read | handed_out


def _harmless_in(node: Node) -> Iterator[Node]:
    """The parts of a statement or expression that may just as well be None."""
    if isinstance(node, nodes.ExpressionStmt):
        yield node.expr
    elif isinstance(node, (nodes.IfStmt, nodes.WhileStmt)):
        tests = node.expr if isinstance(node, nodes.IfStmt) else [node.expr]
        blocks = node.body if isinstance(node, nodes.IfStmt) else [node.body]
        for test, block in zip(tests, blocks, strict=True):
            yield from _asked(test)
            yield from _told_apart(test, block)
    elif isinstance(node, nodes.ComparisonExpr) and _EQUALS.issuperset(node.operators):
        yield from node.operands
    elif isinstance(node, nodes.OpExpr) and node.op == "or":
        left = node.left
        if isinstance(left, nodes.UnaryExpr) and left.op == "not":
            yield from _told_apart(left.expr, node.right)
    elif isinstance(node, nodes.CallExpr):
        name = node.callee.fullname if isinstance(node.callee, nodes.RefExpr) else ""
        yield from node.args if name in _TAKERS else ()


def _asked(test: Expression) -> Iterator[Expression]:
    """What is asked whether it is true."""
    if isinstance(test, nodes.UnaryExpr) and test.op == "not":
        yield from _asked(test.expr)
    elif isinstance(test, nodes.OpExpr) and test.op in ("and", "or"):
        yield from _asked(test.left)
        yield from _asked(test.right)
    else:
        yield test


def _told_apart(test: Expression, block: Node) -> Iterator[Node]:
    """The uses of a variable where it is true, or not None: in the block, or behind an `and`."""
    parts = [test]
    while isinstance(parts[0], nodes.OpExpr) and parts[0].op == "and":
        parts[:1] = [parts[0].left, parts[0].right]
    names = set(map(_name_that_is_there, parts)) - {""}
    for node in own_nodes([block, test]) if names else ():
        if isinstance(node, nodes.NameExpr) and node.name in names:
            yield node


def _name_that_is_there(test: Expression) -> str:
    """The variable that is not None where the test holds."""
    if isinstance(test, nodes.ComparisonExpr) and len(test.operators) == 1:
        left, right = test.operands
        none = isinstance(right, nodes.NameExpr) and right.fullname == "builtins.None"
        is_something = test.operators == ["is not"] and none
        if is_something or (test.operators == ["=="] and isinstance(right, _WRITTEN_DOWN)):
            test = left
    if isinstance(test, nodes.AssignmentExpr):
        test = test.target
    return test.name if isinstance(test, nodes.NameExpr) else ""
