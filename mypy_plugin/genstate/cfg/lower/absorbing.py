"""Whether what is awaited, or gone through, bears to be cancelled.

A cancellation that somebody handles does not come out of the `await`, and what a timeout should
have closed goes on. So whatever is not known here is asked whether it may be one of the module's
own functions that handle one. Those of other modules are trusted to let it pass, as most do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from mypy import nodes, types
from mypy.nodes import Expression

from genstate.cfg.lower import callees, waiting
from genstate.cfg.lower.lowering import Lowering
from genstate.children import own_nodes
from genstate.knowledge.functions import FINISHING, FINISHING_CLASSES

_JUMPS: Final = (nodes.ReturnStmt, nodes.BreakStmt, nodes.ContinueStmt)


def absorber(low: Lowering, expression: Expression) -> Callable[[], bool]:
    """Asks whether what is awaited may handle a cancellation."""
    asked = low.scope.definition(expression)
    return lambda: _absorbs(low, asked)


def loop_absorber(low: Lowering, iterable: Expression) -> Callable[[], bool]:
    """The same for what an `async for` goes through."""
    asked = low.scope.definition(iterable)

    def absorbs() -> bool:
        found = _method_absorbs(low, asked, "__anext__")
        return _absorbs(low, asked) if found is None else found

    return absorbs


def method_absorber(low: Lowering, owner: Expression, name: str) -> Callable[[], bool]:
    """The same for what a method of an object does that a `with` is about."""
    return lambda: _method_absorbs(low, owner, name) or False


def _method_absorbs(low: Lowering, owner: Expression, name: str) -> bool | None:
    """The method of the object's class may handle a cancellation; None where it is not seen."""
    found = low.oracle.type_of(owner)
    if not isinstance(found, types.Instance):
        return None
    if found.type.fullname in FINISHING_CLASSES:
        return True
    symbol = found.type.get(name)
    method = None if symbol is None else symbol.node
    if not isinstance(method, nodes.FuncDef) or not waiting.is_seen(low, method):
        return None
    return low.around.summaries.absorbs(method)


def _absorbs(low: Lowering, asked: Expression) -> bool:
    """What is awaited, or gone through, may handle a cancellation."""
    if not isinstance(asked, nodes.CallExpr):
        return low.around.summaries.handles_cancellation()
    if _finishes(low, asked):
        return True
    called = callees.target(low, asked.callee)
    if isinstance(called, nodes.OverloadedFuncDef):
        called = called.impl or called.items[0]
    if isinstance(called, nodes.Decorator):
        known = callees.certain_function(low, called)
        inside = callees.in_module(called.func, low.around.module)
        called = known or (None if inside else called.func)
        if called is None:
            return low.around.summaries.handles_cancellation()
    if isinstance(called, nodes.FuncDef):
        return _function_absorbs(low, asked, called)
    if isinstance(called, nodes.TypeInfo):
        own = called.module_name == low.around.module
        return own and low.around.summaries.handles_cancellation()
    if called is None and isinstance(asked.callee, nodes.MemberExpr):
        return any(_named_absorbs(low, each) for each in callees.methods_named(low, asked.callee))
    return low.around.summaries.handles_cancellation()


def _function_absorbs(low: Lowering, asked: nodes.CallExpr, called: nodes.FuncDef) -> bool:
    if not callees.in_module(called, low.around.module):
        # It may wait for what it is given: `asyncio.gather(job(), other())`.
        given = (each for each in asked.args if isinstance(each, nodes.CallExpr))
        return any(_absorbs(low, each) for each in given)
    if called.info and any(
        _named_absorbs(low, each) for each in callees.methods_named(low, asked.callee)
    ):
        return True
    return waiting.is_seen(low, called) and _in_its_body(low, called)


def _named_absorbs(low: Lowering, function: nodes.FuncDef) -> bool:
    """A method that may be the one called does, or need not wait for anything."""
    if not waiting.is_seen(low, function):
        return False
    waits = function.is_generator or waiting.has_waits(function)
    return not waits or _in_its_body(low, function)


def _in_its_body(low: Lowering, function: nodes.FuncDef) -> bool:
    if function.is_generator:
        return low.around.summaries.body(function).survives
    return low.around.summaries.absorbs(function)


def _finishes(low: Lowering, asked: nodes.CallExpr) -> bool:
    """A cancellation does not cut it off."""
    callee = asked.callee
    name = callees.fullname(callee)
    if name in FINISHING:
        return not FINISHING[name] or FINISHING[name] not in asked.arg_names
    if not isinstance(callee, nodes.MemberExpr):
        return False
    return callees.method_name(low, callee).rpartition(".")[0] in FINISHING_CLASSES


def may_absorb(function: nodes.FuncDef) -> bool:
    """Something in the function's text may handle a cancellation."""
    return any(map(_may_handle, own_nodes([function.body])))


def _may_handle(node: nodes.Node) -> bool:
    if isinstance(node, nodes.WithStmt):
        return True
    if not isinstance(node, nodes.TryStmt):
        return False
    final = [] if node.finally_body is None else [node.finally_body]
    return any(isinstance(each, _JUMPS) for each in own_nodes([*final])) or any(
        _may_catch(caught) and not _raises_again(handler)
        for caught, handler in zip(node.types, node.handlers, strict=True)
    )


def _may_catch(caught: Expression | None) -> bool:
    if isinstance(caught, nodes.TupleExpr):
        return any(map(_may_catch, caught.items))
    found = caught.node if isinstance(caught, nodes.RefExpr) else None
    return not isinstance(found, nodes.TypeInfo) or not found.has_base("builtins.Exception")


def _raises_again(handler: nodes.Block) -> bool:
    last = handler.body[-1] if handler.body else None
    return isinstance(last, nodes.RaiseStmt) and last.expr is None
