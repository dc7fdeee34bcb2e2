"""Triggers in mypy's trees: how one looks, and where it is put.

A trigger is the statement `__builtins__.object()`. It is there in the most cut-down builtins, and
mypy checks it several times faster than the call of a method.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mypy.nodes import (
    GDEF,
    Block,
    CallExpr,
    ExpressionStmt,
    IfStmt,
    MemberExpr,
    MypyFile,
    NameExpr,
    RaiseStmt,
    ReturnStmt,
    TempNode,
    TypeInfo,
    YieldExpr,
)
from mypy.semanal import is_trivial_body
from mypy.types import Instance

from genstate import fullnames

if TYPE_CHECKING:
    from mypy.nodes import Context, Expression, FuncDef, FuncItem, Statement

BUILTINS: Final = "__builtins__"
OBJECT: Final = "object"


def new_trigger(place: Context, builtins: MypyFile) -> Statement:
    """A trigger that stands at `place`. It can be put in before or after semantic analysis."""
    module = NameExpr(BUILTINS)
    callee = MemberExpr(module, OBJECT)
    symbol = builtins.names.get(OBJECT)
    if symbol is not None:
        callee.kind, callee.node, callee.fullname = GDEF, symbol.node, fullnames.TRIGGER
    call = CallExpr(callee, [], [], [])
    statement = ExpressionStmt(call)
    for node in (module, callee, call, statement):
        # Its end comes before all else on the line, so `dmypy inspect` does not find it.
        node.set_line(place.line, place.column, place.line, -1)
    return statement


def is_trigger(statement: Statement) -> bool:
    """Is `statement` a trigger?"""
    return (
        isinstance(statement, ExpressionStmt)
        and isinstance(statement.expr, CallExpr)
        and is_trigger_call(statement.expr)
    )


def is_trigger_call(call: CallExpr) -> bool:
    """Is `call` the expression of a trigger?"""
    callee = call.callee
    return (
        isinstance(callee, MemberExpr)
        and callee.name == OBJECT
        and isinstance(callee.expr, NameExpr)
        and callee.expr.name == BUILTINS
        and not call.args
    )


def is_first(call: CallExpr, code: FuncItem | MypyFile) -> bool:
    """Is `call` what the first statement of `code` consists of?"""
    first = statements_of(code)[0]
    return isinstance(first, ExpressionStmt) and first.expr is call


def statements_of(code: FuncItem | MypyFile) -> list[Statement]:
    """The list of statements that mypy walks, triggers included."""
    return code.defs if isinstance(code, MypyFile) else code.body.body


def replace_statements(code: FuncItem | MypyFile, statements: list[Statement]) -> None:
    """Give `code` another list of statements. A walk over the old one goes on undisturbed."""
    if isinstance(code, MypyFile):
        code.defs = statements
    else:
        code.body.body = statements


def arm(function: FuncDef, builtins: MypyFile) -> None:
    """Put a trigger into `function`, unless it has one or mypy goes by the shape of its body."""
    body = function.body.body
    if body and not is_trigger(body[0]) and not _must_stay(function.body):
        body.insert(0, new_trigger(body[0], builtins))


def wrap(statements: list[Statement], builtins: MypyFile) -> None:
    """Move what follows the trigger into an `if` with a second trigger in its `else`.

    mypy takes either branch for possible, and does not come out of the `else`. A `try` with a
    `finally` would do, too, but in it mypy copies all that it knows of the types of variables, at
    every assignment to one. The list is changed in place, since mypy is walking it.
    """
    trigger, rest = statements[0], statements[1:]
    if not rest or wrapped_statements(statements) is not None:
        return
    end = RaiseStmt(None, None)
    otherwise = Block([new_trigger(trigger, builtins), end])
    wrapper = IfStmt([_true_or_false(builtins)], [Block(rest)], otherwise)
    wrapper.line = end.line = trigger.line  # where the wrapper ends is not known
    statements[1:] = [wrapper]


def _true_or_false(builtins: MypyFile) -> Expression:
    """An expression of which mypy does not know whether it is true."""
    info = builtins.names[OBJECT].node
    assert isinstance(info, TypeInfo)
    return TempNode(Instance(info, []))


def wrapped_statements(statements: list[Statement]) -> list[Statement] | None:
    """What `wrap` moved away from `statements`, None if it did not."""
    if len(statements) != 2:
        return None
    wrapper = statements[1]
    if not isinstance(wrapper, IfStmt) or not isinstance(wrapper.expr[0], TempNode):
        return None
    return wrapper.body[0].body


def _must_stay(body: Block) -> bool:
    """Is it a body that mypy treats in a special way, by its shape?"""
    return is_trivial_body(body) or _is_empty_generator(body)


def _is_empty_generator(body: Block) -> bool:
    """Is it `return; yield`, after which mypy does not call the `yield` unreachable?"""
    if len(body.body) != 2:
        return False
    first, second = body.body
    return (
        isinstance(first, ReturnStmt)
        and isinstance(second, ExpressionStmt)
        and isinstance(second.expr, YieldExpr)
    )
