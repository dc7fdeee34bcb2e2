"""What a loop iterates over: how much of that is written down, and whether it ever ends."""

from __future__ import annotations

from typing import Final, TypeGuard

from mypy import nodes, types
from mypy.nodes import Expression

from genstate.cfg.events import Pack
from genstate.cfg.lower import callees
from genstate.cfg.lower.lowering import Lowering
from genstate.cfg.lower.oracle import defined
from genstate.cfg.vocabulary import Constant, Place
from genstate.knowledge import functions

#: So many turns of a loop are counted.
_TURNS: Final = 4
#: Their second argument is no iterable.
_WITH_OPTIONS: Final = frozenset({"builtins.enumerate", "itertools.accumulate"})
_ENDLESS_CLASSES: Final = frozenset({"itertools.count", "itertools.cycle"})


def lower_iterable(low: Lowering, expression: Expression) -> Place:
    """What a loop iterates over; a list display is as good as a tuple here."""
    constant = defined(expression, low.around.definitions)
    if isinstance(constant, nodes.TupleExpr) and low.scope.variable(expression) is None:
        expression = constant
    if _is_display(expression):
        return _pack(low, expression, [low.value(item) for item in expression.items])
    if _numbers(expression) and _is_display(display := expression.args[0]):
        given = [low.value(item) for item in display.items]
        pairs = [_pack(low, expression, [low.unknown(expression), each]) for each in given]
        return _pack(low, expression, pairs)
    turns = _turns(expression)
    if turns is not None:
        place = low.build.temporary()
        items = tuple(low.unknown(expression, Constant.NOT_NONE) for _ in range(min(turns, _TURNS)))
        low.build.emit(Pack(expression, expression.line, place, items, turns > _TURNS))
        return place
    return low.value(expression)


def _is_display(expression: Expression) -> TypeGuard[nodes.ListExpr | nodes.TupleExpr]:
    """A list or tuple whose items are written down."""
    return isinstance(expression, (nodes.ListExpr, nodes.TupleExpr)) and not any(
        isinstance(item, nodes.StarExpr) for item in expression.items
    )


def _pack(low: Lowering, expression: Expression, items: list[Place]) -> Place:
    place = low.build.temporary()
    low.build.emit(Pack(expression, expression.line, place, tuple(items)))
    return place


def _numbers(expression: Expression) -> TypeGuard[nodes.CallExpr]:
    """`enumerate(items)`, perhaps with a start."""
    return (
        isinstance(expression, nodes.CallExpr)
        and callees.fullname(expression.callee) == "builtins.enumerate"
        and len(expression.args) in (1, 2)
        and isinstance(expression.args[-1], (nodes.IntExpr, nodes.ListExpr, nodes.TupleExpr))
    )


def _turns(expression: Expression) -> int | None:
    """How often a loop over `range(3)` goes round."""
    if (
        not isinstance(expression, nodes.CallExpr)
        or callees.fullname(expression.callee) != "builtins.range"
    ):
        return None
    given = [each.value for each in expression.args if isinstance(each, nodes.IntExpr)]
    if len(given) != len(expression.args) or not 0 < len(given) < 4 or given[2:] == [0]:
        return None
    return len(range(*given))


def as_full_as(low: Lowering, iterable: Expression) -> Expression:
    """What has something in it if, and only if, the iterable has: `d`, for `d.values()`."""
    while isinstance(iterable, nodes.CallExpr):
        callee, args = iterable.callee, iterable.args
        if callees.fullname(callee) in functions.AS_FULL_AS and args:
            iterable = args[0]
        elif isinstance(callee, nodes.MemberExpr) and _is_view(low, callee) and not args:
            iterable = callee.expr
        else:
            break
    return iterable


def _is_view(low: Lowering, callee: nodes.MemberExpr) -> bool:
    info = callees.class_of(low, callee.expr)
    return callee.name in functions.VIEWS and any(
        base.fullname in functions.MAPPINGS for base in (info.mro if info is not None else [])
    )


def is_endless(low: Lowering, expression: Expression) -> bool:
    """An iterator that never ends."""
    found = low.oracle.type_of(expression)
    if isinstance(found, types.Instance) and found.type.fullname in _ENDLESS_CLASSES:
        return True
    if not isinstance(expression, nodes.CallExpr):
        return False
    name = callees.fullname(expression.callee)
    if name in functions.ENDLESS:
        return len(expression.args) < 2 or name == "itertools.count"
    if name in functions.AS_LONG_AS and all(kind == nodes.ARG_POS for kind in expression.arg_kinds):
        taken = expression.args[functions.AS_LONG_AS[name] :]
        taken = taken[:1] if name in _WITH_OPTIONS else taken
        return bool(taken) and all(is_endless(low, argument) for argument in taken)
    function = callees.generator_function(low, expression.callee)
    return function is not None and function.body.supply.endless
