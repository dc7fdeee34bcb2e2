"""Timeout scopes: what they cut short, and what comes out of them then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from mypy import nodes

from genstate.cfg.events import MakeException
from genstate.cfg.exceptions import (
    EXPIRED,
    OLD_TIMEOUT_ERROR,
    ExceptionClass,
    Handled,
)
from genstate.cfg.lower import callees, nones
from genstate.cfg.lower.lowering import Lowering
from genstate.cfg.lower.oracle import defined
from genstate.cfg.lower.waiting import is_waiting
from genstate.cfg.terminators import Catch, Raise
from genstate.cfg.vocabulary import Place
from genstate.children import own_nodes
from genstate.knowledge import scopes

_TAKES_ONE: Final = (
    *(nodes.AwaitExpr, nodes.ForStmt, nodes.GeneratorExpr, nodes.DictionaryComprehension),
)


@dataclass(frozen=True, slots=True)
class Expiry:
    """A scope with a limit of time, in whose block there is one thing to wait for.

    Attributes:
        awaited: the one place where the limit can strike: an `await`, or what loops with `async`.
        raises: what comes out of the scope; None where it goes on behind it.
        hasty: the limit may be over before anything begins.
    """

    awaited: nodes.Node
    raises: ExceptionClass | None
    hasty: bool


def expiry_of(low: Lowering, node: nodes.WithStmt) -> Expiry | None:
    """What a `with` statement does where its time is over; None where that cannot be told."""
    call = low.scope.definition(node.expr[0])
    if len(node.expr) != 1 or not isinstance(call, nodes.CallExpr) or not call.args:
        return None
    name = callees.fullname(call.callee)
    waiting = [each for each in own_nodes([node.body]) if _waits(each)]
    awaited = waiting[0] if len(waiting) == 1 else None
    if name not in scopes.TIMEOUTS or not isinstance(awaited, _TAKES_ONE):
        return None
    if not is_limited(low, call.args[0]):
        return None
    if any(isinstance(each, nodes.WithStmt) for each in own_nodes([node.body])):
        return None  # it may shield what is in it
    over = is_over(low, call.args[0])
    if over is True:
        return None
    if _names(node) & {n.name for n in own_nodes([node.body]) if isinstance(n, nodes.NameExpr)}:
        return None  # its limit may be another one by now
    old = name.startswith("async_timeout") and low.around.version < (3, 11)
    # What ends at a point in time may have ended.
    return Expiry(awaited, OLD_TIMEOUT_ERROR if old else scopes.TIMEOUTS[name], over is None)


def is_limited(low: Lowering, limit: nodes.Expression) -> bool:
    """There is a limit of time: it is not None, and comes to an end."""
    given = defined(low.scope.definition(limit), low.around.definitions)
    there = nones.never_none(low, limit) or nones.never_none(low, given)
    return there and not callees.is_infinite(low, limit)


def is_over(low: Lowering, limit: nodes.Expression) -> bool | None:
    """A limit of time is over before anything begins; None where that is not known."""
    limit = defined(low.scope.definition(limit), low.around.definitions)
    if isinstance(limit, (nodes.IntExpr, nodes.FloatExpr)):
        return limit.value <= 0
    return True if isinstance(limit, nodes.UnaryExpr) and limit.op == "-" else None


def lower_expiry(
    low: Lowering, node: nodes.Expression, expiry: Expiry, exception: Place, after: int
) -> None:
    """An exception leaves the block: if it is the scope's own, it goes no further."""
    build = low.build
    own, other = build.new(), build.new()
    build.end(Catch(node, node.line, exception, Handled((EXPIRED,)), own, other))
    build.start(own)
    if expiry.raises is None:
        build.jump(after)
    else:
        build.emit(MakeException(node, node.line, exception, expiry.raises, exact=True))
        build.end(Raise(node, node.line, exception))
    build.start(other)


def _names(node: nodes.WithStmt) -> set[str]:
    """What the scope is called in its block, and outside of it."""
    names = (*node.target, *node.expr)
    return {name.name for name in names if isinstance(name, nodes.NameExpr)}


def _waits(node: nodes.Node) -> bool:
    """Something is waited for here, or the caller gets control."""
    return is_waiting(node) or isinstance(node, (nodes.YieldExpr, nodes.YieldFromExpr))
