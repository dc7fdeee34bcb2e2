"""Decorators that drive the generators of a function themselves, as far as their types say so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mypy import nodes, types
from mypy.nodes import Expression, TypeInfo
from mypy.types import get_proper_type

from genstate.cfg.lower.oracle import Declared, called_as, declared_type, defined
from genstate.fullnames import BASES_OF_CORRECTED, CORRECTED, SYNC_ITERATORS

_ITERATORS: Final = CORRECTED | BASES_OF_CORRECTED | SYNC_ITERATORS | {"typing.AsyncIterable"}


def keeps_generators(decorator: Expression, definitions: Mapping[str, Expression]) -> bool:
    """The decorator takes a generator function, and gives something that gives no generators."""
    return any(
        any(map(_makes_generators, each.arg_types)) and _makes_others(each.ret_type)
        for each in _signatures(decorator, definitions)
    )


def _makes_generators(taken: types.Type) -> bool:
    proper = get_proper_type(taken)
    return isinstance(proper, types.CallableType) and _is_among(proper.ret_type, CORRECTED)


def _makes_others(given: types.Type) -> bool:
    """It is no function, or one that gives no iterators."""
    proper = get_proper_type(given)
    if isinstance(proper, types.CallableType):
        return not _is_among(proper.ret_type, _ITERATORS)
    return isinstance(proper, types.Instance)


def _is_among(found: types.Type, names: frozenset[str]) -> bool:
    proper = get_proper_type(found)
    return isinstance(proper, types.Instance) and proper.type.fullname in names


def _signatures(
    expression: Expression, definitions: Mapping[str, Expression]
) -> list[types.CallableType]:
    """The declared signatures of what an expression gives: several, if it is overloaded."""
    if isinstance(expression, nodes.CallExpr):
        given = [get_proper_type(e.ret_type) for e in _signatures(expression.callee, definitions)]
        return [each for each in given if isinstance(each, types.CallableType)]
    expression = defined(expression, definitions)
    node = expression.node if isinstance(expression, nodes.RefExpr) else None
    if node is None and isinstance(expression, nodes.MemberExpr):
        owner = get_proper_type(Declared(definitions).type_of(expression.expr))
        node = _member(owner.type, expression.name) if isinstance(owner, types.Instance) else None
    if isinstance(node, nodes.OverloadedFuncDef):
        return node.type.items if isinstance(node.type, types.Overloaded) else []
    if isinstance(node, TypeInfo):
        init = called_as(get_proper_type(declared_type(_member(node, "__init__"))))
        return [] if init is None else [init.copy_modified(ret_type=types.Instance(node, []))]
    found = called_as(get_proper_type(declared_type(node)))
    return [] if found is None else [found]


def _member(info: TypeInfo, name: str) -> nodes.SymbolNode | None:
    symbol = info.get(name)
    return None if symbol is None else symbol.node
