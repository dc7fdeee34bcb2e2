"""Putting the corrected stubs in place of typeshed's.

mypy finds `typing` and `types` in its typeshed before any installed stub, and refuses a shadowed
core module. So the classes are corrected in the tree: mypy asks plugins about the bases of a class
just before it analyses the class's body, and then the methods in that body are exchanged for those
of the class of the same name in `genstate_stubs`. From there on mypy treats them as its own: they
are in its cache, and overrides, protocols and bound methods follow them.

The class stays as it is where a corrected method would mean something else there: in a typeshed
that lacks a name which the method needs, or gives the class other type variables.
"""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias, cast

from mypy.nodes import (
    AssignmentStmt,
    CallExpr,
    ClassDef,
    Decorator,
    FuncDef,
    IfStmt,
    ImportAll,
    ImportFrom,
    MemberExpr,
    NameExpr,
    OverloadedFuncDef,
    PassStmt,
    TypeInfo,
    TypeVarExpr,
)
from mypy.reachability import infer_reachability_of_if_statement
from mypy.types import CallableType, UnboundType, UnionType

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mypy.nodes import Expression, MypyFile, Statement, SymbolTableNode
    from mypy.options import Options
    from mypy.plugin import ClassDefContext
    from mypy.semanal import SemanticAnalyzer
    from mypy.types import Type

    Find: TypeAlias = Callable[[str], SymbolTableNode | None]

Method: TypeAlias = FuncDef | Decorator | OverloadedFuncDef

STUBS: Final = {
    "typing.AsyncGenerator": "typing.pyi",
    "typing.Generator": "typing.pyi",
    "types.AsyncGeneratorType": "types.pyi",
    "types.GeneratorType": "types.pyi",
}
"""Full name of each corrected class, and the file of `genstate_stubs` that holds it."""

SUBCLASSES: Final = {
    "typing.AsyncIterator": "typing.AsyncGenerator",
    "typing.Iterator": "typing.Generator",
    "typing.AsyncGenerator": "types.AsyncGeneratorType",
    "typing.Generator": "types.GeneratorType",
}
"""A base of each corrected class, and the class."""

METADATA_KEY: Final = "genstate"
"""Key in the `metadata` of the `TypeInfo` of a class whose methods were exchanged."""


def hook_for(fullname: str, options: Options) -> Callable[[ClassDefContext], None] | None:
    """The answer to `get_customize_class_mro_hook(fullname)`: None if it is no corrected class."""
    if fullname not in STUBS:
        return None
    return partial(_put_in_place, options=options)


def late_hook_for(
    base: str, find: Find, options: Options
) -> Callable[[ClassDefContext], None] | None:
    """The answer to `get_base_class_hook(base)`: None if all that could be corrected there is.

    Of several plugins with a hook for the same question mypy takes the first one's, so `hook_for`
    may never be asked: SQLAlchemy's has one for every class. This question comes later.
    """
    fullname = SUBCLASSES.get(base, "")
    symbol = find(fullname) if fullname else None
    if symbol is None or not isinstance(symbol.node, TypeInfo) or is_corrected(symbol.node):
        return None
    return partial(_put_in_place_late, fullname=fullname, options=options)


def stub_path(fullname: str) -> str:
    """The file that holds the corrected class `fullname`, a key of `STUBS`."""
    import genstate_stubs

    return os.path.join(os.path.dirname(genstate_stubs.__file__), STUBS[fullname])


def is_corrected(info: TypeInfo) -> bool:
    """Whether the methods of this class are the corrected ones, also if it comes from the cache."""
    return METADATA_KEY in info.metadata


def _put_in_place(ctx: ClassDefContext, options: Options) -> None:
    """Exchange the methods of `ctx.cls` for the corrected ones, if they fit.

    mypy comes here several times for one class. Once it has analysed the body, symbol tables refer
    to the methods in it, and they must stay.
    """
    if not ctx.cls.info.names:
        _correct(ctx, options)


