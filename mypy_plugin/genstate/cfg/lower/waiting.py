"""Whether something waits for anything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mypy import nodes, types
from mypy.nodes import Expression
from mypy.semanal import is_trivial_body

from genstate.cfg.lower import callees
from genstate.cfg.lower.lowering import Lowering
from genstate.children import own_nodes, walk
from genstate.knowledge import protocols
from genstate.knowledge.functions import SWITCHING, SWITCHING_FOR
from genstate.knowledge.managers import AT_ONCE

#: So deep it is looked for what is awaited.
_DEEPEST: Final = 3
_LEAVING: Final = (nodes.ReturnStmt, nodes.RaiseStmt)
_LAZY: Final = (
    *(nodes.ConditionalExpr, nodes.ComparisonExpr, nodes.GeneratorExpr),
    *(nodes.DictionaryComprehension, nodes.FuncDef, nodes.LambdaExpr),
)


def is_waiting(node: nodes.Node) -> bool:
    """Something is waited for here."""
    if isinstance(node, (nodes.ForStmt, nodes.WithStmt)):
        return node.is_async
    if isinstance(node, (nodes.GeneratorExpr, nodes.DictionaryComprehension)):
        return any(node.is_async)
    return isinstance(node, nodes.AwaitExpr)


def has_waits(function: nodes.FuncDef) -> bool:
    """Something is waited for somewhere in the function's body."""
    return any(map(is_waiting, own_nodes([function.body])))


def never_waits(low: Lowering, expression: Expression) -> bool:
    """A call of a function of the module in whose body nothing is waited for."""
    function = _called(low, expression)
    return (
        isinstance(function, nodes.FuncDef) and is_seen(low, function) and not has_waits(function)
    )


def switches(expression: Expression) -> bool:
    """The event loop gets control where this is awaited: nothing is trusted to do so here.

    It sleeps, or waits for the ends of tasks. Nothing comes out of that but a cancellation.
    """
    if not isinstance(expression, nodes.CallExpr):
        return False
    name = callees.fullname(expression.callee)
    return name in SWITCHING or (name in SWITCHING_FOR and _is_filled(expression.args[:1]))


def _is_filled(arguments: list[Expression]) -> bool:
    """The first of them is a list, tuple or set that is written down, and not empty."""
    return any(
        isinstance(each, (nodes.ListExpr, nodes.TupleExpr, nodes.SetExpr))
        and any(not isinstance(item, nodes.StarExpr) for item in each.items)
        for each in arguments
    )


def surely_waits(low: Lowering, expression: Expression) -> bool:
    """What is awaited, or gone through, has to wait: what is not seen is trusted to."""
    asked = low.scope.definition(_asked(low.scope.definition(_asked(expression))))
    if isinstance(asked, nodes.NameExpr):
        place = low.scope.place(asked.name)
        return place is None or place in low.scope.parameters
    called = _called(low, asked)
    if isinstance(called, nodes.FuncDef) and called.is_generator and is_seen(low, called):
        assert isinstance(asked, nodes.CallExpr)
        function = callees.generator_function(low, asked.callee)
        waits = None if function is None else function.body.waits
        return waits is None or (waits.surely_first and waits.always)
    return _has_to_wait_at(low, asked, called, _DEEPEST)


def enters_surely(low: Lowering, manager: Expression) -> bool:
    """To enter and leave the context manager has to wait: what is not seen is trusted to."""
    made = low.scope.definition(manager)
    found = low.oracle.type_of(manager)
    info = found.type if isinstance(found, types.Instance) else None
    return not _is_at_once(low, _called(low, made)) and not _is_at_once(low, info)


def _called(low: Lowering, expression: Expression) -> nodes.SymbolNode | None:
    if not isinstance(expression, nodes.CallExpr):
        return None
    return callees.target(low, expression.callee)


def is_seen(low: Lowering, function: nodes.FuncDef) -> bool:
    """The body is one of this module. (A method may be overridden: what its class shows counts.)"""
    module = low.around.module
    return (
        callees.certain_function(low, function) is not None
        and callees.in_module(function, module)  # mypy's cache has no bodies
        and bool(function.body.body)
        and not is_trivial_body(function.body)
    )


