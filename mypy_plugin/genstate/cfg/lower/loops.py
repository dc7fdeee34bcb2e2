"""Loops, and the jumps out of them."""

from __future__ import annotations

from mypy import nodes
from mypy.nodes import Block, Statement

from genstate.cfg.events import Copy
from genstate.cfg.lower import callees, conditions, targets
from genstate.cfg.lower.builder import Loop
from genstate.cfg.lower.children import own_nodes
from genstate.cfg.lower.lowering import STATEMENTS, Lowering
from genstate.cfg.lower.scope import bound_names
from genstate.cfg.lower.statements import lower_block, reaches
from genstate.cfg.terminators import Next
from genstate.cfg.vocabulary import Role


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
    once = low.role in (Role.CONTEXT_MANAGER, Role.FIXTURE)
    iterable = callees.lower_iterable(low, node.expr)
    iterator, value = build.temporary(), build.temporary()
    build.emit(Copy(node, node.line, iterator, iterable))
    head, body, done, after = build.new(), build.new(), build.new(), build.new()
    build.jump(head)
    build.start(head)
    build.end(
        Next(
            node.expr,
            node.expr.line,
            value,
            iterator,
            body,
            done,
            node.is_async,
            raises=not low.oracle.iterates_quietly(node.expr),
            endless=callees.is_endless(low, node.expr),
            decides=_decides_by_variable(node),
            expected=low.expected,
            forwards=once and _gives_generator(low, node.expr),
        )
    )
    build.start(body)
    targets.assign(low, node.index, value)
    low.depends.elements.append(set(bound_names(node.index)) if once else set())
    _loop_body(low, node.body, after, head)
    low.depends.elements.pop()
    build.start(done)
    _loop_else(low, node.else_body, after)


def _decides_by_variable(node: nodes.ForStmt) -> bool:
    """The body returns or raises, always or depending on the loop variable.

    Whether such a loop ever runs out depends on the values of the variable, which nobody follows.
    """
    variables = set(bound_names(node.index))
    if _leaves(node.body.body[-1]):
        return True
    for child in own_nodes([node.body]):
        if isinstance(child, nodes.IfStmt) and any(_leaves(last) for last in _last_of(child)):
            names = {n.name for n in own_nodes(list(child.expr)) if isinstance(n, nodes.NameExpr)}
            if names & variables:
                return True
    return False


def _gives_generator(low: Lowering, iterable: nodes.Expression) -> bool:
    """A call that makes a generator, or something of which nothing is known."""
    if not isinstance(iterable, nodes.CallExpr):
        return False
    return low.oracle.is_unknown(iterable) or low.oracle.is_iterator(iterable)


def _leaves(statement: Statement) -> bool:
    return isinstance(statement, (nodes.RaiseStmt, nodes.ReturnStmt))


def _last_of(node: nodes.IfStmt) -> list[Statement]:
    blocks = [*node.body, *([node.else_body] if node.else_body is not None else [])]
    return [block.body[-1] for block in blocks if block.body]


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