def _put_in_place_late(ctx: ClassDefContext, fullname: str, options: Options) -> None:
    """The same, just after mypy's first way through the body: what it found there is forgotten.

    mypy goes through the body again, as it does by itself if a name in it is not known yet.
    """
    if ctx.cls.fullname != fullname or is_corrected(ctx.cls.info):
        return
    exchanged = _correct(ctx, options)
    for name in exchanged:
        del ctx.cls.info.names[name]
    if exchanged:
        cast("SemanticAnalyzer", ctx.api).accept(ctx.cls.defs)


def _correct(ctx: ClassDefContext, options: Options) -> list[str]:
    """Exchange the methods in the body of `ctx.cls`, if they fit, and give their names."""
    cls = ctx.cls
    if not _bases_are_corrected(cls.info):
        return []
    if _is_exchanged(cls.defs.body):
        cls.info.metadata[METADATA_KEY] = {}
        return []
    corrected = dict(_methods(_parse_stub(cls, options).defs.body))
    present = dict(_methods(cls.defs.body))
    pairs = [(old, corrected[name]) for name, old in present.items() if name in corrected]
    if not _all_resolve([new for _, new in pairs], cls, ctx.api.modules):
        return []
    for old, new in pairs:
        _take_position(new, old)
    _exchange(cls.defs.body, dict(pairs))
    cls.defs.body.append(_mark(cls.defs.body[-1]))
    cls.info.metadata[METADATA_KEY] = {}
    return [new.name for _, new in pairs]


def _is_exchanged(body: list[Statement]) -> bool:
    """Whether the methods in the body were exchanged before.

    The daemon may analyse a class anew, for which mypy makes another `TypeInfo`. It does not go
    into the methods again, so they must be the ones that it knows.
    """
    return bool(body) and isinstance(body[-1], PassStmt)


def _mark(last: Statement) -> Statement:
    """A `pass` behind the last statement of a body: nobody writes one there."""
    mark = PassStmt()
    mark.set_line(last)
    return mark


def _bases_are_corrected(info: TypeInfo) -> bool:
    """A class that overrides corrected methods fits only where its base got them, too."""
    return all(is_corrected(base) for base in info.mro[1:] if base.fullname in STUBS)


def _parse_stub(cls: ClassDef, options: Options) -> ClassDef:
    """Parse the corrected class, and find out which of its branches are for these `options`."""
    # Late, because a run that finds everything in its cache needs no parser.
    from mypy.errors import Errors
    from mypy.fastparse import parse

    path = stub_path(cls.fullname)
    with open(path, "rb") as file:
        tree = parse(file.read(), path, None, Errors(options), options)
    stub = next(d for d in tree.defs if isinstance(d, ClassDef) and d.name == cls.name)
    for statement in stub.defs.body:
        if isinstance(statement, IfStmt):
            infer_reachability_of_if_statement(statement, options)
    return stub


def _reachable_blocks(statements: list[Statement]) -> Iterator[list[Statement]]:
    """The list itself, and the lists within its `if` statements that are not known to be dead."""
    yield statements
    for statement in statements:
        if isinstance(statement, IfStmt):
            for block in (*statement.body, statement.else_body):
                if block is not None and not block.is_unreachable:
                    yield from _reachable_blocks(block.body)


def _methods(body: list[Statement]) -> Iterator[tuple[str, Method]]:
    for block in _reachable_blocks(body):
        for statement in block:
            if isinstance(statement, FuncDef | Decorator | OverloadedFuncDef):
                yield statement.name, statement


def _exchange(body: list[Statement], new_for_old: dict[Method, Method]) -> None:
    for block in _reachable_blocks(body):
        for index, statement in enumerate(block):
            if isinstance(statement, FuncDef | Decorator | OverloadedFuncDef):
                block[index] = new_for_old.get(statement, statement)


