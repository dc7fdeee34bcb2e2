"""What the lowering asks of mypy's types. After the lowering nobody needs a mypy type any more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Protocol

from mypy import nodes, types
from mypy.nodes import Expression, TypeInfo
from mypy.types import ProperType, Type, get_proper_type

from genstate.cfg.exceptions import BASE_EXCEPTION, EXCEPTION, ExceptionClass, Handled
from genstate.children import LITERALS, own_nodes
from genstate.fullnames import SYNC_GENERATORS, SYNC_ITERATORS

#: How far tuples and unions of exception classes are looked into: types can be recursive.
_DEEPEST: Final = 4

#: Exception classes whose constructor chooses a subclass, by its arguments.
_PICKING: Final = frozenset({"builtins.OSError", "builtins.BaseExceptionGroup"})

#: Operators that raise for some values even of builtin types: zero, negative counts, overflow.
_RAISING: Final = frozenset({"/", "//", "%", "**", "<<", ">>", "@"})
_ITERATORS: Final = frozenset(
    f"typing.{name}" for name in ("Generator", "Iterator", "AsyncGenerator", "AsyncIterator")
)
_SEQUENCES: Final = frozenset(
    f"builtins.{name}" for name in ("list", "tuple", "str", "bytes", "bytearray", "range")
)
_IMMUTABLE: Final = frozenset(
    f"builtins.{name}" for name in ("bool", "int", "str", "bytes", "float", "complex", "type")
)


class TypeSource(Protocol):
    """Where expression types come from: a running checker, or nothing but declarations."""

    def type_of(self, expression: Expression) -> Type | None: ...


class Declared:
    """Types of names and calls as far as declarations show them.

    Bodies of *other* functions are read with these alone: whether mypy has checked them yet depends
    on the mode of the run. `definitions` are the values of the module's variables that have one.
    """

    def __init__(self, definitions: Mapping[str, Expression] | None = None) -> None:
        self._definitions = definitions or {}

    def type_of(self, expression: Expression) -> Type | None:
        return self._type_of(expression, _DEEPEST)

    def _type_of(self, expression: Expression, depth: int) -> Type | None:
        if depth == 0:
            return None
        if isinstance(expression, nodes.RefExpr) and expression.node is not None:
            value = _definition_of(expression, self._definitions)
            declared = declared_type(expression.node)
            if declared is not None or value is None:
                return declared
            return self._type_of(value, depth - 1)
        if isinstance(expression, nodes.MemberExpr):
            return _attribute(self._type_of(expression.expr, depth - 1), expression.name)
        if isinstance(expression, nodes.CallExpr):
            return self._result(expression.callee, depth - 1)
        return None

    def _result(self, callee: Expression, depth: int) -> Type | None:
        if isinstance(callee, nodes.RefExpr) and isinstance(callee.node, TypeInfo):
            return types.Instance(callee.node, [])
        declared = called_as(get_proper_type(self._type_of(callee, depth)))
        return None if declared is None else declared.ret_type


def called_as(found: ProperType | None) -> types.CallableType | None:
    """The signature of what is called: a function, or an object with a `__call__`."""
    if isinstance(found, types.Instance):
        symbol = found.type.get("__call__")
        found = get_proper_type(None if symbol is None else declared_type(symbol.node))
    return found if isinstance(found, types.CallableType) else None


def _attribute(owner: Type | None, name: str) -> Type | None:
    """The declared type of an attribute, where it does not hang on what the owner's type is."""
    owner = get_proper_type(owner)
    if not isinstance(owner, types.Instance) or owner.type.type_vars:
        return None
    symbol = owner.type.get(name)
    found = get_proper_type(None if symbol is None else declared_type(symbol.node))
    generic = isinstance(found, types.CallableType) and found.variables
    return None if generic else found


