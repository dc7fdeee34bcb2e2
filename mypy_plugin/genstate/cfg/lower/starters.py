"""Calls that hand operations over to tasks, or wait for them with a limit of time."""

from __future__ import annotations

from typing import Final, NamedTuple

from mypy import nodes
from mypy.nodes import Expression

from genstate.cfg.events import Cancel, Escape, Pack, Start
from genstate.cfg.exceptions import OLD_TIMEOUT_ERROR, TIMEOUT_ERROR, ExceptionClass
from genstate.cfg.lower import callees, following, operations
from genstate.cfg.lower.expiry import is_limited, is_over
from genstate.cfg.lower.lowering import Lowering
from genstate.cfg.vocabulary import Constant, Place
from genstate.knowledge import protocols
from genstate.knowledge.starters import CANCELLING, STARTERS, Starter


class Limit(NamedTuple):
    """How long a call waits at most: what it is given for that, if anything, and whether the time
    is over before anything begins; None where that is not known."""

    given: Expression | None
    is_over: bool | None


_NO_LIMIT: Final = Limit(None, False)


def lower_driven(low: Lowering, node: Expression) -> Place | None:
    """A call that begins nothing before it is awaited, or gone through; None for any other.

    It must be awaited, or gone through, on the spot.
    """
    starter = _starter(low, node) if isinstance(node, nodes.CallExpr) else None
    if starter is None or not starter.lazy:
        return None
    assert isinstance(node, nodes.CallExpr)
    return _lower(low, node, starter)


def lower_start(low: Lowering, node: nodes.CallExpr) -> Place | None:
    """A call of a function that starts awaitables; None for any other call."""
    starter = _starter(low, node)
    if starter is None or starter.lazy:
        return None
    return _lower_call(low, node, starter) if starter.calls else _lower(low, node, starter)


def lower_cancel(low: Lowering, node: nodes.CallExpr) -> Place | None:
    """A call that cancels a task; None for any other call."""
    callee = node.callee
    if not isinstance(callee, nodes.MemberExpr) or callee.name != "cancel":
        return None
    if callees.method_name(low, callee) not in CANCELLING:
        return None
    task, target = low.value(callee.expr), low.build.temporary()
    for argument in node.args:
        low.value(argument)
    low.build.emit(Cancel(node, node.line, target, task))
    return target


def _lower(low: Lowering, node: nodes.CallExpr, starter: Starter) -> Place | None:
    """The call of a starter that is given awaitables."""
    handed, limit = _handed(node, starter), _limit(low, node, starter)
    if not handed or limit.is_over is True:  # nothing of it begins, unless it has begun before
        return None
    partly = starter.waits and not _waits_for_all(low, node, len(handed))
    if partly and node not in low.discarded:
        return None
    places = tuple(low.value(argument) for argument in handed)
    if partly:
        return low.unknown(node)  # they go on as before
    used = {*handed, *(node.args if starter.many else node.args[:1])}
    others = [argument for argument in node.args if argument not in used]
    return _start(low, node, starter, handed, places, others, limit)


def _handed(node: nodes.CallExpr, starter: Starter) -> list[Expression]:
    """The awaitables that a call writes down; none where they are not all to be seen."""
    found: list[Expression] = []
    for position, (argument, kind) in enumerate(zip(node.args, node.arg_kinds, strict=True)):
        wanted = starter.many or position == 0
        if kind == nodes.ARG_STAR or (starter.listed and kind == nodes.ARG_POS and wanted):
            items = _items(argument)
            if items is None:
                return []
            found += items
        elif kind == nodes.ARG_POS and wanted:
            found.append(argument)
    return found


def _waits_for_all(low: Lowering, node: nodes.CallExpr, number: int) -> bool:
    """Behind `asyncio.wait(…)`, all the tasks have come to their end."""
    limit, until = _argument(node, "timeout"), _argument(node, "return_when")
    if limit is not None and callees.fullname(limit) != "builtins.None":
        return False
    every = until is None or callees.fullname(until).endswith(".ALL_COMPLETED")
    return every or number == 1


def _items(display: Expression) -> list[Expression] | None:
    """What a display of a list, tuple or set puts together; None for any other expression."""
    if not isinstance(display, (nodes.ListExpr, nodes.TupleExpr, nodes.SetExpr)):
        return None
    starred = any(isinstance(item, nodes.StarExpr) for item in display.items)
    return None if starred else display.items