def _is_at_once(low: Lowering, made: nodes.SymbolNode | None) -> bool:
    """A context manager of this class, or made by this function, need not wait."""
    made = made.func if isinstance(made, nodes.Decorator) else made
    if isinstance(made, nodes.FuncDef) and callees.in_module(made, low.around.module):
        return True
    own = isinstance(made, nodes.TypeInfo) and made.module_name == low.around.module
    return own or (made is not None and made.fullname in AT_ONCE)


def _has_to_wait_at(
    low: Lowering, asked: Expression, called: nodes.SymbolNode | None, depth: int
) -> bool:
    """The same of what `asked` stands for: of an object that is not known, a method of the name."""
    if not isinstance(asked, nodes.CallExpr):
        return low.around.summaries.always_waits()
    if called is None and isinstance(asked.callee, nodes.MemberExpr):
        named = callees.methods_named(low, asked.callee)
        return all(_has_to_wait(low, function, depth) for function in named)
    if called is None or isinstance(called, nodes.Var):
        return low.around.summaries.always_waits()
    if isinstance(called, nodes.FuncDef) and not callees.in_module(called, low.around.module):
        # It may wait for nothing but what it is given: `wait_for(job(), None)`.
        given = [each for each in asked.args if isinstance(each, nodes.CallExpr)]
        return all(_has_to_wait_at(low, each, _called(low, each), depth) for each in given)
    return _has_to_wait(low, called, depth)


def _has_to_wait(low: Lowering, called: nodes.SymbolNode | None, depth: int) -> bool:
    """Each call of the function comes to a place where something is waited for."""
    if isinstance(called, nodes.TypeInfo):
        return called.module_name != low.around.module
    called = called.func if isinstance(called, nodes.Decorator) else called
    if not isinstance(called, nodes.FuncDef) or not callees.in_module(called, low.around.module):
        return True
    if called.is_generator or not is_seen(low, called):
        return callees.is_abstract(called)
    return depth > 0 and any(_surely_awaits(low, called, depth))


def _surely_awaits(low: Lowering, function: nodes.FuncDef, depth: int) -> Iterator[bool]:
    """For each place that every call of the function comes to: whether it has to wait there.

    What mypy knows of another function's expressions depends on the mode of the run: names alone
    count here.
    """
    given = {argument.variable for argument in function.arguments}
    for statement in _certain(function.body.body):
        if isinstance(statement, nodes.WithStmt) and statement.is_async:
            yield not any(_is_at_once(low, _named(function, each)) for each in statement.expr)
        elif isinstance(statement, (nodes.ExpressionStmt, nodes.AssignmentStmt, nodes.ReturnStmt)):
            for node in walk([statement], enter=_is_evaluated):
                if isinstance(node, nodes.AwaitExpr):
                    asked = _asked(node.expr)
                    known = not isinstance(asked, nodes.NameExpr) or asked.node in given
                    yield known and _has_to_wait_at(low, asked, _named(function, asked), depth - 1)


def _certain(statements: list[nodes.Statement]) -> Iterator[nodes.Statement]:
    """The statements that every call comes to, unless it fails before."""
    for statement in statements:
        yield statement
        if isinstance(statement, nodes.WithStmt):
            yield from _certain(statement.body.body)
        elif isinstance(statement, nodes.TryStmt):
            # What fails may be handled there, and the rest of it left out.
            yield from _certain(statement.body.body[: 1 if statement.handlers else None])
        if any(isinstance(node, _LEAVING) for node in own_nodes([statement])):
            return


def _is_evaluated(node: nodes.Node) -> bool:
    """All that the node consists of is evaluated where it is."""
    if isinstance(node, nodes.OpExpr):
        return node.op not in ("and", "or")
    return not isinstance(node, _LAZY)


def _named(function: nodes.FuncDef, expression: Expression) -> nodes.SymbolNode | None:
    """What is called, as far as names tell."""
    if not isinstance(expression, nodes.CallExpr):
        return None
    return callees.called_in(function, expression.callee)


def _asked(expression: Expression) -> Expression:
    """What `anext(…)` or `….__anext__()` asks for its next value; any other expression as it is."""
    if not isinstance(expression, nodes.CallExpr):
        return expression
    callee = expression.callee
    if isinstance(callee, nodes.MemberExpr) and callee.name in protocols.METHODS:
        return callee.expr
    name = callees.fullname(callee)
    asks = name in protocols.FUNCTIONS or name in protocols.SAME_FUNCTIONS
    return expression.args[0] if asks and expression.args else expression
