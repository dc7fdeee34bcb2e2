"""Iterators over things that are no generators: what is known of them is whether they are empty."""

from __future__ import annotations

from mypy import nodes
from mypy.nodes import Expression

from genstate.cfg.events import MakeIterator
from genstate.cfg.lower import callees, conditions, iterables
from genstate.cfg.lower.lowering import Lowering
from genstate.cfg.vocabulary import Place
from genstate.knowledge import functions


def lower_iterator(low: Lowering, node: Expression, iterable: Expression) -> Place:
    """The iterator of `iterable`, made by `node`: it has something to give where that is true."""
    source = iterables.lower_iterable(low, iterable)
    full = iterables.as_full_as(low, iterable)
    named = full is not iterable and low.scope.variable(full) is not None
    guard = conditions.truth_of(low, full, low.value(full) if named else source)
    target = low.build.temporary()
    raises = not low.oracle.iterates_quietly(iterable)
    low.build.emit(MakeIterator(node, node.line, target, source, guard, raises))
    return target


def lower_asked(low: Lowering, iterator: Expression) -> Place:
    """What is asked for its next value, perhaps on the spot: `next(reversed(x))`."""
    made_from = _made_from(iterator)
    if made_from is None or callees.may_be_sync_generator(low, made_from):
        return low.value(iterator)
    return lower_iterator(low, iterator, made_from)


def _made_from(iterator: Expression) -> Expression | None:
    """What an iterator has as many values as."""
    if isinstance(iterator, nodes.GeneratorExpr):
        whole = len(iterator.sequences) == 1 and not any(iterator.condlists)
        plain = whole and isinstance(iterator.left_expr, nodes.NameExpr)
        return iterator.sequences[0] if plain and not any(iterator.is_async) else None
    if isinstance(iterator, nodes.CallExpr) and len(iterator.args) == 1:
        name = callees.fullname(iterator.callee)
        return iterator.args[0] if name in functions.ITERATORS_AS_FULL_AS else None
    return None