def _take_position(new: Method, old: Method) -> None:
    """Let `new` stand where `old` stands, so that no message moves."""
    new.set_line(old)
    if isinstance(new, OverloadedFuncDef):
        places = old.items if isinstance(old, OverloadedFuncDef) else [old]
        for index, item in enumerate(new.items):
            _take_position(item, places[min(index, len(places) - 1)])
    elif isinstance(new, Decorator):
        new.var.set_line(old)
        for decorator in new.original_decorators:
            decorator.set_line(old)
        _take_position(new.func, old.func if isinstance(old, Decorator) else old)


def _all_resolve(methods: list[Method], cls: ClassDef, modules: dict[str, MypyFile]) -> bool:
    """Whether each name in these methods stands for what it should in the module of `cls`.

    A type variable must be one of the class's own: another would make the method generic.
    """
    home = cls.fullname.rpartition(".")[0]
    parameters = {variable.fullname for variable in cls.type_vars}
    for name in {name for method in methods for name in _names_in_method(method)}:
        if not (_is_bound(name, home, modules) or _is_bound(name, "builtins", modules)):
            return False
        symbol = modules[home].names.get(name)
        if symbol and isinstance(symbol.node, TypeVarExpr) and symbol.fullname not in parameters:
            return False
    return True


def _is_bound(
    name: str, module_id: str, modules: dict[str, MypyFile], importers: frozenset[str] = frozenset()
) -> bool:
    """Whether the module has `name` at its top level, and what it imports under it is there.

    The statements tell. The symbol table may still lack most names: `typing`, `types` and
    `builtins` import each other, and one has to be analysed first. But a module that comes from
    the cache has nothing else.
    """
    if module_id not in modules or module_id in importers:
        return False
    module = modules[module_id]
    if not module.defs:
        return name in module.names
    return any(
        origin is None or _is_bound(origin[1], origin[0], modules, importers | {module_id})
        for block in _reachable_blocks(module.defs)
        for statement in block
        for origin in _origins(name, statement)
    )


def _origins(name: str, statement: Statement) -> Iterator[tuple[str, str] | None]:
    """How the statement binds `name`, if it does: module and name there, or None if by itself."""
    if isinstance(statement, ImportFrom):
        for imported, alias in statement.names:
            if name == (alias or imported):
                yield statement.id, imported
    elif isinstance(statement, ImportAll):
        yield statement.id, name
    elif isinstance(statement, ClassDef | FuncDef | Decorator | OverloadedFuncDef):
        if statement.name == name:
            yield None
    elif isinstance(statement, AssignmentStmt) and any(
        isinstance(target, NameExpr) and target.name == name for target in statement.lvalues
    ):
        yield None


def _names_in_method(method: Method) -> Iterator[str]:
    if isinstance(method, OverloadedFuncDef):
        for item in method.items:
            yield from _names_in_method(item)
    elif isinstance(method, Decorator):
        for decorator in method.original_decorators:
            yield from _names_in_decorator(decorator)
        yield from _names_in_method(method.func)
    elif method.type is not None:
        yield from _names_in_type(method.type)


def _names_in_decorator(decorator: Expression) -> Iterator[str]:
    """The name that a decorator begins with: `a` of `@a`, `@a(...)` and `@a.b`."""
    if isinstance(decorator, NameExpr):
        yield decorator.name
    elif isinstance(decorator, CallExpr):
        yield from _names_in_decorator(decorator.callee)
    elif isinstance(decorator, MemberExpr):
        yield from _names_in_decorator(decorator.expr)


def _names_in_type(typ: Type) -> Iterator[str]:
    """The names that an annotation begins with; it is not analysed yet.

    None, and the strings in `Literal[...]`, look like names there and are none.
    """
    parts: Iterable[Type] = ()
    if isinstance(typ, UnboundType) and typ.original_str_expr is None:
        if typ.name != "None":
            yield typ.name.partition(".")[0]
        parts = typ.args
    elif isinstance(typ, UnionType):
        parts = typ.items
    elif isinstance(typ, CallableType):
        parts = [*typ.arg_types, typ.ret_type]
    for part in parts:
        yield from _names_in_type(part)
