"""The result type of `athrow`, where the state of the generator is certain.

`athrow` gives None on a closed generator only. A type must be right at the call, before mypy has
seen what follows. So the state comes from a flow that reads names and declared types alone, loops
included, and is the same however often mypy visits the call.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, cast

from mypy.types import Instance, NoneType, UnionType, get_proper_type

from genstate import compat
from genstate.report import report_failure
from genstate.trigger import original_body

if TYPE_CHECKING:
    from mypy.checker import TypeChecker
    from mypy.nodes import Context, FuncItem
    from mypy.plugin import MethodContext
    from mypy.types import Type

    from genstate.typestate.contract import State
    from genstate.typestate.facts import Use


def on_athrow(ctx: MethodContext) -> Type:
    """The type of a call of `athrow`: without None, or None alone, if the state says so."""
    from genstate.typestate.contract import State

    checker = cast("TypeChecker", ctx.api)
    try:
        state = _state_at(checker, ctx.context)
    except Exception as failure:
        report_failure(checker, "athrow", ctx.context, failure)
        state = None
    if state is State.SUSPENDED:
        return _with_result(ctx.default_return_type, keep_none=False)
    if state is State.CLOSED:
        return _with_result(ctx.default_return_type, keep_none=True)
    return ctx.default_return_type


def _state_at(checker: TypeChecker, call: Context) -> State | None:
    """The state that every generator is certainly in on which `call` operates."""
    function = compat.function_in_hand(checker)
    return None if function is None else _last.states(checker, function).get(call)


class _Solved:
    """The function that was solved last: most that have one such call have more of them."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._states: dict[object, State] = {}

    def states(self, checker: TypeChecker, function: FuncItem) -> dict[object, State]:
        """The states that are certain, by the operations in `function` that find them."""
        key = (checker, function, function.body)
        if self._key != key:
            self._states = _certain_states(checker, function)
            self._key = key
        return self._states


_last: Final = _Solved()


def _certain_states(checker: TypeChecker, function: FuncItem) -> dict[object, State]:
    from genstate.cfg.lower import Declared, LeftAlone, Oracle, Surroundings, lower_function
    from genstate.rules.selection import certain
    from genstate.typestate.contract import State
    from genstate.typestate.solution import solve_function

    around = Surroundings(checker.tree.fullname, Oracle(Declared(), knows_dead_code=False))
    try:
        flow = solve_function(lower_function(function, original_body(function), around))
    except LeftAlone:
        return {}
    return {
        operation.node: state
        for state in (State.SUSPENDED, State.CLOSED)
        for operation, _ in certain(flow, partial(_is_in, state))
    }


def _is_in(state: State, use: Use) -> bool:
    from genstate.rules.selection import in_state

    return in_state(use, state)


def _with_result(found: Type, *, keep_none: bool) -> Type:
    """`Coroutine[A, B, T | None]` with T alone, or None alone, for its result."""
    coroutine = get_proper_type(found)
    if not isinstance(coroutine, Instance) or not coroutine.args:
        return found
    result = get_proper_type(coroutine.args[-1])
    if not isinstance(result, UnionType):
        return found
    items = [i for i in result.items if isinstance(get_proper_type(i), NoneType) is keep_none]
    narrowed = UnionType.make_union(items) if items else result
    return coroutine.copy_modified(args=[*coroutine.args[:-1], narrowed])
