"""Whether code has to do with generators, by the names in it and their types.

The words in a module's text tell little: most methods called `send` or `close` are those of other
things. Once mypy has checked a function, it is known what its names stand for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mypy.nodes import Decorator, FuncBase, FuncDef, OverloadedFuncDef, Var
from mypy.traverser import NameAndMemberCollector
from mypy.types import CallableType, Instance, Overloaded, TypeAliasType, UnionType, get_proper_type

from genstate.knowledge import protocols

if TYPE_CHECKING:
    from mypy.checker import TypeChecker
    from mypy.nodes import Statement, SymbolNode, TypeAlias
    from mypy.types import Type

_ASYNC_GENERATORS: Final = frozenset({"typing.AsyncGenerator", "types.AsyncGeneratorType"})


def has_generators(checker: TypeChecker, body: list[Statement]) -> bool:
    """Is a generator made, used or named in `body`, or in a function defined there?"""
    collector = NameAndMemberCollector()
    for statement in body:
        statement.accept(collector)
    return any(
        _is_of_interest(node) for node in {name.node for name in collector.name_exprs}
    ) or any(
        member.name in protocols.METHODS
        or _is_of_interest(member.node)
        or _leads_to_generator(checker.lookup_type_or_none(member))
        for member in collector.member_exprs
    )


def _is_of_interest(node: SymbolNode | None) -> bool:
    if isinstance(node, (Var, FuncBase, Decorator)) and _leads_to_generator(node.type):
        return True
    return node is not None and (node.fullname in protocols.FUNCTIONS or makes_generator(node))


def makes_generator(node: SymbolNode) -> bool:
    """Is it, under all decorators, an async generator function?"""
    if isinstance(node, OverloadedFuncDef):
        return node.impl is not None and makes_generator(node.impl)
    if isinstance(node, Decorator):
        node = node.func
    return isinstance(node, FuncDef) and node.is_async_generator


def _leads_to_generator(found: Type | None, inside: frozenset[TypeAlias] = frozenset()) -> bool:
    """Is it the type of a generator, or of what gives one when it is called?

    `inside` are the type aliases that it is part of: an alias can be recursive.
    """
    if isinstance(found, TypeAliasType) and found.alias is not None:
        if found.alias in inside:
            return False
        inside |= {found.alias}
    proper = get_proper_type(found)
    if isinstance(proper, Instance):
        return proper.type.fullname in _ASYNC_GENERATORS
    if isinstance(proper, CallableType):
        made_by = proper.definition
        return _leads_to_generator(proper.ret_type, inside) or (
            made_by is not None and makes_generator(made_by)
        )
    if isinstance(proper, (Overloaded, UnionType)):
        return any(_leads_to_generator(item, inside) for item in proper.items)
    return False