def _definition_of(
    expression: nodes.RefExpr, definitions: Mapping[str, Expression]
) -> Expression | None:
    """The value of a variable of the module that has only one."""
    if not isinstance(expression, nodes.NameExpr) or expression.kind != nodes.GDEF:
        return None
    return definitions.get(expression.name)


def defined(expression: Expression, definitions: Mapping[str, Expression]) -> Expression:
    """What another name of the module stands for: `cm = contextlib.contextmanager`."""
    for _ in range(_DEEPEST):
        value = (
            _definition_of(expression, definitions)
            if isinstance(expression, nodes.RefExpr)
            else None
        )
        if value is None:
            break
        expression = value
    return expression


def declared_never_to_return(node: nodes.SymbolNode | None) -> bool:
    """A function, or an object that can be called, which gives back `NoReturn`, or `Never`."""
    declared = called_as(get_proper_type(declared_type(node)))
    return declared is not None and isinstance(
        get_proper_type(declared.ret_type), types.UninhabitedType
    )


def declared_type(node: nodes.SymbolNode | None) -> Type | None:
    if isinstance(node, nodes.Var):
        return None if node.is_inferred else node.type
    # What a decorator makes of a function is known only when the checker has been there.
    return node.type if isinstance(node, nodes.FuncDef) else None


