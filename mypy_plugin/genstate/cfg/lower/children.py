"""A walk over mypy's AST that needs no visitor: mypy's compiled visitors cannot be subclassed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from mypy import nodes, patterns
from mypy.nodes import Node

_FIELDS: Final[dict[type[Node], tuple[str, ...]]] = {
    nodes.Block: ("body",),
    nodes.ExpressionStmt: ("expr",),
    nodes.AssignmentStmt: ("rvalue", "lvalues"),
    nodes.OperatorAssignmentStmt: ("lvalue", "rvalue"),
    nodes.WhileStmt: ("expr", "body", "else_body"),
    nodes.ForStmt: ("expr", "index", "body", "else_body"),
    nodes.ReturnStmt: ("expr",),
    nodes.AssertStmt: ("expr", "msg"),
    nodes.DelStmt: ("expr",),
    nodes.IfStmt: ("expr", "body", "else_body"),
    nodes.RaiseStmt: ("expr", "from_expr"),
    nodes.TryStmt: ("body", "types", "vars", "handlers", "else_body", "finally_body"),
    nodes.WithStmt: ("expr", "target", "body"),
    nodes.MatchStmt: ("subject", "patterns", "guards", "bodies"),
    nodes.ClassDef: ("decorators", "base_type_exprs", "defs"),
    nodes.FuncDef: ("arguments", "body"),
    nodes.LambdaExpr: ("arguments", "body"),
    nodes.Argument: ("initializer",),
    nodes.Decorator: ("decorators", "func"),
    nodes.OverloadedFuncDef: ("items", "impl"),
    nodes.StarExpr: ("expr",),
    nodes.MemberExpr: ("expr",),
    nodes.CallExpr: ("callee", "args"),
    nodes.YieldFromExpr: ("expr",),
    nodes.YieldExpr: ("expr",),
    nodes.IndexExpr: ("base", "index"),
    nodes.UnaryExpr: ("expr",),
    nodes.AssignmentExpr: ("value", "target"),
    nodes.OpExpr: ("left", "right"),
    nodes.ComparisonExpr: ("operands",),
    nodes.SliceExpr: ("begin_index", "end_index", "stride"),
    nodes.CastExpr: ("expr",),
    nodes.AssertTypeExpr: ("expr",),
    nodes.RevealExpr: ("expr",),
    nodes.SuperExpr: ("call",),
    nodes.ListExpr: ("items",),
    nodes.TupleExpr: ("items",),
    nodes.SetExpr: ("items",),
    nodes.DictExpr: ("items",),
    nodes.GeneratorExpr: ("sequences", "indices", "condlists", "left_expr"),
    nodes.ListComprehension: ("generator",),
    nodes.SetComprehension: ("generator",),
    nodes.DictionaryComprehension: ("sequences", "indices", "condlists", "key", "value"),
    nodes.ConditionalExpr: ("cond", "if_expr", "else_expr"),
    nodes.TypeApplication: ("expr",),
    nodes.AwaitExpr: ("expr",),
    patterns.AsPattern: ("pattern", "name"),
    patterns.OrPattern: ("patterns",),
    patterns.ValuePattern: ("expr",),
    patterns.SequencePattern: ("patterns",),
    patterns.StarredPattern: ("capture",),
    patterns.MappingPattern: ("keys", "values", "rest"),
    patterns.ClassPattern: ("class_ref", "positionals", "keyword_values"),
}
_NAMED: Final[dict[str, tuple[str, ...]]] = {"TemplateStrExpr": ("items",)}

_SCOPES: Final = (nodes.FuncDef, nodes.LambdaExpr)


def children(node: Node) -> list[Node]:
    """The direct children of `node`, statements and expressions, in no particular order."""
    names = _FIELDS.get(type(node))
    if names is None:
        names = _FIELDS[type(node)] = _NAMED.get(type(node).__name__, ())
    found: list[Node] = []
    for name in names:
        value = getattr(node, name)
        if isinstance(value, list):
            _collect(value, found)
        elif value is not None:
            found.append(value)
    return found


def _collect(values: list[Any] | tuple[Any, ...], found: list[Node]) -> None:
    for value in values:
        if isinstance(value, (list, tuple)):
            _collect(value, found)
        elif value is not None:
            found.append(value)


def walk(roots: list[Node], enter: Callable[[Node], bool]) -> Iterator[Node]:
    """All nodes at and below `roots`; below a node only where `enter(node)` holds."""
    stack = list(reversed(roots))
    while stack:
        node = stack.pop()
        yield node
        if enter(node):
            stack.extend(children(node))


def own_nodes(roots: list[Node]) -> Iterator[Node]:
    """All nodes below `roots` that belong to the same function, not to a nested one."""
    return walk(roots, lambda node: not isinstance(node, _SCOPES))
