"""Whether code has to do with generators, by the names in it and their types.

The words in a module's text tell little: most methods called `send` or `close` are those of other
things. Once mypy has checked a function, it is known what its names stand for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mypy.nodes import (
    CallExpr,
    Decorator,
    ExpressionStmt,
    FuncBase,
    FuncDef,
    MemberExpr,
    NameExpr,
    OverloadedFuncDef,
    RefExpr,
    Statement,
    SymbolNode,
    TypeInfo,
    Var,
)
from mypy.traverser import NameAndMemberCollector
from mypy.types import (
    AnyType,
    CallableType,
    FunctionLike,
    Instance,
    NoneType,
    Overloaded,
    TupleType,
    TypeAliasType,
    TypeType,
    TypeVarType,
    UnionType,
    get_proper_type,
)

from genstate.fullnames import SYNC_GENERATORS, SYNC_ITERATORS
from genstate.functions import statements_in
from genstate.interest import Names
from genstate.knowledge import protocols

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from mypy.checker import TypeChecker
    from mypy.nodes import Expression, Node, TypeAlias
    from mypy.types import ProperType, Type

_ASYNC_GENERATORS: Final = frozenset({"typing.AsyncGenerator", "types.AsyncGeneratorType"})
_AWAITED: Final = frozenset({"typing.Awaitable", "typing.Coroutine"})
#: The types that functions which give generators are declared to give.
_GIVEN: Final = (
    _ASYNC_GENERATORS
    | SYNC_GENERATORS
    | {"typing.AsyncIterator", "typing.AsyncIterable", "typing.Iterator"}
)


def has_generators(checker: TypeChecker, body: Sequence[Node]) -> bool:
    """Is a generator made, used or named in `body`, or in a function defined there?"""
    collector = _references(body)
    nodes = {name.node for name in collector.name_exprs}
    return (
        any(map(_is_of_interest, nodes))
        or any(
            member.name in protocols.METHODS
            or any(map(_is_of_interest, symbols(checker, member)))
            or _leads_to(_ASYNC_GENERATORS, checker.lookup_type_or_none(member))
            or drives_sync_generator(checker, member)
            for member in collector.member_exprs
        )
        or _keeps_sync_generator(checker, nodes, collector.member_exprs)
        or _drops_sync_generator(checker, body)
        or any(isinstance(node, FuncDef) and _is_sent_values(node.type) for node in nodes)
        or any(
            _is_sent_values(checker.lookup_type_or_none(member))
            for member in collector.member_exprs
        )
    )


def _is_of_interest(node: SymbolNode | None) -> bool:
    if isinstance(node, (Var, FuncBase, Decorator)) and _leads_to(_ASYNC_GENERATORS, node.type):
        return True
    return node is not None and (node.fullname in protocols.FUNCTIONS or makes_generator(node))


def drives_sync_generator(checker: TypeChecker, member: MemberExpr) -> bool:
    """Is it a method of a synchronous generator: `numbers().send`?"""
    if member.name not in protocols.SYNC_METHODS:
        return False
    found = get_proper_type(checker.lookup_type_or_none(member.expr))
    return isinstance(found, Instance) and found.type.fullname in SYNC_GENERATORS


def _keeps_sync_generator(
    checker: TypeChecker, nodes: Collection[SymbolNode | None], members: Iterable[MemberExpr]
) -> bool:
    """A variable may hold one that is made here: what is looped over on the spot, or given to the
    function, cannot be misused."""
    types = [get_proper_type(node.type) for node in nodes if isinstance(node, Var)]
    names = {typ.type.fullname for typ in types if isinstance(typ, Instance)}
    if names & SYNC_GENERATORS:
        return True
    if any(isinstance(typ, AnyType) for typ in types) and any(map(_makes_untyped, nodes)):
        return True
    return bool(names & SYNC_ITERATORS) and (
        any(isinstance(node, SymbolNode) and _makes_iterator(node) for node in nodes)
        or any(_gives_iterator(checker.lookup_type_or_none(member)) for member in members)
    )


def _makes_untyped(node: SymbolNode | None) -> bool:
    """Is it a synchronous generator function whose declared type does not tell?"""
    function = function_under(node)
    if function is None or not makes_sync_generator(function):
        return False
    declared = get_proper_type(function.type)
    made = get_proper_type(declared.ret_type) if isinstance(declared, CallableType) else None
    return made is None or isinstance(made, AnyType)


def _makes_iterator(node: SymbolNode) -> bool:
    """Is it a function that gives what may be a synchronous generator?"""
    return isinstance(node, (FuncBase, Decorator)) and _gives_iterator(node.type)


def _gives_iterator(found: Type | None) -> bool:
    proper = get_proper_type(found)
    return isinstance(proper, CallableType) and _leads_to(SYNC_ITERATORS, proper.ret_type)


def _drops_sync_generator(checker: TypeChecker, body: Sequence[Node]) -> bool:
    return any(
        isinstance(statement, ExpressionStmt)
        and isinstance(statement.expr, CallExpr)
        and _is_sync_generator_function(checker, statement.expr.callee)
        for statement in statements_in([part for part in body if isinstance(part, Statement)])
    )


def _is_sync_generator_function(checker: TypeChecker, callee: Expression) -> bool:
    for found in symbols(checker, callee):
        function = function_under(found)
        if function is not None and function.is_generator:
            return True
    return False


def _is_sent_values(found: Type | None) -> bool:
    """Is it a function whose synchronous generators count on being sent something, of one type?"""
    made = _result(found)
    is_sync = made is not None and made.type.fullname in SYNC_GENERATORS
    return is_sync and isinstance(_sent(made), (Instance, TypeVarType))


def may_refuse_none(found: Type | None) -> bool:
    """Is it a function whose generators may count on being sent something other than None?"""
    return not isinstance(_sent(_result(found)), (AnyType, NoneType))


def _sent(made: Instance | None) -> ProperType:
    """What generators of this type are sent."""
    return get_proper_type(made.args[1]) if made is not None and len(made.args) > 1 else NoneType()


def _result(found: Type | None) -> Instance | None:
    """What a call of a function of this type gives, or has for whoever awaits it."""
    proper = get_proper_type(found)
    made = get_proper_type(proper.ret_type) if isinstance(proper, CallableType) else None
    if isinstance(made, Instance) and made.type.fullname in _AWAITED:
        made = get_proper_type(made.args[-1])
    return made if isinstance(made, Instance) else None


def names_in(checker: TypeChecker, body: Sequence[Node]) -> Names:
    """The names in `body` that stand for the generator functions and methods which have them."""
    collector = _references(body)
    names = Names(set(), set())
    references: list[NameExpr | MemberExpr] = [*collector.name_exprs, *collector.member_exprs]
    for reference in references:
        for symbol in symbols(checker, reference):
            if symbol.name == reference.name:
                take_in(names, symbol)
    return names


def take_in(names: Names, node: SymbolNode) -> None:
    """Add the name of a generator function where it belongs: every call of it matters, or not."""
    function = function_under(node)
    if function is None or not function.is_generator:
        return
    always = function.is_async_generator or _is_sent_values(function.type)
    (names.called if always else names.kept).add(node.name.encode())


def _references(body: Sequence[Node]) -> NameAndMemberCollector:
    """The names and attributes in `body`."""
    collector = NameAndMemberCollector()
    for part in body:
        part.accept(collector)
    return collector


def classes_in(checker: TypeChecker, body: Sequence[Node]) -> Iterator[TypeInfo]:
    """The classes that `body` names, those of the values that it names, and of what it calls."""
    collector = _references(body)
    for reference in (*collector.name_exprs, *collector.member_exprs):
        found = get_proper_type(checker.lookup_type_or_none(reference))
        yield from _classes(found)
        if isinstance(found, CallableType):
            yield from _classes(found.ret_type)


def symbols(checker: TypeChecker, reference: Expression) -> Iterator[SymbolNode]:
    """What a name or attribute stands for. Of an object's attribute, what its class has there.

    The type of a function tells, too, by which definition it came; but not that of a variable that
    mypy has taken from its cache.
    """
    node = reference.node if isinstance(reference, RefExpr) else None
    if node is not None:
        yield node
    elif isinstance(reference, MemberExpr):
        for info in _classes(checker.lookup_type_or_none(reference.expr)):
            symbol = info.get(reference.name)
            if symbol is not None and symbol.node is not None:
                yield symbol.node


def _classes(found: Type | None) -> Iterator[TypeInfo]:
    """The classes whose attributes something of this type has."""
    proper = get_proper_type(found)
    if isinstance(proper, Instance):
        yield proper.type
    elif isinstance(proper, TupleType):
        yield proper.partial_fallback.type
    elif isinstance(proper, FunctionLike) and proper.is_type_obj():
        yield proper.type_object()
    elif isinstance(proper, UnionType):
        for item in proper.items:
            yield from _classes(item)
    elif isinstance(proper, TypeType):
        yield from _classes(proper.item)
    elif isinstance(proper, TypeVarType):
        yield from _classes(proper.upper_bound)


def makes_generator(node: SymbolNode) -> bool:
    """Is it, under all decorators, an async generator function?"""
    found = function_under(node)
    return found is not None and found.is_async_generator


def makes_sync_generator(node: SymbolNode) -> bool:
    """Is it, under all decorators, a synchronous generator function?"""
    found = function_under(node)
    return found is not None and found.is_generator and not found.is_async_generator


def function_under(node: SymbolNode | None) -> FuncDef | None:
    """The function that `node` is, under all decorators and overloads."""
    if isinstance(node, OverloadedFuncDef):
        return function_under(node.impl)
    if isinstance(node, Decorator):
        node = node.func
    return node if isinstance(node, FuncDef) else None


def gives_generator(function: FuncDef) -> bool:
    """It is declared to give back, or to be awaited for, a generator or what may be one."""
    declared = get_proper_type(function.type)
    if not isinstance(declared, CallableType):
        return False
    result = get_proper_type(declared.ret_type)
    if function.is_coroutine and isinstance(result, Instance) and result.args:
        result = get_proper_type(result.args[-1])
    items = result.items if isinstance(result, UnionType) else [result]
    return any(_is_iterator(get_proper_type(item)) for item in items)


def _is_iterator(found: ProperType) -> bool:
    return isinstance(found, Instance) and found.type.fullname in _GIVEN


def _leads_to(
    generators: frozenset[str], found: Type | None, inside: frozenset[TypeAlias] = frozenset()
) -> bool:
    """Is it the type of one of these `generators`, or of what gives one when called, or awaited?

    `inside` are the type aliases that it is part of: an alias can be recursive.
    """
    if isinstance(found, TypeAliasType) and found.alias is not None:
        if found.alias in inside:
            return False
        inside |= {found.alias}
    proper = get_proper_type(found)
    if isinstance(proper, Instance):
        if proper.type.fullname in _AWAITED:
            return _leads_to(generators, proper.args[-1], inside)
        return proper.type.fullname in generators
    if isinstance(proper, CallableType):
        return _leads_to(generators, proper.ret_type, inside)
    if isinstance(proper, (Overloaded, UnionType)):
        return any(_leads_to(generators, item, inside) for item in proper.items)
    return False
