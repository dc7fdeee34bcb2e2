"""Comprehensions, and generator expressions."""

from __future__ import annotations

from mypy import nodes
from mypy.nodes import Expression

from genstate.cfg.events import Copy, Escape
from genstate.cfg.lower import absorbing, adapters, conditions, targets, waiting
from genstate.cfg.lower.closures import share
from genstate.cfg.lower.lowering import EXPRESSIONS, Lowering
from genstate.cfg.lower.scope import bound_names, mentioned
from genstate.cfg.terminators import Next
from genstate.cfg.vocabulary import Constant, Place


def lower_generator(low: Lowering, node: nodes.GeneratorExpr) -> Place:
    """A generator expression: its first iterable is evaluated now, the rest when it is driven."""
    first = low.value(node.sequences[0])
    low.build.emit(Escape(node, node.line, (first,)))
    low.build.emit(share(low, node, mentioned(adapters.inside(node))))
    return low.unknown(node, Constant.TRUTHY)


def lower_list_comprehension(
    low: Lowering, node: nodes.ListComprehension | nodes.SetComprehension
) -> Place:
    element = node.generator.left_expr
    hashed = element if isinstance(node, nodes.SetComprehension) else None
    return _comprehend(low, node.generator, [element], hashed)


def lower_dict_comprehension(low: Lowering, node: nodes.DictionaryComprehension) -> Place:
    parts: list[Expression | None] = [getattr(node, "key", None), node.value]
    return _comprehend(low, node, [part for part in parts if part is not None], parts[0])


def _comprehend(
    low: Lowering,
    node: nodes.GeneratorExpr | nodes.DictionaryComprehension,
    parts: list[Expression],
    hashed: Expression | None,
) -> Place:
    """A comprehension runs at once, as nested loops with variables of their own.

    What is `hashed` may refuse that.
    """
    build = low.build
    sources = [
        adapters.source_of(low, sequence) or adapters.Source(sequence)
        for sequence in node.sequences
    ]
    first = adapters.lower_source(low, node.sequences[0], sources[0])
    names = [name for index in node.indices for name in bound_names(index)]
    low.scope.open(names, is_class=False)
    done = build.new()
    outer = done
    for position, index in enumerate(node.indices):
        source = sources[position]
        iterator = (
            adapters.lower_source(low, node.sequences[position], source) if position else first
        )
        outer = _comprehension_loop(low, node, position, index, source, iterator, outer)
    elements = tuple(low.value(part) for part in parts)
    if hashed is not None and not low.oracle.is_immutable(hashed):
        low.may_fail(node)
    build.emit(Escape(node, node.line, elements))
    build.jump(outer)
    low.scope.close()
    build.start(done)
    return low.unknown(node, Constant.NOT_NONE)


def _comprehension_loop(
    low: Lowering,
    node: nodes.GeneratorExpr | nodes.DictionaryComprehension,
    position: int,
    index: Expression,
    source: adapters.Source,
    iterable: Place,
    outer: int,
) -> int:
    """One `for` of a comprehension with its conditions; the head of its loop."""
    build = low.build
    iterator, value = build.temporary(), build.temporary()
    build.emit(Copy(node, node.line, iterator, iterable))
    sequence, is_async = node.sequences[position], bool(node.is_async[position])
    head, inside = build.new(), build.new()
    build.jump(head)
    build.start(head)
    build.end(
        Next(
            source.node,
            source.node.line,
            value,
            iterator,
            inside,
            outer,
            is_async,
            depends=low.depends.of_loop(low.oracle, sequence, source.node, None),
            expected=low.expected,
            asserted=low.asserting,
            suspends=not waiting.never_waits(low, sequence),
            surely=not is_async or waiting.surely_waits(low, sequence),
            through=source.through,
            absorbs=absorbing.loop_absorber(low, sequence),
            expires=is_async and node in low.expiring,
        )
    )
    build.start(inside)
    targets.assign(low, index, value)
    for condition in node.condlists[position]:
        yes, no = conditions.lower_condition(low, condition)
        build.start(no)
        build.jump(head)
        build.start(yes)
    return head


EXPRESSIONS.update(
    {
        nodes.GeneratorExpr: lower_generator,
        nodes.ListComprehension: lower_list_comprehension,
        nodes.SetComprehension: lower_list_comprehension,
        nodes.DictionaryComprehension: lower_dict_comprehension,
    }
)
