"""What a generator function does with the values that it is sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mypy import nodes, patterns
from mypy.nodes import Expression, Node

from genstate.cfg.lower.scope import bound_names, mentioned
from genstate.children import LITERALS, own_nodes, walk

#: They take None as well as any other value.
_EQUALS: Final = frozenset({"==", "!=", "is", "is not"})
_IS: Final = frozenset({"is", "=="})
_IS_NOT: Final = frozenset({"is not", "!="})
_LEAVING: Final = (nodes.ReturnStmt, nodes.BreakStmt, nodes.ContinueStmt)
_TAKERS: Final = frozenset(f"builtins.{name}" for name in ("bool", "id", "isinstance", "type"))


def takes_none(function: nodes.FuncDef) -> bool:
    """Each value that it is sent is thrown away, or used only as None can be used, too."""
    inside = list(own_nodes([function.body]))
    harmless = {node for each in inside for node in _harmless_in(each)}
    told = {name for each in inside for name in _told_for_good(each)}
    harmless.update(n for n in inside if isinstance(n, nodes.NameExpr) and n.name in told)
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
        if isinstance(node, nodes.IfStmt) and node.else_body is not None:
            yield from _told_apart(tests[-1], node.else_body, holds=False)
    elif isinstance(node, nodes.ComparisonExpr) and _EQUALS.issuperset(node.operators):
        yield from node.operands
    elif isinstance(node, nodes.OpExpr) and node.op in ("and", "or"):
        yield from _told_apart(node.left, node.right, holds=node.op == "and")
        if node.op == "or":
            yield node.left
    elif isinstance(node, nodes.ConditionalExpr):
        yield from _asked(node.cond)
        yield from _told_apart(node.cond, node.if_expr)
        yield from _told_apart(node.cond, node.else_expr, holds=False)
    elif isinstance(node, nodes.MatchStmt):
        yield from [node.subject] if any(map(_is_none_pattern, node.patterns)) else ()
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


def _told_apart(test: Expression, block: Node, *, holds: bool = True) -> Iterator[Node]:
    """The uses of a variable where it is not None: in the block, or behind an `and` or `or`.

    The block is where the test `holds`, or where it does not.
    """
    names = _names_that_are_there(test, holds=holds)
    for node in own_nodes([block, test]) if names else ():
        if isinstance(node, nodes.NameExpr) and node.name in names:
            yield node


def _told_for_good(node: Node) -> Iterator[str]:
    """The variables that are asked for None, where that then leads away, or gets another value."""
    if isinstance(node, nodes.IfStmt):
        for test, block in zip(node.expr, node.body, strict=True):
            names = _names_that_are_there(test, holds=False)
            bound = {name for each in block.body for name in _bound_by(each)}
            yield from names if isinstance(block.body[-1], _LEAVING) else names & bound
    elif isinstance(node, nodes.MatchStmt) and any(map(_is_none_pattern, node.patterns)):
        yield from bound_names(node.subject)


def _bound_by(statement: Node) -> Iterator[str]:
    if isinstance(statement, nodes.AssignmentStmt):
        yield from (name for target in statement.lvalues for name in bound_names(target))


def _is_none_pattern(pattern: patterns.Pattern) -> bool:
    return isinstance(pattern, patterns.SingletonPattern) and pattern.value is None


def _names_that_are_there(test: Expression, *, holds: bool) -> set[str]:
    """The variables that are not None where the test holds, or where it does not."""
    if isinstance(test, nodes.UnaryExpr) and test.op == "not":
        return _names_that_are_there(test.expr, holds=not holds)
    if isinstance(test, nodes.OpExpr) and test.op == ("and" if holds else "or"):
        left = _names_that_are_there(test.left, holds=holds)
        return left | _names_that_are_there(test.right, holds=holds)
    asked = _asked_for_none(test, holds=holds)
    if isinstance(asked, nodes.AssignmentExpr):
        asked = asked.target
    return {asked.name} if isinstance(asked, nodes.NameExpr) else set()


def _asked_for_none(test: Expression, *, holds: bool) -> Expression | None:
    """What is not None where the test holds, or where it does not."""
    if isinstance(test, nodes.ComparisonExpr) and len(test.operators) == 1:
        (operator,), (left, right) = test.operators, test.operands
        if isinstance(right, nodes.NameExpr) and right.fullname == "builtins.None":
            return left if operator in (_IS_NOT if holds else _IS) else None
        written = isinstance(right, LITERALS)
        return left if written and operator == ("==" if holds else "!=") else None
    if isinstance(test, nodes.CallExpr) and isinstance(test.callee, nodes.RefExpr):
        asks = test.callee.fullname == "builtins.isinstance" and len(test.args) == 2
        return test.args[0] if asks and holds else None
    return test if holds else None
