"""What happens when mypy has checked a function: lower it, solve it, run the rules, report.

The trigger calls `check_function` (or `check_module`) once every expression in the body has its type.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from genstate.report import report

if TYPE_CHECKING:
    from mypy.checker import TypeChecker
    from mypy.nodes import Decorator, Expression, FuncItem, MypyFile, Statement
    from mypy.types import Type

    from genstate.cfg.graph import Graph
    from genstate.cfg.lower import Surroundings


class CheckedTypes:
    """The types that the running checker has found."""

    def __init__(self, checker: TypeChecker) -> None:
        self._checker = checker

    def type_of(self, expression: Expression) -> Type | None:
        return self._checker.lookup_type_or_none(expression)


def check_function(
    checker: TypeChecker, func: FuncItem, body: list[Statement], decorator: Decorator | None
) -> None:
    """Check `func`, whose own statements (without triggers) are `body`."""
    from genstate.cfg.lower import TooComplex, lower_function

    try:
        graph = lower_function(func, body, _surroundings(checker), decorator)
    except TooComplex:
        return
    _check(checker, graph)


def check_module(checker: TypeChecker, tree: MypyFile, body: list[Statement]) -> None:
    """Check the module-level code of `tree`, class bodies included."""
    from genstate.cfg.lower import TooComplex, lower_module

    try:
        graph = lower_module(tree, body, _surroundings(checker))
    except TooComplex:
        return
    _check(checker, graph)


def _surroundings(checker: TypeChecker) -> Surroundings:
    from genstate.cfg.lower import Oracle, Surroundings
    from genstate.summaries import ModuleSummaries

    module = checker.tree.fullname
    oracle = Oracle(CheckedTypes(checker), knows_dead_code=True)
    return Surroundings(module, oracle, ModuleSummaries(module))


def _check(checker: TypeChecker, graph: Graph) -> None:
    from genstate.rules import RULES
    from genstate.typestate.solution import solve_function

    flow = solve_function(graph)
    for check in RULES.values():
        for finding in check(flow):
            report(checker, finding)
