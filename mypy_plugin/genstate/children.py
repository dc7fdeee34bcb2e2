"""A walk over mypy's AST that needs no visitor: mypy's compiled visitors cannot be subclassed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, TypeVar

from mypy import nodes, patterns
from mypy.nodes import Node

N = TypeVar("N", bound=Node)

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

#: Constants that are written down, and lists and the like that are written item by item.
LITERALS: Final = (nodes.IntExpr, nodes.FloatExpr, nodes.StrExpr, nodes.BytesExpr)
DISPLAYS: Final = (nodes.ListExpr, nodes.SetExpr, nodes.DictExpr)
WRITTEN_DOWN: Final = (*LITERALS, *DISPLAYS)

_FUNCTIONS: Final = frozenset({nodes.FuncDef, nodes.LambdaExpr})
#: What of a function is evaluated where it is defined: the defaults of its parameters.
_OUTSIDE: Final[dict[type[Node], tuple[str, ...]]] = dict.fromkeys(_FUNCTIONS, ("arguments",))
#: A call that mypy takes for something else, such as `cast`: in the copies that it makes of
#: functions only the expression in `analyzed` is checked.
_ANALYZED: Final = ("callee", "analyzed")
_NOTHING: Final[frozenset[type[Node]]] = frozenset()


def walk(
    roots: Iterable[Node],
    closed: frozenset[type[Node]] = _NOTHING,
    enter: Callable[[Node], bool] | None = None,
) -> Iterator[Node]:
    """All nodes at and below `roots`, in no particular order.

    Args:
        roots: where to begin.
        closed: the types of nodes that are not looked into, but for the defaults of functions.
        enter: whether to look into a node of another type; by default into all.
    """
    stack: list[Any] = [*roots]
    stack.reverse()
    while stack:
        node = stack.pop()
        kind = type(node)
        names = _FIELDS.get(kind)
        if names is None:
            if node is None:
                continue
            if isinstance(node, (list, tuple)):
                stack.extend(node)
                continue
            names = _FIELDS[kind] = _NAMED.get(kind.__name__, ())
        yield node
        if kind in closed:
            names = _OUTSIDE.get(kind, ())
        elif kind is nodes.CallExpr and node.analyzed is not None:
            names = _ANALYZED
        if names and (enter is None or enter(node)):
            for name in names:
                value = getattr(node, name)
                if type(value) is list:
                    stack.extend(value)
                else:
                    stack.append(value)


def own_nodes(roots: Iterable[Node]) -> Iterator[Node]:
    """All nodes at and below `roots` that the same function evaluates, not a nested one."""
    return walk(roots, _FUNCTIONS)


class Inside:
    """The nodes at and below some roots that the same function evaluates.

    Most questions are about nodes of one type, and most nodes are of others.
    """

    def __init__(self, roots: Iterable[Node]) -> None:
        self.all = list(own_nodes(roots))
        self._by_type: dict[type[Node], list[Any]] = {}
        for node in self.all:
            self._by_type.setdefault(type(node), []).append(node)

    def of(self, kind: type[N]) -> list[N]:
        """Those of this very type."""
        return self._by_type.get(kind, [])

    def functions(self) -> list[nodes.FuncItem]:
        """The functions that are defined there."""
        return [*self.of(nodes.FuncDef), *self.of(nodes.LambdaExpr)]
