"""Lowering: from mypy's AST, names and types to the control flow graph."""

from __future__ import annotations

from mypy import nodes
from mypy.nodes import Statement

from genstate.cfg.graph import Graph
from genstate.cfg.lower import (
    callees,
    calls,
    comprehensions,
    definitions,
    expressions,
    loops,
    patterns,
    protected,
    statements,
    withs,
)
from genstate.cfg.lower.builder import Builder, LeftAlone
from genstate.cfg.lower.dependence import Dependences, dependences_of
from genstate.cfg.lower.entering import LEAVING
from genstate.cfg.lower.fields import Fields, fields_of
from genstate.cfg.lower.lowering import Lowering
from genstate.cfg.lower.oracle import Declared, Oracle, TypeSource
from genstate.cfg.lower.roles import role_of
from genstate.cfg.lower.scope import scope_of
from genstate.cfg.lower.surroundings import Surroundings
from genstate.cfg.vocabulary import Protocol, Role
from genstate.children import Inside

__all__ = [
    "Declared",
    "LeftAlone",
    "Oracle",
    "Surroundings",
    "TypeSource",
    "lower_function",
    "lower_module",
]

#: The modules that register how to lower each kind of node.
_REGISTERED = (
    calls,
    comprehensions,
    definitions,
    expressions,
    loops,
    patterns,
    protected,
    statements,
    withs,
)


def lower_function(
    function: nodes.FuncItem,
    body: list[Statement],
    around: Surroundings,
    decorator: nodes.Decorator | None = None,
) -> Graph:
    """The graph of `function`, decorated by `decorator`, with the statements `body`.

    Raises:
        LeftAlone: the graph would be out of proportion to the source, or mypy does not see which
            way the function goes.
    """
    role = role_of(decorator, around.safe_decorators, around.definitions)
    graph = _lower(function.name, function, body, around, role)
    if function.is_generator:
        graph.yields = Protocol.ASYNC if function.is_async_generator else Protocol.SYNC
    graph.role = role
    graph.node = function
    graph.is_coroutine = function.is_coroutine
    graph.annotation = callees.annotation(function)
    return graph


def lower_module(tree: nodes.MypyFile, body: list[Statement], around: Surroundings) -> Graph:
    """The graph of a module's top level, class bodies included."""
    return _lower(tree.name, None, body, around, None)


def _lower(
    name: str,
    function: nodes.FuncItem | None,
    body: list[Statement],
    around: Surroundings,
    role: Role | None,
) -> Graph:
    """Lower a function that plays `role`, or the top level of a module."""
    arguments = function.arguments if function is not None else []
    inside = Inside(body)
    scope = scope_of(arguments, body, inside, module=role is None)
    fields = fields_of(function, inside, scope, around.oracle) if function is not None else Fields()
    build = Builder(name, len(inside.all))
    role = role or Role.PLAIN
    # Of exit methods, too, it is asked which way is taken on account of what nobody knows.
    once = role in (Role.CONTEXT_MANAGER, Role.FIXTURE) or name in LEAVING
    # At the top level nothing yields, and nothing is awaited.
    depends = Dependences() if function is None else dependences_of(inside, around, once=once)
    depends.parameters = scope.parameters - scope.bound
    low = Lowering(build, scope, around, role, depends, fields, arguments, inside)
    low.body(body)
    build.leave_by_return(None, None, 0)
    graph = build.graph
    graph.locals = scope.variables - scope.parameters
    graph.conditions = low.conditions
    graph.fields = fields.places
    return graph
