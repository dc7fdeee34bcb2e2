"""Calls that hand operations over to tasks, or wait for them with a limit of time."""

from __future__ import annotations

from mypy import nodes
from mypy.nodes import Expression

from genstate.cfg.events import Escape, Start
from genstate.cfg.exceptions import OLD_TIMEOUT_ERROR, TIMEOUT_ERROR, ExceptionClass
from genstate.cfg.lower import callees
from genstate.cfg.lower.lowering import Lowering
from genstate.cfg.vocabulary import Place
from genstate.knowledge.starters import STARTERS, Starter


def lower_awaited(low: Lowering, node: Expression) -> Place | None:
    """A call that begins nothing before it is awaited, and is awaited on the spot; or None."""
    starter = _starter(low, node) if isinstance(node, nodes.CallExpr) else None
    if starter is None or not starter.lazy:
        return None
    assert isinstance(node, nodes.CallExpr)
    return _lower(low, node, starter)


def lower_start(low: Lowering, node: nodes.CallExpr) -> Place | None:
    """A call of a function that starts awaitables; None for any other call."""
    starter = _starter(low, node)
    if starter is None or starter.lazy or starter.calls:
        return None
    return _lower(low, node, starter)


def _lower(low: Lowering, node: nodes.CallExpr, starter: Starter) -> Place | None:
    if nodes.ARG_STAR in node.arg_kinds:
        return None
    handed = [
        argument
        for position, (argument, kind) in enumerate(zip(node.args, node.arg_kinds, strict=True))
        if kind == nodes.ARG_POS and (starter.many or position == 0)
    ]
    if not handed:
        return None
    places = tuple(low.value(argument) for argument in handed)
    others = tuple(low.value(argument) for argument in node.args if argument not in handed)
    if others:
        low.build.emit(Escape(node, node.line, others))
    target = low.build.temporary()
    low.build.emit(
        Start(
            node,
            node.line,
            target,
            places,
            tuple(handed),
            starter.name,
            _timeout(low, node, starter),
            _collects(node, starter),
            starter.shields,
        )
    )
    return target


def _starter(low: Lowering, node: nodes.CallExpr) -> Starter | None:
    name = callees.fullname(node.callee)
    if not name and isinstance(node.callee, nodes.MemberExpr):
        name = callees.method_name(low, node.callee)
    return STARTERS.get(name)


def _timeout(low: Lowering, node: nodes.CallExpr, starter: Starter) -> ExceptionClass | None:
    """The exception that says that the time is over."""
    if starter.limit is None:
        return None
    position, name = starter.limit
    limit = _argument(node, name) or (node.args[position] if len(node.args) > position else None)
    if limit is None or not low.oracle.never_none(limit):
        return None
    return OLD_TIMEOUT_ERROR if low.around.version < (3, 11) else TIMEOUT_ERROR


def _collects(node: nodes.CallExpr, starter: Starter) -> bool | None:
    given = _argument(node, starter.collects) if starter.collects else None
    if given is None:
        return False
    return True if callees.fullname(given) == "builtins.True" else None


def _argument(node: nodes.CallExpr, name: str) -> Expression | None:
    """The argument that is given by this name."""
    found = (a for a, n in zip(node.args, node.arg_names, strict=True) if n == name)
    return next(found, None)