def _lower_call(low: Lowering, node: nodes.CallExpr, starter: Starter) -> Place | None:
    """The call of a starter that is given a function or method, and what to call it with."""
    if not node.args or node.arg_kinds[0] != nodes.ARG_POS or nodes.ARG_STAR in node.arg_kinds:
        return None
    called, *rest = node.args
    given = [a for a, kind in zip(rest, node.arg_kinds[1:], strict=True) if kind == nodes.ARG_POS]
    others = [argument for argument in rest if argument not in given]
    place = _lower_called(low, node, called, given)
    return None if place is None else _start(low, node, starter, [called], (place,), others)


def _lower_called(
    low: Lowering, node: nodes.CallExpr, called: Expression, given: list[Expression]
) -> Place | None:
    """The awaitable that a starter gets when it calls `called`."""
    spelling = protocols.METHODS.get(called.name) if isinstance(called, nodes.MemberExpr) else None
    if isinstance(called, nodes.MemberExpr) and spelling is not None:
        return operations.operate(low, called, spelling, called.expr, given, called.name)
    arguments: following.Arguments = [(argument, nodes.ARG_POS, None) for argument in given]
    return following.lower_followed(low, node, arguments, called, raises=True, value=None)


def _start(
    low: Lowering,
    node: nodes.CallExpr,
    starter: Starter,
    handed: list[Expression],
    places: tuple[Place, ...],
    others: list[Expression],
    limit: Limit = _NO_LIMIT,
) -> Place:
    rest = tuple(low.value(argument) for argument in others)
    if rest:
        low.build.emit(Escape(node, node.line, rest))
    target = low.build.temporary()
    low.build.emit(
        Start(
            node,
            node.line,
            target,
            places,
            tuple(handed),
            starter.name,
            _timeout(low, limit),
            True if starter.waits else _collects(node, starter),
            starter.shields,
            starter.waits,
            starter.scatters,
            starter.limit is not None,
            starter.many,
            limit.is_over is not False,
            low.expected,
        )
    )
    if isinstance(node.callee, nodes.MemberExpr):
        group = low.scope.variable(node.callee.expr)
        low.groups.get(group or "", []).append(target)
    if starter.calls:
        return low.unknown(node, Constant.NONE)
    return _scattered(low, node, places, target) if starter.scatters else target


def _scattered(
    low: Lowering, node: nodes.CallExpr, places: tuple[Place, ...], task: Place
) -> Place:
    """What comes in the order of the results: one at least, as equal awaitables are one."""
    several = len(places) > 1
    items = tuple(low.unknown(node) if several else task for _ in places[:1])
    target = low.build.temporary()
    low.build.emit(Pack(node, node.line, target, items, more=several))
    return target


def _starter(low: Lowering, node: nodes.CallExpr) -> Starter | None:
    name = callees.fullname(node.callee)
    if not name and isinstance(node.callee, nodes.MemberExpr):
        name = callees.method_name(low, node.callee)
    return STARTERS.get(name)


def _timeout(low: Lowering, limit: Limit) -> ExceptionClass | None:
    """The exception that says that the time is over."""
    if limit.given is None or not is_limited(low, limit.given):
        return None
    return OLD_TIMEOUT_ERROR if low.around.version < (3, 11) else TIMEOUT_ERROR


def _limit(low: Lowering, node: nodes.CallExpr, starter: Starter) -> Limit:
    """What the call says of how long it waits."""
    if starter.limit is None:
        return _NO_LIMIT
    position, name = starter.limit
    given = _argument(node, name) or (node.args[position] if len(node.args) > position else None)
    return _NO_LIMIT if given is None else Limit(given, is_over(low, given))


def _collects(node: nodes.CallExpr, starter: Starter) -> bool | None:
    given = _argument(node, starter.collects) if starter.collects else None
    if given is None:
        return False
    return True if callees.fullname(given) == "builtins.True" else None


def _argument(node: nodes.CallExpr, name: str) -> Expression | None:
    """The argument that is given by this name."""
    found = (a for a, n in zip(node.args, node.arg_names, strict=True) if n == name)
    return next(found, None)
