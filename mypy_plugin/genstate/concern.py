"""Whether code has to do with generators, by the names in it and their types.

The words in a module's text tell little: most methods called `send` or `close` are those of other
things. Once mypy has checked a function, it is known what its names stand for.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from mypy.nodes import Decorator, FuncDef, MemberExpr, OverloadedFuncDef
from mypy.traverser import NameAndMemberCollector
from mypy.types import CallableType, Instance, Overloaded, UnionType, get_proper_type

from genstate.knowledge import protocols

if TYPE_CHECKING:
    from mypy.checker import TypeChecker
    from mypy.nodes import RefExpr, Statement, SymbolNode
    from mypy.types import Type

_ASYNC_GENERATORS: Final = frozenset({"typing.AsyncGenerator", "types.AsyncGeneratorType"})


def has_generators(checker: TypeChecker, body: list[Statement]) -> bool:
    """Is a generator made, used or named in `body`, or in a function defined there?"""
    collector = NameAndMemberCollector()
    for statement in body:
        statement.accept(collector)
    references = chain(collector.member_exprs, collector.name_exprs)
    return any(_is_of_interest(checker, reference) for reference in references)


def _is_of_interest(checker: TypeChecker, reference: RefExpr) -> bool:
    if isinstance(reference, MemberExpr) and reference.name in protocols.METHODS:
        return True
    if reference.fullname in protocols.FUNCTIONS:
        return True
    if reference.node is not None and _makes_generator(reference.node):
        return True
    found = checker.lookup_type_or_none(reference)
    return found is not None and _leads_to_generator(found)


def _makes_generator(node: SymbolNode) -> bool:
    """Is it, under all decorators, an async generator function?"""
    if isinstance(node, OverloadedFuncDef):
        return node.impl is not None and _makes_generator(node.impl)
    if isinstance(node, Decorator):
        node = node.func
    return isinstance(node, FuncDef) and node.is_async_generator


def _leads_to_generator(found: Type) -> bool:
    """Is it the type of a generator, or of what gives one when it is called?"""
    proper = get_proper_type(found)
    if isinstance(proper, Instance):
        return proper.type.fullname in _ASYNC_GENERATORS
    if isinstance(proper, CallableType):
        made_by = proper.definition
        return _leads_to_generator(proper.ret_type) or (
            made_by is not None and _makes_generator(made_by)
        )
    if isinstance(proper, (Overloaded, UnionType)):
        return any(_leads_to_generator(item) for item in proper.items)
    return False
