"""Calls of functions of the same module, whose bodies say what becomes of the arguments."""

from __future__ import annotations

from typing import Final, TypeAlias

from mypy import nodes
from mypy.nodes import Expression
from mypy.semanal import is_trivial_body

from genstate import concern
from genstate.cfg.events import Invoke
from genstate.cfg.lower import callees
from genstate.cfg.lower.lowering import Lowering
from genstate.cfg.vocabulary import Constant, Place

_UNPACKED: Final = (nodes.ARG_STAR, nodes.ARG_STAR2)

#: What a call is given: each argument, its kind, and its name.
Arguments: TypeAlias = list[tuple[Expression, nodes.ArgKind, str | None]]


def arguments_of(node: nodes.CallExpr) -> Arguments:
    """What a call is given."""
    return list(zip(node.args, node.arg_kinds, node.arg_names, strict=True))


def lower_followed(
    low: Lowering,
    node: nodes.CallExpr,
    given: Arguments,
    callee: Expression,
    *,
    raises: bool,
    value: Constant | None,
) -> Place | None:
    """The result of a call of `callee`; None where it is not followed, and nothing is lowered then.

    That of a coroutine function is a coroutine, which does nothing before it is awaited.
    """
    function = _function(low, callee)
    if function is None:
        return None
    matched = _match(function, given)
    summary = low.around.summaries.call(function)
    makes = concern.gives_generator(function)
    if matched is None or summary is None or not (matched or makes):
        return None
    arguments = tuple((matched[argument], low.value(argument)) for argument, _, _ in given)
    target = low.build.temporary()
    deferred = function.is_coroutine
    low.build.emit(
        Invoke(
            node,
            node.line,
            target,
            function.name,
            arguments,
            summary.answer,
            summary.opening,
            makes,
            deferred,
            raises and not deferred,
            None if deferred else value,
            low.expected,
        )
    )
    return target


def _function(low: Lowering, callee: Expression) -> nodes.FuncDef | None:
    """The function of the module's top level that a name stands for, undecorated.

    The method of a class may be overridden, and a function in a function sees its variables.
    """
    if not isinstance(callee, nodes.NameExpr) or low.scope.place(callee.name) is not None:
        return None
    function = callee.node
    if not isinstance(function, nodes.FuncDef) or function.is_generator:
        return None
    if callees.certain_function(low, function) is None or function.column > 0:
        return None
    at_top = function.fullname == f"{low.around.module}.{function.name}" and not function.info
    if not at_top or is_trivial_body(function.body):
        return None
    return function


def _match(function: nodes.FuncDef, given: Arguments) -> dict[Expression, Place] | None:
    """The parameter that each argument goes to; None where that is not plain."""
    parameters = function.arguments
    if any(parameter.kind in _UNPACKED for parameter in parameters):
        return None
    by_place = [each.variable.name for each in parameters if each.kind.is_positional()]
    by_name = {each.variable.name for each in parameters if not each.pos_only}
    found: dict[Expression, Place] = {}
    for position, (argument, kind, name) in enumerate(given):
        if kind == nodes.ARG_POS and position < len(by_place):
            found[argument] = by_place[position]
        elif kind == nodes.ARG_NAMED and name in by_name:
            assert name is not None
            found[argument] = name
        else:
            return None
    needed = {each.variable.name for each in parameters if each.kind.is_required()}
    taken = set(found.values())
    return found if len(taken) == len(found) and needed <= taken else None
