"""Attributes of `self` that a method gives generators: followed as long as only its own code runs.

What a method of the same object, another task or the body of a generator may do to an attribute
nobody can tell: whatever runs unknown code makes it unknown (see `Call.touches`).
"""

from __future__ import annotations

from collections.abc import Iterator

from mypy import nodes, types
from mypy.nodes import Expression
from mypy.types import get_proper_type

from genstate.cfg.lower.oracle import Oracle
from genstate.cfg.lower.scope import Scope
from genstate.cfg.vocabulary import Place
from genstate.children import Inside


class Fields:
    """The attributes of one function's `self` that are followed.

    Attributes:
        owner: the parameter; empty where there is none.
        names: the attributes, by what they are called.
        info: the class.
    """

    def __init__(
        self,
        owner: str = "",
        names: frozenset[str] = frozenset(),
        info: nodes.TypeInfo | None = None,
    ) -> None:
        self.owner = owner
        self.names = names
        self.info = info

    @property
    def places(self) -> frozenset[Place]:
        """The places that stand for the attributes."""
        return frozenset(map(self._place_of, self.names))

    def place(self, scope: Scope, target: Expression) -> Place | None:
        """The place of an attribute that is followed; None for any other expression."""
        if not isinstance(target, nodes.MemberExpr) or target.name not in self.names:
            return None
        return self._place_of(target.name) if self._is_owner(scope, target.expr) else None

    def is_variable(self, scope: Scope, target: Expression) -> bool:
        """It is a variable of the class or its objects, so that no code runs to get at it."""
        if self.info is None or not isinstance(target, nodes.MemberExpr):
            return False
        symbol = self.info.get(target.name)
        node = None if symbol is None else symbol.node
        plain = isinstance(node, nodes.Var) and not node.is_property
        return plain and self._is_owner(scope, target.expr)

    def is_elsewhere(self, scope: Scope, target: nodes.MemberExpr) -> bool:
        """It may be the attribute of the same object, under another name."""
        return target.name in self.names and self.place(scope, target) is None

    def _is_owner(self, scope: Scope, base: Expression) -> bool:
        return isinstance(base, nodes.NameExpr) and scope.place(base.name) == self.owner

    def _place_of(self, name: str) -> Place:
        return f"{self.owner}.{name}"


def fields_of(function: nodes.FuncItem, inside: Inside, scope: Scope, oracle: Oracle) -> Fields:
    """The attributes of `self` that get generators `inside`, if these are plain variables."""
    if not function.info or not function.arguments or getattr(function, "is_static", False):
        return Fields()
    owner = function.arguments[0].variable.name
    if owner in scope.bound or owner in scope.rebound or _is_dynamic(function.info):
        return Fields()
    found = frozenset(
        target.name
        for target in _given_generators(inside, oracle)
        if _is_name(target.expr, owner) and _is_variable(function.info, target.name)
    )
    return Fields(owner, found, function.info)


def _given_generators(inside: Inside, oracle: Oracle) -> Iterator[nodes.MemberExpr]:
    for node in inside.of(nodes.AssignmentStmt):
        if oracle.is_iterator(node.rvalue):
            yield from (each for each in node.lvalues if isinstance(each, nodes.MemberExpr))


def _is_name(expression: Expression, name: str) -> bool:
    return isinstance(expression, nodes.NameExpr) and expression.name == name


def _is_dynamic(info: nodes.TypeInfo) -> bool:
    """To read or set an attribute of such an object may run any code."""
    made = [info.get(name) for name in ("__setattr__", "__getattribute__")]
    return info.fallback_to_any or any(
        symbol is None or symbol.node is None or not symbol.node.fullname.startswith("builtins.")
        for symbol in made
    )


def _is_variable(info: nodes.TypeInfo, name: str) -> bool:
    symbol = info.get(name)
    return (
        symbol is not None
        and isinstance(symbol.node, nodes.Var)
        and not symbol.node.is_property
        and _is_plain(symbol.node.type)
    )


def _is_plain(found: types.Type | None) -> bool:
    """No value of the type is a descriptor."""
    proper = get_proper_type(found)
    if isinstance(proper, types.UnionType):
        return all(map(_is_plain, proper.items))
    if isinstance(proper, types.Instance):
        return not any(proper.type.get(name) for name in ("__get__", "__set__"))
    return isinstance(proper, types.NoneType)