class Oracle:
    """Questions about expressions, answered from a `TypeSource`."""

    def __init__(self, source: TypeSource, *, knows_dead_code: bool) -> None:
        self._source = source
        self._knows_dead_code = knows_dead_code

    def type_of(self, expression: Expression) -> ProperType | None:
        found = self._source.type_of(expression)
        return None if found is None else get_proper_type(found)

    def is_unknown(self, expression: Expression) -> bool:
        """Nothing is known of the value: its type is Any."""
        found = self.type_of(expression)
        return found is None or isinstance(found, types.AnyType)

    def is_iterator(self, expression: Expression) -> bool:
        """The value is a generator, or has the type that a generator is often given."""
        found = self.type_of(expression)
        return isinstance(found, types.Instance) and found.type.fullname in _ITERATORS

    def is_sync_generator(self, expression: Expression) -> bool:
        """The value is a synchronous generator, and nothing else."""
        found = self.type_of(expression)
        return found is not None and _all_items(found, lambda item: _is_in(item, SYNC_GENERATORS))

    def may_be_sync_generator(self, expression: Expression) -> bool:
        """The value is an iterator, or has the type that generators are given otherwise."""
        found = self.type_of(expression)
        return found is not None and _all_items(found, lambda item: _is_in(item, SYNC_ITERATORS))

    def iterates_quietly(self, expression: Expression) -> bool:
        """To go through the value raises nothing. (A dict or set may change on the way.)"""
        found = self.type_of(expression)
        if isinstance(found, types.TupleType):
            found = found.partial_fallback
        return isinstance(found, types.Instance) and found.type.fullname in _SEQUENCES

    def gives_plain_values(self, iterable: Expression) -> bool:
        """The values of an iterator are numbers, strings and the like."""
        found = self.type_of(iterable)
        if not isinstance(found, types.Instance) or found.type.fullname not in SYNC_ITERATORS:
            return False
        return bool(found.args) and _all_items(get_proper_type(found.args[0]), _is_immutable)

    def has_own_truth(self, expression: Expression) -> bool:
        """To ask whether the value is true may run code of somebody's own."""
        found = self.type_of(expression)
        if found is None or isinstance(found, types.AnyType):
            return True
        if not isinstance(found, types.Instance):
            return False
        if found.type.fullname == "builtins.object":
            return True
        asked = found.type.get("__bool__")
        return asked is not None and not (asked.fullname or "").startswith("builtins.")

    def is_true_by_size(self, expression: Expression) -> bool:
        """The value is true if, and only if, it is not empty."""
        found = self.type_of(expression)
        if isinstance(found, types.TupleType):
            found = found.partial_fallback
        return (
            isinstance(found, types.Instance)
            and found.type.get("__len__") is not None
            and found.type.get("__bool__") is None
        )

    def is_dead(self, expression: Expression) -> bool:
        """mypy did not visit the expression: control cannot reach it.

        Some expressions have no type of their own (the tuple in `a, b = b, a`), but their parts do.
        """
        return self._knows_dead_code and not any(
            isinstance(node, Expression) and self._source.type_of(node) is not None
            for node in own_nodes([expression])
        )

    def never_returns(self, expression: Expression) -> bool:
        """The call (or await) is known not to come back."""
        found = self.type_of(expression)
        return isinstance(found, types.UninhabitedType) and not found.ambiguous

    def never_none(self, expression: Expression) -> bool:
        """The value of the expression cannot be None."""
        if isinstance(expression, LITERALS):
            return True
        found = self.type_of(expression)
        return found is not None and excludes_none(found)

    def is_immutable(self, expression: Expression) -> bool:
        """The value's truth cannot change as long as it is the same object."""
        found = self.type_of(expression)
        return found is not None and _all_items(found, _is_immutable)

    def literal_truth(self, expression: Expression) -> bool | None:
        """The truth of an expression whose type is a literal one."""
        found = self.type_of(expression)
        if isinstance(found, types.LiteralType) and isinstance(found.value, bool):
            return found.value
        return None

    def literal(self, expression: Expression) -> types.LiteralType | None:
        """The one value that the expression's type has."""
        found = self.type_of(expression)
        if isinstance(found, types.Instance):
            return found.last_known_value
        return found if isinstance(found, types.LiteralType) else None

    def handled_types(self, expression: Expression) -> list[TypeInfo] | None:
        """The classes that the second argument of `isinstance` writes down; None if not all."""
        items = expression.items if isinstance(expression, nodes.TupleExpr) else [expression]
        infos = [item.node for item in items if isinstance(item, nodes.RefExpr)]
        found = [info for info in infos if isinstance(info, TypeInfo)]
        return found if len(found) == len(items) else None

    def names_exceptions(self, expression: Expression) -> bool:
        """The expression writes down an exception class, or several."""
        found = self.handled_types(expression)
        return bool(found) and all(info.has_base("builtins.BaseException") for info in found or ())

    def is_quiet(self, operator: str, *operands: Expression) -> bool:
        """The operator raises nothing for values of these types."""
        return operator not in _RAISING and all(self.is_immutable(o) for o in operands)

    def has_attribute(self, expression: Expression, name: str) -> bool:
        """The attribute is certain to be there, and reading it runs no code."""
        found = self.type_of(expression)
        if isinstance(expression, nodes.RefExpr) and isinstance(expression.node, nodes.MypyFile):
            return True
        if isinstance(found, types.TupleType):
            found = found.partial_fallback
        if not isinstance(found, types.Instance) or found.type.get("__getattribute__") is None:
            return False
        symbol = found.type.get(name)
        return symbol is not None and _reads_plainly(symbol.node)

    def takes_attribute(self, expression: Expression, name: str) -> bool:
        """The attribute is there, and to assign to it runs no code."""
        found = self.type_of(expression)
        if isinstance(found, types.TupleType):
            found = found.partial_fallback
        if isinstance(found, types.Instance):
            setter = found.type.get("__setattr__")
            if setter is not None and not (setter.fullname or "").startswith("builtins.object."):
                return False
            symbol = found.type.get(name)
            if symbol and isinstance(symbol.node, nodes.Var) and symbol.node.is_property:
                return False
        return self.has_attribute(expression, name)

    def exception(self, expression: Expression) -> tuple[ExceptionClass, bool]:
        """The class that `raise expression` raises, and whether it is that very class."""
        named = self.handled(expression)
        if len(named.classes) == 1 and not named.bounds:
            return named.classes[0], True
        if len(named.bounds) == 1 and not named.classes:
            bound = named.bounds[0]
            exact = bound.name == _class_named(expression) and bound.name not in _PICKING
            return bound, exact
        return BASE_EXCEPTION, False

    def handled(self, expression: Expression) -> Handled:
        """What `except expression:` names, or `raise expression`."""
        if isinstance(expression, nodes.TupleExpr):
            return sum((self.handled(item) for item in expression.items), Handled())
        if isinstance(expression, nodes.RefExpr) and isinstance(expression.node, TypeInfo):
            return Handled((exception_class(expression.node),))
        found = self.type_of(expression)
        return Handled(bounds=(BASE_EXCEPTION,)) if found is None else _of_type(found)


