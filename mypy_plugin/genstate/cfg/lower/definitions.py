"""Definitions inside a function: functions, classes, imports."""

from __future__ import annotations

from collections.abc import Iterable

from mypy import nodes

from genstate.cfg.events import Bind, Escape, Share
from genstate.cfg.lower.closures import share
from genstate.cfg.lower.expressions import escape_defaults
from genstate.cfg.lower.lowering import STATEMENTS, Lowering
from genstate.cfg.lower.scope import captured, names_bound
from genstate.cfg.lower.statements import lower_block
from genstate.cfg.vocabulary import Constant
from genstate.children import own_nodes


def lower_function(low: Lowering, node: nodes.FuncDef) -> None:
    _define(low, node, [node])


def lower_decorated(low: Lowering, node: nodes.Decorator) -> None:
    for decorator in node.decorators:
        low.build.emit(Escape(node, node.line, (low.value(decorator),)))
    _define(low, node, [node.func])


def lower_overloaded(low: Lowering, node: nodes.OverloadedFuncDef) -> None:
    items = [*node.items, *([node.impl] if node.impl is not None else [])]
    _define(low, node, [i.func if isinstance(i, nodes.Decorator) else i for i in items])


def _define(
    low: Lowering,
    node: nodes.FuncDef | nodes.Decorator | nodes.OverloadedFuncDef,
    functions: Iterable[nodes.FuncDef],
) -> None:
    for function in functions:
        escape_defaults(low, function)
        low.build.emit(share(low, node, captured(function)))
    if isinstance(node, nodes.Decorator) and node.decorators:
        low.opaque(node)
    _bind_definition(low, node, node.name)


def _bind_definition(low: Lowering, node: nodes.Node, name: str) -> None:
    place = low.scope.place(name)
    if place is not None:
        low.build.emit(Bind(node, node.line, place, Constant.TRUTHY))


def lower_class(low: Lowering, node: nodes.ClassDef) -> None:
    """A class body runs at once, in a scope that functions inside cannot see."""
    for expression in [*node.decorators, *node.base_type_exprs]:
        low.build.emit(Escape(node, node.line, (low.value(expression),)))
    _hand_to_metaclass(low, node)
    bound, outer = names_bound(node.defs.body)
    low.scope.open(bound - outer, is_class=True)
    lower_block(low, node.defs)
    attributes = tuple(sorted(low.scope.close()))
    if attributes:
        low.build.emit(Share(node, node.line, attributes, ()))  # the class has them now
    _bind_definition(low, node, node.name)


def _hand_to_metaclass(low: Lowering, node: nodes.ClassDef) -> None:
    """Share what the keyword arguments name. Under some metaclasses mypy finds no types there."""
    named = own_nodes([*node.keywords.values()])
    places = {low.scope.place(part.name) for part in named if isinstance(part, nodes.NameExpr)}
    shared = tuple(sorted(place for place in places if place is not None))
    if shared:
        low.build.emit(Share(node, node.line, shared, ()))


def lower_import(low: Lowering, node: nodes.Import | nodes.ImportFrom) -> None:
    low.opaque(node)
    if isinstance(node, nodes.Import):
        names = [as_name or name.partition(".")[0] for name, as_name in node.ids]
    else:
        names = [as_name or name for name, as_name in node.names]
    for name in names:
        place = low.scope.place(name)
        if place is not None:
            low.build.emit(Bind(node, node.line, place))


STATEMENTS.update(
    {
        nodes.FuncDef: lower_function,
        nodes.Decorator: lower_decorated,
        nodes.OverloadedFuncDef: lower_overloaded,
        nodes.ClassDef: lower_class,
        nodes.Import: lower_import,
        nodes.ImportFrom: lower_import,
    }
)
