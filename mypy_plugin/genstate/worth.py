"""Whether a function can break a rule at all, by its syntax and by what it calls.

To lower a function takes many times as long as to look through its nodes. Like the preconditions of
the rules this may be true where no rule has anything to report; it is never false where one has.
Whatever a generator is made by, it is made by a call, or is a generator expression that is bound.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from mypy.nodes import (
    AssignmentExpr,
    AssignmentStmt,
    Block,
    CallExpr,
    DictionaryComprehension,
    ForStmt,
    GeneratorExpr,
    MemberExpr,
    NameExpr,
    RaiseStmt,
    RefExpr,
    ReturnStmt,
    SuperExpr,
    TryStmt,
    TypeInfo,
    WhileStmt,
    WithStmt,
    YieldFromExpr,
)
from mypy.traverser import YieldCollector, YieldFromCollector
from mypy.types import Instance, get_proper_type

from genstate import codes, concern
from genstate.cfg.vocabulary import Protocol
from genstate.children import Inside, walk
from genstate.knowledge import protocols
from genstate.report import is_enabled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy.checker import TypeChecker
    from mypy.nodes import Expression, FuncItem, Statement, SymbolNode

Position: TypeAlias = tuple[int, int]

_STOPS: Final = ("builtins.StopIteration", "builtins.StopAsyncIteration")
#: What enters a context manager, without a `with`.
_ENTERING: Final = frozenset({"__aenter__", "__enter__", "enter_async_context", "enter_context"})


def is_of_interest(checker: TypeChecker, function: FuncItem, body: list[Statement]) -> bool:
    """Has `function`, whose statements are `body`, to do with generators?"""
    return (
        function.is_async_generator
        or (function.is_generator and _can_go_wrong(checker, body, Inside(body)))
        or concern.has_generators(checker, body)
    )


def may_break_a_rule(checker: TypeChecker, function: FuncItem, body: list[Statement]) -> bool:
    """May a rule have something to say on a function that is of interest?

    Functions that a context manager drives can always break one.
    """
    inside = Inside(body)
    references: list[NameExpr | MemberExpr] = [*inside.of(NameExpr), *inside.of(MemberExpr)]
    used = {_protocol(checker, each) for each in references}
    if Protocol.ASYNC in used or _makes_generator(checker, inside):
        return True
    if function.is_async_generator and (
        is_enabled(checker, codes.RETURN_ANNOTATION.code) or any(map(_yields, inside.of(WithStmt)))
    ):
        return True
    return function.is_generator and (
        Protocol.SYNC in used
        or any(each.name in _ENTERING for each in references)
        or _can_go_wrong(checker, body, inside)
    )


def _can_go_wrong(checker: TypeChecker, body: list[Statement], inside: Inside) -> bool:
    """Does a generator break a rule about its own yields?

    Unless it raises one, no stop exception leaves it but that of another one.
    """
    raised = any(not _is_harmless(checker, statement) for statement in inside.of(RaiseStmt))
    return raised or _may_yield_when_closed(body)


def _may_yield_when_closed(body: list[Statement]) -> bool:
    """GeneratorExit may be raised in a `try` or a `with`, and behind that another yield comes.

    It comes behind where it stands farther down, or where all that is repeated.
    """
    last = max((place for part in body for place in _yields(part)), default=None)
    return any(part and (repeated or last not in part) for part, repeated in _protected(body))


def _protected(body: list[Statement]) -> Iterator[tuple[set[Position], bool]]:
    """Where the yields in the parts of a `try` or a `with` are, and whether it stands in a loop.

    A part is a block, or all that stands in no block: the managers, and the types of exceptions.
    """
    todo = [(statement, False) for statement in body]
    while todo:
        statement, repeated = todo.pop()
        repeated = repeated or isinstance(statement, (ForStmt, WhileStmt))
        blocks = [*_blocks(statement)]
        todo += [(inner, repeated) for block in blocks for inner in block.body]
        if isinstance(statement, (TryStmt, WithStmt)):
            parts = [_yields(block) for block in blocks]
            parts.append(_yields(statement).difference(*parts))
            yield from ((part, repeated) for part in parts)


def _blocks(statement: Statement) -> Iterator[Block]:
    """The blocks that a statement consists of."""
    parts = walk([statement], enter=lambda node: node is statement)
    return (part for part in parts if isinstance(part, Block))


def _yields(part: Statement) -> set[Position]:
    """Where the yields in a statement or block are."""
    plain, delegating = YieldCollector(), YieldFromCollector()
    part.accept(plain)
    part.accept(delegating)
    found = (*plain.yield_expressions, *delegating.yield_from_expressions)
    return {(node.line, node.column) for node, _ in found}


def _is_harmless(checker: TypeChecker, statement: RaiseStmt) -> bool:
    """It raises an exception of a class that is written down, and none of a stop exception's."""
    expression = statement.expr
    raised = expression.callee if isinstance(expression, CallExpr) else expression
    found = raised.node if isinstance(raised, RefExpr) else None
    if isinstance(expression, CallExpr):
        made = get_proper_type(checker.lookup_type_or_none(expression))
        if not isinstance(made, Instance) or made.type is not found:
            return False  # the class makes an object of another one
    return isinstance(found, TypeInfo) and not any(found.has_base(stop) for stop in _STOPS)


def _protocol(checker: TypeChecker, reference: NameExpr | MemberExpr) -> Protocol | None:
    """The protocol of the generators that a function or method of this name drives."""
    spelling = protocols.FUNCTIONS.get(reference.fullname)
    if spelling is None and isinstance(reference, MemberExpr):
        spelling = protocols.METHODS.get(reference.name)
        if spelling is None and concern.drives_sync_generator(checker, reference):
            return Protocol.SYNC
    return None if spelling is None else spelling.protocol


def _makes_generator(checker: TypeChecker, inside: Inside) -> bool:
    """A generator is made that more is done with than to go through it on the spot."""
    loops = set() if is_enabled(checker, codes.LEAK.code) else set(_gone_through(inside))
    return _binds_expression(inside) or any(
        isinstance(call.callee, SuperExpr)
        or any(
            _makes_one(symbol, loose=call in loops)
            for symbol in concern.symbols(checker, call.callee)
        )
        for call in inside.of(CallExpr)
    )


def _gone_through(inside: Inside) -> Iterator[Expression]:
    """What is looped over, delegated to or given back as soon as it is made."""
    for loop in inside.of(ForStmt):
        yield loop.expr
    for comprehension in inside.of(GeneratorExpr):
        yield from comprehension.sequences
    for display in inside.of(DictionaryComprehension):
        yield from display.sequences
    for delegating in inside.of(YieldFromExpr):
        yield delegating.expr
    for returning in inside.of(ReturnStmt):
        if returning.expr is not None:
            yield returning.expr


def _binds_expression(inside: Inside) -> bool:
    """A generator expression is assigned to something."""
    values = [each.rvalue for each in inside.of(AssignmentStmt)]
    values += [each.value for each in inside.of(AssignmentExpr)]
    return any(isinstance(value, GeneratorExpr) for value in values)


def _makes_one(symbol: SymbolNode, *, loose: bool) -> bool:
    """A call makes a generator, or gives one. A `loose` one can only go wrong by refusing None."""
    function = concern.function_under(symbol)
    if function is None:
        return False
    if not function.is_generator:
        return not function.info and concern.gives_generator(function)
    return not loose or concern.may_refuse_none(function.type)
