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
    MemberExpr,
    MypyFile,
    NameExpr,
    ReturnStmt,
    TryStmt,
    YieldExpr,
)
from mypy.semanal import is_trivial_body

from genstate import fullnames

if TYPE_CHECKING:
    from mypy.nodes import Context, FuncDef, FuncItem, Statement

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
    """Move what follows the trigger into a `try` with a second trigger in its `finally`.

    The list is changed in place, since mypy is walking it.
    """
    trigger, rest = statements[0], statements[1:]
    if not rest or wrapped_statements(statements) is not None:
        return
    second = new_trigger(trigger, builtins)
    wrapper = TryStmt(Block(rest), [], [], [], None, Block([second]))
    wrapper.line = trigger.line
    statements[1:] = [wrapper]


def wrapped_statements(statements: list[Statement]) -> list[Statement] | None:
    """What `wrap` moved away from `statements`, None if it did not."""
    if len(statements) != 2:
        return None
    wrapper = statements[1]
    if not isinstance(wrapper, TryStmt) or wrapper.finally_body is None:
        return None
    return wrapper.body.body if is_trigger(wrapper.finally_body.body[0]) else None


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
