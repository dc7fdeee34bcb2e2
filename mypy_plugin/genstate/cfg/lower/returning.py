"""Functions of the module that never return, though their types do not say so.

`def fail(message: str) -> None: raise LookupError(message)`: who calls it counts on that. A method
may be overridden by one that returns, so the way past the call is not ruled out, but doubtful.
"""

from __future__ import annotations

from typing import Final

from mypy import nodes
from mypy.nodes import Expression, Statement
from mypy.semanal import is_trivial_body

from genstate.cfg.lower import callees
from genstate.cfg.lower.lowering import Lowering
from genstate.cfg.lower.oracle import declared_never_to_return
from genstate.children import own_nodes

#: So deep it is looked for what a function ends in.
_DEEPEST: Final = 3


def never_returns(low: Lowering, expression: Expression, *, awaited: bool = False) -> bool:
    """A call of a function of the module in whose body no way leads to its end.

    A coroutine does nothing before it is `awaited`.
    """
    if not isinstance(expression, nodes.CallExpr):
        return False
    function = callees.certain_function(low, callees.target(low, expression.callee))
    return (
        function is not None
        and function.is_coroutine == awaited
        and _may_never_return(low, function, _DEEPEST)
        and not low.around.summaries.comes_back(function)
    )


def _may_never_return(low: Lowering, function: nodes.FuncDef, depth: int) -> bool:
    """Its last statement may be one that nothing comes behind: of most functions it is not."""
    module = low.around.module
    if function.is_generator or not callees.in_module(function, module) or not function.body.body:
        return False
    return (
        not is_trivial_body(function.body)
        and _may_not_end(low, function, function.body.body[-1], depth)
        and not any(isinstance(node, nodes.ReturnStmt) for node in own_nodes([function.body]))
    )


def _may_not_end(low: Lowering, function: nodes.FuncDef, last: Statement, depth: int) -> bool:
    if isinstance(last, nodes.ExpressionStmt):
        ends_in = last.expr.expr if isinstance(last.expr, nodes.AwaitExpr) else last.expr
        if not isinstance(ends_in, nodes.CallExpr):
            return False
        called = callees.called_in(function, ends_in.callee)
        if declared_never_to_return(called):
            return True
        if not isinstance(called, nodes.FuncDef):
            return False
        return depth > 0 and _may_never_return(low, called, depth - 1)
    blocks = (nodes.IfStmt, nodes.TryStmt, nodes.WithStmt, nodes.WhileStmt, nodes.RaiseStmt)
    return isinstance(last, blocks)
