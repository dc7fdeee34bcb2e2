"""Statements other than `try`, `with` and `match`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mypy import nodes
from mypy.nodes import Block, Expression, Statement

from genstate.cfg.events import Discard, Doubt, MakeException
from genstate.cfg.exceptions import ASSERTION_ERROR, BASE_EXCEPTION
from genstate.cfg.lower import arms, callees, conditions, exhaustion, making, stacks, targets
from genstate.cfg.lower.builder import LeftAlone
from genstate.cfg.lower.closures import share
from genstate.cfg.lower.expressions import lower_bound
from genstate.cfg.lower.lowering import STATEMENTS, Lowering
from genstate.cfg.lower.scope import bound_names, mentioned
from genstate.cfg.terminators import Raise, Stop
from genstate.cfg.vocabulary import Constant, Place, Role

#: What a call of these does, is written down somewhere.
_DEFINED: Final = (nodes.FuncDef, nodes.OverloadedFuncDef, nodes.TypeInfo)
#: Whether these are empty can change.
_DISPLAYS: Final = (nodes.ListExpr, nodes.SetExpr)


def reaches(low: Lowering, expression: Expression | None, at: Statement) -> bool:
    """Control gets to `expression`; where mypy knows that it does not, the block ends."""
    if expression is None or low.swallowed or not low.oracle.is_dead(expression):
        return True
    low.build.end(Stop(at, at.line))
    return False


def lower_block(low: Lowering, block: Block) -> None:
    if block.is_unreachable:
        low.build.end(Stop(block, block.line))
    else:
        low.body(block.body)


def lower_expression(low: Lowering, node: nodes.ExpressionStmt) -> None:
    if reaches(low, node.expr, node):
        if isinstance(node.expr, nodes.AwaitExpr):
            low.discarded.add(node.expr.expr)
        value = low.value(node.expr)
        low.build.emit(Discard(node.expr, node.line, value, low.expected, low.listening))
        if low.caught and low.role is Role.CONTEXT_MANAGER and _may_not_return(low, node.expr):
            low.build.emit(Doubt(node, node.line))


def _may_not_return(low: Lowering, expression: Expression) -> bool:
    """A call of which nothing is known: in a handler it is often one that raises."""
    if not isinstance(expression, nodes.CallExpr):
        return False
    called = callees.target(low, expression.callee)
    if isinstance(called, _DEFINED):
        return False
    return isinstance(called, nodes.Var) or low.oracle.is_unknown(expression.callee)


def lower_assignment(low: Lowering, node: nodes.AssignmentStmt) -> None:
    if isinstance(node.rvalue, nodes.TempNode):
        return
    if callees.is_special_form(node):
        for target in node.lvalues:
            targets.assign(low, target, low.unknown(node, Constant.NOT_NONE))
        making.note_assigned(low, node.lvalues, node.rvalue)
        return
    if not reaches(low, node.rvalue, node):
        return
    value = lower_bound(low, node.rvalue)
    if isinstance(node.rvalue, _DISPLAYS) and not low.depends.filled.isdisjoint(_names(node)):
        value = low.unknown(node, Constant.NOT_NONE)
    if isinstance(node.rvalue, nodes.OpExpr):
        made = node.rvalue
        value = making.lower_count(low, node, made.op, made.left, made.right) or value
    for target in node.lvalues:
        targets.assign(low, target, value)
    making.note_assigned(low, node.lvalues, node.rvalue)
    stacks.make_stack(low, node)


def _names(node: nodes.AssignmentStmt) -> Iterator[str]:
    return (name for target in node.lvalues for name in bound_names(target))


def lower_augmented(low: Lowering, node: nodes.OperatorAssignmentStmt) -> None:
    """`target += value`: the parts of the target are evaluated once, then read, then stored to."""
    if not reaches(low, node.rvalue, node):
        return
    parts = targets.parts(low, node.lvalue)
    if not isinstance(node.lvalue, nodes.NameExpr):
        plain = low.fields.is_variable(low.scope, node.lvalue)
        parts = (low.opaque(node.lvalue, escape=parts, raises=not plain), *parts)
    operand = low.value(node.rvalue)
    raises = not (low.oracle.is_quiet(node.op, node.lvalue, node.rvalue) or _counts(low, node))
    fact = low.fact(node.lvalue)
    result = low.opaque(node, escape=(*parts, operand), raises=raises, value=fact)
    if isinstance(node.lvalue, nodes.NameExpr):
        counted = making.lower_count(low, node, node.op, node.lvalue, node.rvalue)
        targets.assign(low, node.lvalue, counted or result)
    making.note_changed(low, node.lvalue)


def _counts(low: Lowering, node: nodes.OperatorAssignmentStmt) -> bool:
    """`n += 1`: whoever writes that has a number there, even if no type says so."""
    number = isinstance(node.rvalue, (nodes.IntExpr, nodes.FloatExpr))
    return number and node.op in ("+", "-") and low.oracle.is_unknown(node.lvalue)


def lower_if(low: Lowering, node: nodes.IfStmt) -> None:
    if not reaches(low, node.expr[0], node):
        return
    build = low.build
    if node not in low.chains:
        chain = arms.chain_from(node)
        low.chains.update(dict.fromkeys(chain, exhaustion.leaves_little(low, chain)))
        low.ways.update(arms.ways_from(low.oracle, chain))
    following = exhaustion.continues_chain(node)
    if following is not None:
        low.chained[following] = exhaustion.is_end_of_chain(low, node, first=True)
    after = build.new()
    ways = low.ways[node]
    for condition, block in zip(node.expr, node.body, strict=True):
        if conditions.asks_for_checker(condition):
            _lower_for_checker(low, node)
            return
        low.depends.goes_on = node in low.chained or not ways.steer
        low.depends.raises = low.depends.once and ways.raise_something
        yes, no = conditions.lower_condition(low, condition, rejoins=ways.rejoin)
        low.depends.goes_on = low.depends.raises = False
        build.start(yes)
        lower_block(low, block)
        build.jump(after)
        build.start(no)
    if node.else_body is not None:
        lower_block(low, node.else_body)
    elif low.chains[node] or exhaustion.is_end_of_chain(low, node):
        build.emit(Doubt(node, node.line))
    build.jump(after)
    build.start(after)


def _lower_for_checker(low: Lowering, node: nodes.IfStmt) -> None:
    """`if TYPE_CHECKING:` hides from mypy what really runs: whatever that mentions is unknown.

    Raises:
        LeftAlone: that may yield, or lead somewhere else.
    """
    if low.ways[node].steer:
        raise LeftAlone
    behind = [] if node.else_body is None else [node.else_body]
    event = share(low, node, mentioned([*node.body, *behind]))
    event.rebound = event.captured
    low.build.emit(event)


def lower_return(low: Lowering, node: nodes.ReturnStmt) -> None:
    if not reaches(low, node.expr, node):
        return
    value = None if node.expr is None else low.value(node.expr)
    low.build.leave_by_return(value, node, node.line)


def lower_raise(low: Lowering, node: nodes.RaiseStmt) -> None:
    build = low.build
    if node.expr is None:
        if low.caught:
            build.end(Raise(node, node.line, low.caught[-1], explicit=True))
        else:
            place = build.temporary()
            build.emit(MakeException(node, node.line, place, BASE_EXCEPTION, False))
            build.end(Raise(node, node.line, place))
        return
    if not reaches(low, node.expr, node):
        return
    place = low.value(node.expr)
    if node.from_expr is not None:
        low.value(node.from_expr)
    raised, exact = low.oracle.exception(node.expr)
    build.end(Raise(node, node.line, place, raised, exact, explicit=True))


def lower_assert(low: Lowering, node: nodes.AssertStmt) -> None:
    if not reaches(low, node.expr, node):
        return
    build = low.build
    low.asserting = True
    yes, no = conditions.lower_condition(low, node.expr)
    low.asserting = False
    build.start(no)
    if node.msg is not None:
        low.value(node.msg)
    place: Place = build.temporary()
    build.emit(MakeException(node, node.line, place, ASSERTION_ERROR, True))
    build.end(Raise(node, node.line, place))
    build.start(yes)


def lower_delete(low: Lowering, node: nodes.DelStmt) -> None:
    targets.delete(low, node.expr)
    making.note_changed(low, node.expr)


STATEMENTS.update(
    {
        nodes.Block: lower_block,
        nodes.ExpressionStmt: lower_expression,
        nodes.AssignmentStmt: lower_assignment,
        nodes.OperatorAssignmentStmt: lower_augmented,
        nodes.IfStmt: lower_if,
        nodes.ReturnStmt: lower_return,
        nodes.RaiseStmt: lower_raise,
        nodes.AssertStmt: lower_assert,
        nodes.DelStmt: lower_delete,
    }
)
