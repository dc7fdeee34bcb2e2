"""What takes values out of generators without a loop: `list(g)`, `sum(g)`, `x in g`, `[*g]`."""

from __future__ import annotations

from typing import Final, NamedTuple

from mypy import nodes
from mypy.nodes import Expression

from genstate.cfg.events import Consume
from genstate.cfg.lower import callees
from genstate.cfg.lower.adapters import Source, lower_source, source_of
from genstate.cfg.lower.lowering import Lowering
from genstate.cfg.vocabulary import Place
from genstate.knowledge import consumers
from genstate.knowledge.consumers import Consumer

_STAR: Final = Consumer(quiet=True)
_MEMBERSHIP: Final = Consumer(early=True)
_METHODS: Final = frozenset(name.rpartition(".")[2] for name in consumers.METHODS)


class Taken(NamedTuple):
    """What a call takes values out of, with the event that does it."""

    source: Source
    event: Consume


def taken_by(low: Lowering, node: nodes.CallExpr, name: str) -> dict[Expression, Taken]:
    """The arguments that the call takes values out of."""
    consumer = _consumer(low, node, name)
    found: dict[Expression, Taken] = {}
    for position, (argument, kind) in enumerate(zip(node.args, node.arg_kinds, strict=True)):
        if kind == nodes.ARG_STAR:
            source, spelling, takes = source_of(low, argument), "*", _STAR
            consumer = None  # what follows may stand anywhere
        elif kind == nodes.ARG_POS and consumer is not None and _counts(consumer, position, node):
            source, takes = source_of(low, argument), consumer
            spelling = name.rpartition(".")[2] or _method(node)
        else:
            continue
        if source is not None:
            found[argument] = Taken(source, _event(low, source, spelling, takes))
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


def _event(low: Lowering, source: Source, spelling: str, consumer: Consumer) -> Consume:
    return Consume(
        source.node,
        source.node.line,
        "",
        spelling,
        consumer.early,
        consumer.quiet,
        low.asserting,
        low.expected,
        source.through,
    )


def lower_star(low: Lowering, expression: Expression) -> Place | None:
    """`[*g]` takes all values of the generator; None where it is something else."""
    return _lower(low, expression, "*", _STAR)


def lower_container(low: Lowering, operator: str, container: Expression) -> Place:
    """`x in g` takes values until it comes to `x`."""
    place = None
    if operator in ("in", "not in"):
        place = _lower(low, container, operator, _MEMBERSHIP)
    return low.value(container) if place is None else place


def _lower(low: Lowering, taken: Expression, spelling: str, consumer: Consumer) -> Place | None:
    source = source_of(low, taken)
    if source is None:
        return None
    event = _event(low, source, spelling, consumer)
    event.source = lower_source(low, taken, source)
    low.build.emit(event)
    return event.source
