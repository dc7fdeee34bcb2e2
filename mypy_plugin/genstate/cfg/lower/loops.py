"""Loops, and the jumps out of them."""

from __future__ import annotations

from mypy import nodes
from mypy.nodes import Block, Expression

from genstate.cfg.events import Copy, Yield
from genstate.cfg.lower import (
    absorbing,
    callees,
    conditions,
    iterables,
    making,
    starters,
    targets,
    waiting,
)
from genstate.cfg.lower.adapters import Source, lower_source, source_of
from genstate.cfg.lower.builder import Loop
from genstate.cfg.lower.lowering import EXPRESSIONS, STATEMENTS, Lowering
from genstate.cfg.lower.scope import bound_names
from genstate.cfg.lower.statements import lower_block, reaches
from genstate.cfg.terminators import Next
from genstate.cfg.vocabulary import Place


def lower_while(low: Lowering, node: nodes.WhileStmt) -> None:
    if not reaches(low, node.expr, node):
        return
    build = low.build
    head, after = build.new(), build.new()
    build.jump(head)
    build.start(head)
    yes, no = conditions.lower_condition(low, node.expr)
    build.start(yes)
    _loop_body(low, node.body, after, head)
    build.start(no)
    _loop_else(low, node.else_body, after)


def lower_for(low: Lowering, node: nodes.ForStmt) -> None:
    if not reaches(low, node.expr, node):
        return
    build = low.build
    value, _, head, done = _lower_head(low, node, node.expr, is_async=node.is_async, loop=node)
    after = build.new()
    targets.assign(low, node.index, value)
    low.depends.elements.append(set(bound_names(node.index)))
    _loop_body(low, node.body, after, head)
    low.depends.elements.pop()
    build.start(done)
    _loop_else(low, node.else_body, after)


def lower_yield_from(low: Lowering, node: nodes.YieldFromExpr) -> Place:
    """A loop that yields what it is given. Its result comes from the iterator, at its end."""
    build = low.build
    value, iterator, head, done = _lower_head(low, node, node.expr, delegates=True)
    converts = _is_generator(low, node.expr)
    target = build.temporary()
    build.emit(Yield(node, node.line, target, value, True, iterator, converts))
    build.jump(head)
    build.start(done)
    return low.unknown(node)


def _is_generator(low: Lowering, expression: Expression) -> bool:
    made = isinstance(expression, nodes.CallExpr) and callees.generator_function(
        low, expression.callee
    )
    return bool(made) or low.oracle.is_sync_generator(expression)


def _lower_head(
    low: Lowering,
    node: nodes.Node,
    iterable: Expression,
    *,
    is_async: bool = False,
    delegates: bool = False,
    loop: nodes.ForStmt | None = None,
) -> tuple[Place, Place, int, int]:
    """Enter a loop over `iterable`: value, iterator, the head of the loop, and the way past it.

    `loop` is the statement, if there is one.
    """
    build = low.build
    source = source_of(low, iterable) or Source(iterable)
    taken = (
        starters.lower_driven(low, iterable) or iterables.lower_iterable(low, iterable)
        if source.node is iterable
        else lower_source(low, iterable, source)
    )
    iterator, value = build.temporary(), build.temporary()
    # Whether there is a first turn counts in functions that should yield once.
    sized = low.depends.once and low.oracle.is_true_by_size(iterable)
    guard = conditions.truth_of(low, iterable, taken) if sized else None
    build.emit(Copy(node, node.line, iterator, taken, guard))
    making.note_iterated(low, iterable, iterator)
    head, body, done = build.new(), build.new(), build.new()
    build.jump(head)
    build.start(head)
    build.end(
        Next(
            source.node,
            source.node.line,
            value,
            iterator,
            body,
            done,
            is_async,
            raises=not low.oracle.iterates_quietly(iterable),
            endless=iterables.is_endless(low, iterable),
            depends=low.depends.of_loop(low.oracle, iterable, source.node, loop),
            expected=low.expected,
            asserted=loop is not None and _refuses(low, loop.body),
            delegates=delegates,
            suspends=not waiting.never_waits(low, iterable),
            surely=not is_async or waiting.surely_waits(low, iterable),
            through=source.through,
            absorbs=absorbing.loop_absorber(low, iterable),
            sized=sized,
            expires=node in low.expiring,
        )
    )
    build.start(body)
    return value, iterator, head, done


def _refuses(low: Lowering, body: Block) -> bool:
    """Whoever writes `for _ in g: pytest.fail()` asks that there be no turn."""
    first = body.body[0]
    return isinstance(first, nodes.RaiseStmt) or (
        isinstance(first, nodes.ExpressionStmt) and low.oracle.never_returns(first.expr)
    )


def _loop_body(low: Lowering, body: Block, on_break: int, on_continue: int) -> None:
    low.build.frames.append(Loop(on_break, on_continue))
    lower_block(low, body)
    low.build.frames.pop()
    low.build.jump(on_continue)


def _loop_else(low: Lowering, body: Block | None, after: int) -> None:
    if body is not None:
        lower_block(low, body)
    low.build.jump(after)
    low.build.start(after)


def lower_break(low: Lowering, node: nodes.BreakStmt) -> None:
    low.build.leave_by_break()


def lower_continue(low: Lowering, node: nodes.ContinueStmt) -> None:
    low.build.leave_by_continue()


STATEMENTS.update(
    {
        nodes.WhileStmt: lower_while,
        nodes.ForStmt: lower_for,
        nodes.BreakStmt: lower_break,
        nodes.ContinueStmt: lower_continue,
    }
)
EXPRESSIONS[nodes.YieldFromExpr] = lower_yield_from
