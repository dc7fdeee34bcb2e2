"""Exit stacks: what is put on them is left where their `with` block ends."""

from __future__ import annotations

from typing import Final

from mypy import nodes, types
from mypy.nodes import Expression

from genstate.cfg.events import Closing, Copy, Defer, Enter, HandOver, Pack, Suppress
from genstate.cfg.exceptions import NOTHING
from genstate.cfg.lower import managers
from genstate.cfg.lower.changes import text_of
from genstate.cfg.lower.entering import ENTERING, is_left_alone
from genstate.cfg.lower.lowering import ExitStack, Lowering
from genstate.cfg.vocabulary import Constant, Place

#: How the closing of a generator is put on a stack.
_CALLBACKS: Final = {"aclose": "push_async_callback", "close": "callback"}
_STACKS: Final = frozenset({"contextlib.ExitStack", "contextlib.AsyncExitStack"})


def is_stack(low: Lowering, expression: Expression) -> bool:
    """The expression is an exit stack."""
    found = low.oracle.type_of(expression)
    return isinstance(found, types.Instance) and found.type.fullname in _STACKS


def open_stack(low: Lowering, expression: Expression, manager: Place) -> ExitStack | None:
    """A `with` enters an exit stack, empty for now; None for any other manager."""
    if not is_stack(low, expression):
        return None
    held = f"{manager}stack"
    low.build.emit(Pack(expression, expression.line, held, ()))
    # A stack that was made elsewhere may hold something already.
    stack = ExitStack(manager, held, swallows=not isinstance(expression, nodes.CallExpr))
    variable = low.scope.variable(expression)
    if variable in low.stacks or variable in low.scope.definitions:
        name_stack(low, expression, stack)
    return stack


def name_stack(low: Lowering, target: Expression, stack: ExitStack) -> None:
    """The exit stack gets a name: what is put on it by that name is known."""
    variable = low.scope.variable(target)
    if variable is None or variable in low.scope.rebound:
        stack.swallows = True
    else:
        low.stacks[variable] = stack


def make_stack(low: Lowering, node: nodes.AssignmentStmt) -> None:
    """`stack = AsyncExitStack()`: as long as nobody else gets hold of it, it is not left."""
    target, made = node.lvalues[0], node.rvalue
    if len(node.lvalues) > 1 or not isinstance(made, nodes.CallExpr) or not is_stack(low, made):
        return
    text = text_of(target)
    by_itself = isinstance(target, nodes.MemberExpr) and low.build.graph.name in ENTERING
    by_itself = by_itself and is_left_alone(low, text)
    if not (text in low.scope.definitions or by_itself) or text not in low.depends.made:
        return
    if text in low.depends.captured:
        return
    manager = low.unknown(node)
    held = f"{manager}stack"
    low.build.emit(Pack(node, node.line, held, ()))
    low.stacks[text] = ExitStack(manager, held, swallows=True, entered=False)


def hand_over(low: Lowering, node: Expression, place: Place) -> None:
    """Whoever gets hold of an exit stack may leave what is on it."""
    stack = low.stacks.get(place)
    if stack is not None:
        stack.swallows = True
        low.build.emit(HandOver(node, node.line, stack.manager, stack.held))
        if not stack.entered:
            del low.stacks[place]


def _stack_of(low: Lowering, node: Expression, *names: str) -> ExitStack | None:
    """The exit stack on which `node` calls one of these methods, with one argument."""
    if not isinstance(node, nodes.CallExpr) or node.arg_kinds != [nodes.ARG_POS]:
        return None
    callee = node.callee
    if not isinstance(callee, nodes.MemberExpr) or callee.name not in names:
        return None
    if isinstance(callee.expr, nodes.NameExpr):
        return low.stacks.get(low.scope.place(callee.expr.name) or "")
    return low.stacks.get(text_of(callee.expr))


def lower_entering(low: Lowering, node: Expression) -> Place | None:
    """`await stack.enter_async_context(manager)`: the manager's value; None for anything else."""
    stack = _stack_of(low, node, "enter_async_context")
    if stack is None:
        return None
    assert isinstance(node, nodes.CallExpr)
    return _enter(low, node, stack, is_async=True)


def lower_deferral(low: Lowering, node: nodes.CallExpr) -> Place | None:
    """`stack.enter_context(manager)`, `stack.push_async_callback(gen.aclose)`."""
    stack = _stack_of(low, node, "enter_context")
    if stack is not None:
        return _enter(low, node, stack, is_async=False)
    argument = node.args[0] if node.args else None
    if not isinstance(argument, nodes.MemberExpr) or argument.name not in _CALLBACKS:
        return None
    stack = _stack_of(low, node, _CALLBACKS[argument.name])
    if stack is None:
        return None
    closer = low.build.temporary()
    low.build.emit(Closing(node, node.line, closer, low.value(argument.expr)))
    low.build.emit(Defer(node, node.line, stack.held, closer))
    return low.unknown(node, Constant.TRUTHY)


def _enter(low: Lowering, node: nodes.CallExpr, stack: ExitStack, *, is_async: bool) -> Place:
    build, expression = low.build, node.args[0]
    kind = managers.kind_of(low, expression, is_async=is_async)
    known = bool(kind.swallow.handled.classes) and not kind.swallow.handled.bounds
    stack.swallows = stack.swallows or (kind.swallow.handled != NOTHING and not known)
    manager, value = build.temporary(), build.temporary()
    build.emit(Copy(node, node.line, manager, low.value(expression)))
    line = expression.line
    build.emit(
        Enter(expression, line, value, manager, is_async, kind.raises, kind.scope, stack.manager)
    )
    if known:
        # From here on it stands for what it swallows.
        build.emit(Suppress(node, node.line, manager, kind.swallow))
    build.emit(Defer(node, node.line, stack.held, manager))
    return value