def exception_class(info: TypeInfo) -> ExceptionClass:
    names = {base.fullname for base in info.mro}
    if info.fallback_to_any:
        names |= EXCEPTION.mro
    return ExceptionClass(info.fullname, frozenset(names))


def excludes_none(found: Type) -> bool:
    """No value of the type is None."""
    proper = get_proper_type(found)
    if isinstance(proper, types.UnionType):
        return all(excludes_none(item) for item in proper.items)
    if isinstance(proper, types.TypeVarType):
        if proper.values:
            return all(excludes_none(value) for value in proper.values)
        return excludes_none(proper.upper_bound)
    if isinstance(proper, types.Instance):
        return not proper.type.is_protocol and proper.type.fullname != "builtins.object"
    return isinstance(
        proper,
        (
            types.TupleType,
            types.LiteralType,
            types.TypedDictType,
            types.CallableType,
            types.Overloaded,
            types.TypeType,
        ),
    )


def _all_items(found: ProperType, test: Callable[[ProperType], bool]) -> bool:
    if isinstance(found, types.UnionType):
        items = [get_proper_type(item) for item in found.items]
        return all(not isinstance(item, types.UnionType) and test(item) for item in items)
    return test(found)


def _is_in(found: ProperType, names: frozenset[str]) -> bool:
    return isinstance(found, types.Instance) and found.type.fullname in names


def _is_immutable(found: ProperType) -> bool:
    if isinstance(found, types.LiteralType):
        return True
    if isinstance(found, types.Instance):
        return found.type.fullname in _IMMUTABLE or found.type.is_enum
    return isinstance(found, (types.NoneType, types.TypeType))


def _reads_plainly(node: nodes.SymbolNode | None) -> bool:
    """A variable that mypy calls a property is a field that cannot be assigned to."""
    if isinstance(node, nodes.Var):
        return True
    return isinstance(node, nodes.FuncDef) and not node.is_property


def _class_named(expression: Expression) -> str:
    """The full name of the class that is called."""
    callee = expression.callee if isinstance(expression, nodes.CallExpr) else None
    found = callee.node if isinstance(callee, nodes.RefExpr) else None
    return found.fullname if isinstance(found, TypeInfo) else ""


def _of_type(found: ProperType, depth: int = 0) -> Handled:
    """The exception classes that a type speaks of: of class objects, instances, tuples of these."""
    if depth > _DEEPEST:
        return Handled(bounds=(BASE_EXCEPTION,))
    if isinstance(found, (types.UnionType, types.TupleType)):
        items = (_of_type(get_proper_type(item), depth + 1) for item in found.items)
        return sum(items, Handled())
    if isinstance(found, types.FunctionLike) and found.is_type_obj():
        return Handled((exception_class(found.type_object()),))
    if isinstance(found, types.TypeType):
        found = found.item
    if isinstance(found, types.TypeVarType):
        found = get_proper_type(found.upper_bound)
    if isinstance(found, types.Instance):
        if found.type.fullname == "builtins.tuple" and found.args:
            return _of_type(get_proper_type(found.args[0]), depth + 1)
        if not found.type.fallback_to_any and found.type.has_base("builtins.BaseException"):
            return Handled(bounds=(exception_class(found.type),))
    return Handled(bounds=(BASE_EXCEPTION,))
