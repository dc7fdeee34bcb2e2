"""What takes values out of generators without a loop: `list(g)`, `sum(g)`, `x in g`, `[*g]`."""

from __future__ import annotations

from typing import Final

from mypy import nodes
from mypy.nodes import Expression

from genstate.cfg.events import Consume
from genstate.cfg.lower import callees
from genstate.cfg.lower.lowering import Lowering
from genstate.cfg.vocabulary import Place
from genstate.knowledge import consumers
from genstate.knowledge.consumers import Consumer

_STAR: Final = Consumer(quiet=True)
_MEMBERSHIP: Final = Consumer(early=True)
_METHODS: Final = frozenset(name.rpartition(".")[2] for name in consumers.METHODS)


def taken_by(low: Lowering, node: nodes.CallExpr, name: str) -> dict[Expression, Consume]:
    """The arguments that the call takes values out of, with the events that do it."""
    consumer = _consumer(low, node, name)
    found: dict[Expression, Consume] = {}
    for position, (argument, kind) in enumerate(zip(node.args, node.arg_kinds, strict=True)):
        if kind == nodes.ARG_STAR:
            if low.oracle.may_be_sync_generator(argument):
                found[argument] = _event(low, argument, "*", _STAR)
            consumer = None  # what follows may stand anywhere
        elif (
            kind == nodes.ARG_POS
            and consumer is not None
            and _counts(consumer, position, node)
            and low.oracle.may_be_sync_generator(callees.passed_on(low, argument))
        ):
            spelling = name.rpartition(".")[2] or _method(node)
            source = callees.passed_on(low, argument)
            found[argument] = _event(low, source, spelling, consumer)
    return found


def _consumer(low: Lowering, node: nodes.CallExpr, name: str) -> Consumer | None:
    callee = node.callee
    if name in consumers.FUNCTIONS:
        return consumers.FUNCTIONS[name]
    if isinstance(callee, nodes.MemberExpr) and callee.name in _METHODS:
        return consumers.METHODS.get(callees.method_name(low, callee))
    return None


def _method(node: nodes.CallExpr) -> str:
    return node.callee.name if isinstance(node.callee, nodes.MemberExpr) else ""


def _counts(consumer: Consumer, position: int, node: nodes.CallExpr) -> bool:
    if consumer.alone and (len(node.args) > 1 and node.arg_kinds[1] != nodes.ARG_NAMED):
        return False
    return consumer.positions is None or position in consumer.positions


def _event(low: Lowering, node: Expression, spelling: str, consumer: Consumer) -> Consume:
    return Consume(
        node, node.line, "", spelling, consumer.early, consumer.quiet, low.asserting, low.expected
    )


def lower_star(low: Lowering, expression: Expression, place: Place) -> None:
    """`[*g]` takes all values of the generator in `place`."""
    event = _event(low, expression, "*", _STAR)
    event.source = place
    low.build.emit(event)


def lower_membership(low: Lowering, operator: str, container: Expression, place: Place) -> None:
    """`x in g` takes values until it comes to `x`."""
    if operator in ("in", "not in") and low.oracle.may_be_sync_generator(container):
        event = _event(low, container, operator, _MEMBERSHIP)
        event.source = place
        low.build.emit(event)
