"""`try`: what runs when control leaves a block by an exception or a jump."""

from __future__ import annotations

from mypy import nodes

from genstate.cfg.events import Copy, Forget, MakeException
from genstate.cfg.exceptions import BASE_EXCEPTION, NOTHING
from genstate.cfg.lower.builder import Passage
from genstate.cfg.lower.lowering import STATEMENTS, Lowering
from genstate.cfg.lower.scope import names_bound
from genstate.cfg.lower.statements import lower_block
from genstate.cfg.terminators import Catch, Raise
from genstate.cfg.vocabulary import RAISED, Place


def lower_try(low: Lowering, node: nodes.TryStmt) -> None:
    if node.finally_body is None:
        _lower_handlers(low, node)
        return
    build, final = low.build, node.finally_body
    outer = build.handler
    failed = build.new()
    build.frames.append(Passage(lambda: lower_block(low, final), outer))
    build.handled_by(failed)
    _lower_handlers(low, node)
    build.frames.pop()
    build.handled_by(outer)
    lower_block(low, final)
    after = build.new()
    build.jump(after)
    build.start(failed)
    pending = keep_exception(low, node)
    lower_block(low, final)
    build.end(Raise(final, final.line, pending))
    low.caught.pop()
    build.start(after)


def keep_exception(low: Lowering, node: nodes.Node) -> Place:
    """At the head of a handler: put the exception in flight away under a place of its own."""
    place = f"%exc{low.build.temporary()[1:]}"
    low.build.emit(Copy(node, node.line, place, RAISED))
    low.build.emit(Forget(node, node.line, (RAISED,)))
    low.caught.append(place)
    return place


def _lower_handlers(low: Lowering, node: nodes.TryStmt) -> None:
    build = low.build
    if not node.handlers:
        lower_block(low, node.body)
        return
    outer = build.handler
    failed, after = build.new(), build.new()
    build.handled_by(failed)
    lower_block(low, node.body)
    build.handled_by(outer)
    if node.else_body is not None:
        lower_block(low, node.else_body)
    build.jump(after)
    build.start(failed)
    exception = keep_exception(low, node)
    for position in range(len(node.handlers)):
        _lower_handler(low, node, position, exception, after)
    build.end(Raise(node, node.line, exception))
    low.caught.pop()
    build.start(after)


def _lower_handler(
    low: Lowering, node: nodes.TryStmt, position: int, exception: Place, after: int
) -> None:
    """One `except` clause; goes on where it does not match."""
    build = low.build
    test, body = node.types[position], node.handlers[position]
    no = -1
    if test is not None:
        if not isinstance(test, (nodes.RefExpr, nodes.TupleExpr)):
            low.value(test)
        yes, no = build.new(), build.new()
        handled = low.oracle.handled(test)
        build.end(Catch(test, test.line, exception, handled, yes, no, node.is_star))
        build.start(yes)
    _lower_handler_body(low, node, position, exception)
    if node.is_star and build.current is not None:
        # What of a group is left over goes on to the next clause.
        done = build.new()
        build.end(Catch(body, body.line, exception, NOTHING, no, done, grouped=True))
        build.start(done)
    build.jump(after)
    if no >= 0:
        build.start(no)
    else:
        build.current = None


def _lower_handler_body(
    low: Lowering, node: nodes.TryStmt, position: int, exception: Place
) -> None:
    """The body of an `except` clause: however control leaves it, the name is unbound."""
    build, body, name = low.build, node.handlers[position], node.vars[position]
    place = None if name is None else low.scope.place(name.name)
    if place is None and not node.is_star:
        lower_block(low, body)
        return
    variable = () if place is None else (place,)

    def unbind() -> None:
        build.emit(Forget(body, body.line, variable))

    if place is not None:
        source = low.unknown(body) if node.is_star else exception
        build.emit(Copy(body, body.line, place, source))
    outer = build.handler
    failed = build.new()
    build.frames.append(Passage(unbind, outer))
    build.handled_by(failed)
    low.caught.append(_raised_again(low, node, position, exception))
    lower_block(low, body)
    low.caught.pop()
    build.frames.pop()
    build.handled_by(outer)
    unbind()
    resume = build.current
    build.start(failed)
    unbind()
    if node.is_star:
        # Whatever leaves a clause of `except*` is put into a group.
        build.emit(MakeException(body, body.line, RAISED, BASE_EXCEPTION, False))
    build.end(Raise(body, body.line, RAISED))
    build.current = resume


def _raised_again(low: Lowering, node: nodes.TryStmt, position: int, exception: Place) -> Place:
    """What a bare `raise` in the clause raises.

    Where the name stands for the exception all through the clause, a test of the name is a test of
    the exception.
    """
    name, body = node.vars[position], node.handlers[position]
    place = None if name is None else low.scope.place(name.name)
    if name is None or place is None or node.is_star:
        return exception
    if name.name in names_bound([body])[0] or place in low.scope.rebound:
        return exception
    return place


STATEMENTS[nodes.TryStmt] = lower_try
