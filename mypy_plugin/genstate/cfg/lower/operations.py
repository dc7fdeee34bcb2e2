"""Operations on generators."""

from __future__ import annotations

from mypy import nodes
from mypy.nodes import Expression

from genstate.cfg.events import Await, Doubt, Escape, MakeException, Operate
from genstate.cfg.lower import iterables, nones
from genstate.cfg.lower.iterators import lower_asked
from genstate.cfg.lower.lowering import Lowering
from genstate.cfg.vocabulary import Operation, Place, Protocol
from genstate.knowledge.protocols import Spelling


def operate(
    low: Lowering,
    node: Expression,
    spelling: Spelling,
    receiver: Expression,
    arguments: list[Expression],
    name: str,
) -> Place:
    """The place of an operation's awaitable (async) or result (sync).

    `name` is what the source calls it.
    """
    sync_next = spelling.operation is Operation.NEXT and spelling.protocol is Protocol.SYNC
    generator = lower_asked(low, receiver) if sync_next else low.value(receiver)
    given = dict(enumerate(low.value(expression) for expression in arguments))
    known = (spelling.argument, spelling.default)
    others = tuple(place for position, place in given.items() if position not in known)
    if others:  # `type(g).__next__(g)`
        low.build.emit(Escape(node, node.line, others))
    argument, never_none = None, False
    if spelling.argument in given:
        argument = given[spelling.argument]
        never_none = nones.never_none(low, arguments[spelling.argument])
        if spelling.operation is Operation.THROW and len(arguments) == 1:
            argument = _thrown(low, arguments[0], argument)
    target = low.build.temporary()
    endless = iterables.is_endless(low, receiver)
    low.build.emit(
        Operate(
            node,
            node.line,
            target,
            spelling.operation,
            generator,
            name,
            spelling.protocol,
            argument,
            never_none,
            spelling.default in given,
            endless,
            low.expected,
            None if spelling.default is None else given.get(spelling.default),
        )
    )
    if spelling.operation is Operation.THROW and low.caught and _is_kept(low, arguments):
        # What is thrown in comes back, as a rule.
        low.build.emit(Doubt(node, node.line))
    if spelling.protocol is Protocol.SYNC:
        result = low.build.temporary()
        low.build.emit(Await(node, node.line, result, target, suspends=False))
        return result
    return target


def _is_kept(low: Lowering, arguments: list[Expression]) -> bool:
    """The exception was not made for the purpose: it may be the one that is dealt with."""
    return any(
        isinstance(argument, nodes.IndexExpr) or low.scope.variable(argument) is not None
        for argument in arguments
    )


def _thrown(low: Lowering, expression: Expression, value: Place) -> Place:
    """The exception that `athrow(expression)` throws."""
    if low.scope.variable(expression) is not None:
        return value
    raised, exact = low.oracle.exception(expression)
    place = low.build.temporary()
    low.build.emit(MakeException(expression, expression.line, place, raised, exact))
    return place
