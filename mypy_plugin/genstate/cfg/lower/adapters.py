"""Iterators over another one that are taken from on the spot: `map(f, g)`, `(f(x) for x in g)`.

What takes values from them takes them from their source.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from mypy import nodes
from mypy.nodes import Expression

from genstate.cfg.lower import callees
from genstate.cfg.lower.closures import share
from genstate.cfg.lower.lowering import Lowering
from genstate.cfg.lower.scope import mentioned
from genstate.cfg.vocabulary import DIRECT, Place, Through
from genstate.knowledge.adapters import ADAPTERS, QUIET, Adapter


@dataclass(frozen=True, slots=True)
class Source:
    """What values are taken from in the end.

    Attributes:
        node: the expression.
        through: how its values get to whoever takes them.
    """

    node: Expression
    through: Through = DIRECT


def source_of(low: Lowering, expression: Expression) -> Source | None:
    """The generator, perhaps, that the values of `expression` come from; None if there is none."""
    node, through = expression, DIRECT
    while (step := _step(low, node)) is not None:
        node, through = step.node, step.through | through
    return Source(node, through) if callees.may_be_sync_generator(low, node) else None


def lower_source(low: Lowering, expression: Expression, source: Source) -> Place:
    """Lower `expression`, which makes the adapters over a source: the place of the source."""
    if expression is source.node:
        return low.value(expression)
    step = _step(low, expression)
    assert step is not None
    if isinstance(expression, nodes.GeneratorExpr):
        place = lower_source(low, step.node, source)
        low.build.emit(share(low, expression, mentioned(inside(expression))))
        return place
    assert isinstance(expression, nodes.CallExpr)
    others = []
    place = ""
    for argument in expression.args:
        if argument is step.node:
            place = lower_source(low, argument, source)
        else:
            others.append(low.value(argument))
    if others:
        low.opaque(expression, escape=tuple(others), raises=step.through.raises)
    return place


def inside(node: nodes.GeneratorExpr) -> list[Expression]:
    """What a generator expression evaluates when it is asked for values."""
    conditions = [condition for conditions in node.condlists for condition in conditions]
    return [node.left_expr, *node.sequences[1:], *conditions]


def _step(low: Lowering, expression: Expression) -> Source | None:
    """What the outermost adapter takes its values from; None where there is no adapter."""
    if isinstance(expression, nodes.GeneratorExpr):
        if not low.oracle.is_sync_generator(expression):
            return None
        skips = len(expression.sequences) > 1 or any(expression.condlists)
        return Source(expression.sequences[0], Through(skips=skips, raises=True))
    if not isinstance(expression, nodes.CallExpr):
        return None
    adapter = ADAPTERS.get(callees.fullname(expression.callee))
    if adapter is None or len(expression.args) <= adapter.source:
        return None
    if any(kind != nodes.ARG_POS for kind in expression.arg_kinds[: adapter.source + 1]):
        return None
    early = adapter.shortest and len(expression.args) > adapter.source + 1
    source = expression.args[adapter.source]
    through = replace(
        adapter.through,
        early=adapter.through.early or early,
        raises=adapter.through.raises and not _is_quiet(low, adapter, expression),
    )
    return Source(source, through)


def _is_quiet(low: Lowering, adapter: Adapter, node: nodes.CallExpr) -> bool:
    """Neither what the adapter calls nor what it takes besides its source raises anything."""
    if adapter.calls:
        plain = low.oracle.gives_plain_values(node.args[adapter.source])
        if not plain or callees.fullname(node.args[0]) not in QUIET:
            return False
    others = node.args[adapter.source + 1 :]
    plain = all(kind == nodes.ARG_POS for kind in node.arg_kinds)
    known = adapter.shortest or adapter.calls
    return known and plain and all(map(low.oracle.iterates_quietly, others))
