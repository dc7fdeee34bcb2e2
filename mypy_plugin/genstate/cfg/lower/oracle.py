"""What the lowering asks of mypy's types. After the lowering nobody needs a mypy type any more."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, Protocol

from mypy import nodes, types
from mypy.nodes import Expression, TypeInfo
from mypy.types import ProperType, Type, get_proper_type

from genstate.cfg.exceptions import BASE_EXCEPTION, ExceptionClass

_IMMUTABLE: Final = frozenset(
    f"builtins.{name}" for name in ("bool", "int", "str", "bytes", "float", "complex", "type")
)


class TypeSource(Protocol):
    """Where expression types come from: a running checker, or nothing but declarations."""

    def type_of(self, expression: Expression) -> Type | None: ...


class Declared:
    """Types of names and calls as far as declarations show them.

    Bodies of *other* functions are read with these alone: whether mypy has checked them yet depends on
    the mode of the run.
    """

    def type_of(self, expression: Expression) -> Type | None:
        if isinstance(expression, nodes.RefExpr):
            return _declared_type(expression.node)
        if isinstance(expression, nodes.CallExpr):
            return self._result(expression.callee)
        return None

    def _result(self, callee: Expression) -> Type | None:
        if isinstance(callee, nodes.RefExpr) and isinstance(callee.node, TypeInfo):
            return types.Instance(callee.node, [])
        declared = get_proper_type(self.type_of(callee))
        return declared.ret_type if isinstance(declared, types.CallableType) else None


def _declared_type(node: nodes.SymbolNode | None) -> Type | None:
    if isinstance(node, nodes.Var):
        return None if node.is_inferred else node.type
    if isinstance(node, nodes.FuncDef):
        return node.type
    if isinstance(node, nodes.Decorator):
        return node.var.type
    return None


class Oracle:
    """Questions about expressions, answered from a `TypeSource`."""

    def __init__(self, source: TypeSource, *, knows_dead_code: bool) -> None:
        self._source = source
        self._knows_dead_code = knows_dead_code

    def type_of(self, expression: Expression) -> ProperType | None:
        found = self._source.type_of(expression)
        return None if found is None else get_proper_type(found)

    def is_dead(self, expression: Expression) -> bool:
        """mypy did not visit the expression: control cannot reach it."""
        return self._knows_dead_code and self._source.type_of(expression) is None

    def never_returns(self, expression: Expression) -> bool:
        """The call (or await) is known not to come back."""
        found = self.type_of(expression)
        return isinstance(found, types.UninhabitedType) and not found.ambiguous

    def never_none(self, expression: Expression) -> bool:
        """The value of the expression cannot be None."""
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

    def is_plain(self, expression: Expression) -> bool:
        """A value of a builtin type whose operators don't raise."""
        found = self.type_of(expression)
        return found is not None and _all_items(found, _is_immutable)

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

    def exception(self, expression: Expression) -> tuple[ExceptionClass, bool]:
        """The class that `raise expression` raises, and whether it is that very class."""
        exact = _names_its_class(expression)
        found = self.type_of(expression)
        infos = list(_instances(found, of_classes=True)) if found is not None else []
        if len(infos) == 1 and infos[0] is not None:
            return exception_class(infos[0]), exact
        return BASE_EXCEPTION, False

    def handler_classes(self, expression: Expression) -> tuple[ExceptionClass, ...] | None:
        """The classes that `except expression:` names; None where they are not known."""
        if isinstance(expression, nodes.TupleExpr):
            found: list[ExceptionClass] = []
            for item in expression.items:
                classes = self.handler_classes(item)
                if classes is None:
                    return None
                found += classes
            return tuple(found)
        if isinstance(expression, nodes.RefExpr) and isinstance(expression.node, TypeInfo):
            return (exception_class(expression.node),)
        return self._classes_in(self.type_of(expression))

    def _classes_in(self, found: ProperType | None) -> tuple[ExceptionClass, ...] | None:
        if found is None:
            return None
        classes = list(_instances(found, of_classes=True))
        if not classes or any(info is None for info in classes):
            return None
        return tuple(exception_class(info) for info in classes if info is not None)


def exception_class(info: TypeInfo) -> ExceptionClass:
    return ExceptionClass(info.fullname, frozenset(base.fullname for base in info.mro))


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
        return all(_all_items(get_proper_type(item), test) for item in found.items)
    return test(found)


def _is_immutable(found: ProperType) -> bool:
    if isinstance(found, types.LiteralType):
        return True
    if isinstance(found, types.Instance):
        return found.type.fullname in _IMMUTABLE or found.type.is_enum
    return isinstance(found, (types.NoneType, types.TypeType))


def _reads_plainly(node: nodes.SymbolNode | None) -> bool:
    if isinstance(node, nodes.Var):
        return not node.is_property
    return isinstance(node, nodes.FuncDef) and not node.is_property


def _names_its_class(expression: Expression) -> bool:
    callee = expression.callee if isinstance(expression, nodes.CallExpr) else expression
    return isinstance(callee, nodes.RefExpr) and isinstance(callee.node, TypeInfo)


def _instances(found: ProperType, *, of_classes: bool) -> Iterable[TypeInfo | None]:
    """The classes of the instances in a type, through tuples and unions (and class objects)."""
    if isinstance(found, (types.UnionType, types.TupleType)):
        for item in found.items:
            yield from _instances(get_proper_type(item), of_classes=of_classes)
    elif isinstance(found, types.Instance) and found.type.fullname == "builtins.tuple":
        yield from _instances(get_proper_type(found.args[0]), of_classes=of_classes)
    elif isinstance(found, types.Instance):
        yield None if found.type.fallback_to_any else found.type
    elif of_classes and isinstance(found, types.TypeType):
        yield from _instances(get_proper_type(found.item), of_classes=of_classes)
    elif of_classes and isinstance(found, types.FunctionLike) and found.is_type_obj():
        yield found.type_object()
    elif isinstance(found, types.TypeVarType):
        yield from _instances(get_proper_type(found.upper_bound), of_classes=of_classes)
    else:
        yield None
