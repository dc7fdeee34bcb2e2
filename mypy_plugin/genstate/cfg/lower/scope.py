"""Which names are the function's own variables, and which of them nested functions get hold of."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final

from mypy import nodes, patterns
from mypy.nodes import Node, Statement

from genstate.cfg.vocabulary import Place
from genstate.children import Inside, own_nodes, walk

_SCOPES: Final = frozenset({nodes.FuncDef, nodes.LambdaExpr, nodes.ClassDef})


@dataclass(frozen=True, slots=True)
class _Inner:
    """A scope inside a function: of a comprehension, or of a class body."""

    places: dict[str, Place]
    is_class: bool


@dataclass(slots=True)
class Scope:
    """The variables of one function (or module), and the places that stand for them.

    Attributes:
        parameters: names that are bound at the entry.
        bound: names that the body binds itself.
        variables: all names that the body binds, parameters included.
        rebound: variables that a nested function binds anew (`nonlocal`, `global`).
        definitions: the value of each variable that a single assignment binds, and nothing else.
        again: names that an assignment binds, and something else.
    """

    parameters: frozenset[str]
    bound: frozenset[str]
    variables: frozenset[str]
    rebound: frozenset[str]
    definitions: Mapping[str, nodes.Expression]
    again: frozenset[str]
    _inner: list[_Inner] = field(default_factory=list)
    _counter: int = 0

    def place(self, name: str, *, from_function: bool = False) -> Place | None:
        """The place of the variable `name`; None where it is not a variable of this function.

        Functions and comprehensions in a class body do not see the names of the class.
        """
        passed = from_function
        for scope in reversed(self._inner):
            if name in scope.places and not (scope.is_class and passed):
                return scope.places[name]
            passed = passed or not scope.is_class
        return name if name in self.variables else None

    def variable(self, expression: nodes.Expression) -> Place | None:
        """The place of the variable that the expression names; None where it names none."""
        return self.place(expression.name) if isinstance(expression, nodes.NameExpr) else None

    def definition(self, expression: nodes.Expression) -> nodes.Expression:
        """What a variable always stands for, if it has a value at all; else the expression."""
        if isinstance(expression, nodes.NameExpr):
            place = self.place(expression.name)
            return self.definitions.get(place or "", expression)
        return expression

    def open(self, names: Iterable[str], *, is_class: bool) -> None:
        """Enter an inner scope with variables of its own."""
        self._counter += 1
        places = {name: f"{name}'{self._counter}" for name in names}
        self._inner.append(_Inner(places, is_class))

    def close(self) -> Collection[Place]:
        """Leave the innermost scope; the places of its variables."""
        return self._inner.pop().places.values()


def scope_of(
    arguments: list[nodes.Argument], body: list[Statement], inside: Inside, *, module: bool
) -> Scope:
    """The scope of a function with these parameters and this body, whose own nodes are `inside`."""
    bindings = bindings_of(body)
    bound, outer = set(bindings.counts), bindings.outer
    rebound: set[str] = set()
    for function in inside.functions():
        rebound |= captured(function)[1]
    parameters = frozenset(argument.variable.name for argument in arguments)
    variables = parameters | (bound if module else bound - outer)
    definitions = {
        name: value
        for name, value in bindings.once().items()
        if name in variables - parameters - rebound
    }
    return Scope(
        parameters,
        frozenset(bound),
        frozenset(variables),
        frozenset(rebound & variables),
        definitions,
        bindings.again(),
    )


@dataclass(slots=True)
class Bindings:
    """What the statements of a function or class bind.

    Attributes:
        counts: how often each name is bound.
        values: what assignments give the names.
        outer: the names that are declared to be outer.
    """

    counts: Counter[str] = field(default_factory=Counter)
    values: dict[str, nodes.Expression] = field(default_factory=dict)
    outer: set[str] = field(default_factory=set)

    def once(self) -> dict[str, nodes.Expression]:
        """The values of the names that one assignment binds, and nothing else."""
        return {name: value for name, value in self.values.items() if self.counts[name] == 1}

    def again(self) -> frozenset[str]:
        """The names that an assignment binds, and something else."""
        return frozenset(filter(self.is_bound_again, self.values))

    def is_bound_again(self, name: str) -> bool:
        """An assignment binds the name, and something else."""
        return name in self.values and self.counts[name] > 1

    def only_value(self, name: str) -> nodes.Expression | None:
        """The value of a name that one assignment binds, and nothing else."""
        return self.values.get(name) if self.counts[name] == 1 else None


def bindings_of(body: list[Statement]) -> Bindings:
    """What the statements of a function, class or module bind."""
    found = Bindings()
    for node in walk(body, _SCOPES):
        names = _BINDERS.get(type(node))
        if names is not None:
            for name in names(node):
                found.counts[name] += 1
            if isinstance(node, nodes.AssignmentStmt):
                for target in node.lvalues:
                    if isinstance(target, nodes.NameExpr):
                        found.values[target.name] = node.rvalue
        elif isinstance(node, (nodes.GlobalDecl, nodes.NonlocalDecl)):
            found.outer.update(node.names)
    return found


class ClassBindings:
    """What the bodies of classes bind, each of them looked at once."""

    def __init__(self) -> None:
        self._found: dict[nodes.TypeInfo, Bindings] = {}

    def of(self, info: nodes.TypeInfo) -> Bindings:
        """What the body of the class binds."""
        if info not in self._found:
            self._found[info] = bindings_of(info.defn.defs.body)
        return self._found[info]


def names_bound(body: list[Statement]) -> tuple[set[str], set[str]]:
    """The names that a function or class body binds, and those that it declares to be outer."""
    bindings = bindings_of(body)
    return set(bindings.counts), bindings.outer


def _targets(targets: Iterable[Node | None]) -> Iterator[str]:
    return chain.from_iterable(map(bound_names, targets))


def captured_by_pattern(node: Node) -> Iterable[str]:
    """The names that a `match` pattern itself binds."""
    names = _BINDERS.get(type(node))
    return names(node) if names is not None and isinstance(node, patterns.Pattern) else ()


def bound_names(target: Node | None) -> Iterator[str]:
    """The names that an assignment target binds."""
    if isinstance(target, nodes.NameExpr):
        yield target.name
    elif isinstance(target, nodes.StarExpr):
        yield from bound_names(target.expr)
    elif isinstance(target, (nodes.TupleExpr, nodes.ListExpr)):
        for item in target.items:
            yield from bound_names(item)


def mentioned(roots: Iterable[Node]) -> tuple[set[str], set[str]]:
    """The names below `roots` that are read or bound there, and those that are rebound.

    Of nested functions only the names count that are not their own. Rebound are the names that
    `nonlocal` or `global` hands to a nested function.
    """
    names: set[str] = set()
    rebound: set[str] = set()
    for node in own_nodes(roots):
        if isinstance(node, nodes.NameExpr):
            names.add(node.name)
        elif isinstance(node, (nodes.GlobalDecl, nodes.NonlocalDecl)):
            rebound.update(node.names)
        elif isinstance(node, nodes.AssignmentExpr):
            rebound.update(bound_names(node.target))
        elif isinstance(node, (nodes.FuncDef, nodes.LambdaExpr)):
            inner = captured(node)
            names |= inner[0]
            rebound |= inner[1]
    return names, rebound


def captured(function: nodes.FuncItem) -> tuple[set[str], set[str]]:
    """What the body of a function mentions and rebinds, but for variables of its own."""
    names, rebound, bound, outer = _names_in(function.body)
    own = (bound | {argument.variable.name for argument in function.arguments}) - outer
    return names - own, rebound - own


@functools.lru_cache(maxsize=512)
def _names_in(body: nodes.Block) -> tuple[set[str], set[str], set[str], set[str]]:
    """What a body mentions and rebinds, what it binds, and what it declares to be outer."""
    return (*mentioned(body.body), *names_bound(body.body))


def _name(definition: Any) -> Iterable[str]:
    return (definition.name,)


def _capture(name: nodes.NameExpr | None) -> Iterable[str]:
    return () if name is None else (name.name,)


# The names that a node itself binds, by its type: most nodes bind none.
_BINDERS: Final[dict[type[Node], Callable[[Any], Iterable[str]]]] = {
    nodes.AssignmentStmt: lambda node: _targets(node.lvalues),
    nodes.OperatorAssignmentStmt: lambda node: bound_names(node.lvalue),
    nodes.AssignmentExpr: lambda node: bound_names(node.target),
    nodes.ForStmt: lambda node: bound_names(node.index),
    nodes.WithStmt: lambda node: _targets(node.target),
    nodes.TryStmt: lambda node: [name.name for name in node.vars if name is not None],
    nodes.DelStmt: lambda node: bound_names(node.expr),
    nodes.ImportFrom: lambda node: [as_name or name for name, as_name in node.names],
    nodes.Import: lambda node: [as_name or name.partition(".")[0] for name, as_name in node.ids],
    **dict.fromkeys(
        (nodes.FuncDef, nodes.ClassDef, nodes.Decorator, nodes.OverloadedFuncDef), _name
    ),
    patterns.AsPattern: lambda node: _capture(node.name),
    patterns.StarredPattern: lambda node: _capture(node.capture),
    patterns.MappingPattern: lambda node: _capture(node.rest),
}
