"""The functions that a module defines, found by a walk over its statements alone."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from mypy.nodes import (
    AssignmentStmt,
    Block,
    ClassDef,
    Decorator,
    ForStmt,
    FuncDef,
    GlobalDecl,
    IfStmt,
    MatchStmt,
    MemberExpr,
    MypyFile,
    OverloadedFuncDef,
    Statement,
    TryStmt,
    WhileStmt,
    WithStmt,
)
from mypy.types import CallableType, Instance, get_proper_type

from genstate.fullnames import SYNC_ITERATORS
from genstate.interest import (
    Lines,
    Names,
    lines_of_interest,
    lines_that_call,
    lines_that_keep,
    lines_that_matter,
    names_called,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mypy.nodes import FuncItem, Node

Key: TypeAlias = tuple[int, str]
"""A function's line and name. mypy makes copies of functions, of which these are the same."""


class Place(NamedTuple):
    """A function, and the first and last line of its definition, decorators included."""

    function: FuncDef
    decorator: Decorator | None
    first: int
    last: int | None


class Interest:
    """What of a module a rule may have something to say on: functions, and its own statements.

    Of some, only their calls of certain names tell. Whether a name stands for a generator function
    there is known when mypy has checked them.
    """

    def __init__(self, doubtful: dict[Key | None, bytes], certain: Iterable[Key | None]) -> None:
        """Args:

        doubtful: the text of each of which that has to be seen.
        certain: all others. None is the module itself.
        """
        self._doubtful = doubtful
        self._certain = frozenset(certain)

    @property
    def is_doubtful(self) -> bool:
        """Is there anything of which types have to tell whether it matters?"""
        return bool(self._doubtful)

    @property
    def module_level(self) -> bool:
        """May the module's own statements matter?"""
        return None in self._certain or None in self._doubtful

    def includes(self, code: FuncItem | MypyFile, names: Callable[[], Names]) -> bool:
        """Does this function (or a copy that mypy has made of it), or the module itself, matter?

        Args:
            code: the function, or the module.
            names: says which names stand for generator functions in it.
        """
        key = None if isinstance(code, MypyFile) else key_of(code)
        if key in self._doubtful:
            return bool(lines_that_matter(self._doubtful[key], names()))
        return key in self._certain


def all_functions(tree: MypyFile) -> list[FuncDef]:
    """All functions of the module `tree`, however deep in it."""
    return [place.function for place in _functions_on(None, tree.defs)]


def of_interest(tree: MypyFile, text: bytes | None, known: Names) -> tuple[list[FuncDef], Interest]:
    """The functions of the module `tree` that may matter, and what is known of that.

    Args:
        tree: the module, analysed.
        text: its source; None where that is not at hand, then everything may matter.
        known: the names of generator functions elsewhere, however they are reached. There may be
            more of them than those that the module can reach.
    """
    if text is None:
        found = all_functions(tree)
        return found, Interest({}, [None, *map(key_of, found)])
    called = names_called(text)
    lines = lines_of_interest(text)
    generators = {*_generators_defined(lines, tree), *_generators_in_sight(tree)}
    lines |= lines_that_call(text, called & _encoded(generators))
    lines |= lines_that_keep(text, called & _encoded(_makers_in_sight(tree)))
    doubtful = lines_that_matter(text, Names(called & known.called, called & known.kept))
    return _divided(tree, text, lines, doubtful)


def _divided(
    tree: MypyFile, text: bytes, certain: Lines, doubtful: Lines
) -> tuple[list[FuncDef], Interest]:
    places = [*_functions_on(certain | doubtful, tree.defs)]
    spans = {key_of(place.function): (place.first, place.last or place.first) for place in places}
    sure: set[Key | None] = {key for key, span in spans.items() if certain.any_in(*span)}
    pieces: dict[Key | None, bytes] = {}
    rows = text.split(b"\n") if doubtful else []
    for key, (first, last) in spans.items():
        if key not in sure:
            pieces[key] = b"\n".join(rows[first - 1 : last])
    if certain.without(spans.values()):
        sure.add(None)
    elif outside := doubtful.without(spans.values()):
        pieces[None] = b"\n".join(rows[number - 1] for number in outside)
    return [place.function for place in places], Interest(pieces, sure)


def key_of(function: FuncItem) -> Key:
    """What the function and its copies have in common."""
    return function.line, function.name


class Definitions(NamedTuple):
    """What a module defines, and what it puts in the place of that.

    Attributes:
        functions: its functions and methods, by name.
        decorators: the decorators of those that have some, by line and name.
        rebound: the variables of the module that one of its functions rebinds.
        assigned: the names of the attributes that it assigns to.
    """

    functions: dict[str, list[FuncDef]]
    decorators: dict[Key, Decorator]
    rebound: set[str]
    assigned: set[str]


def definitions_in(tree: MypyFile) -> Definitions:
    """What the module `tree` defines."""
    found = Definitions({}, {}, set(), set())
    statements = [statements_in(tree.defs)]
    for function, decorator, _, _ in _functions_on(None, tree.defs):
        found.functions.setdefault(function.name, []).append(function)
        if decorator is not None:
            found.decorators.setdefault(key_of(function), decorator)
        statements.append(statements_in(function.body.body))
    for statement in chain.from_iterable(statements):
        if isinstance(statement, GlobalDecl):
            found.rebound.update(statement.names)
        elif isinstance(statement, AssignmentStmt):
            targets = (each for each in statement.lvalues if isinstance(each, MemberExpr))
            found.assigned.update(target.name for target in targets)
    return found


def own_parts(statements: list[Statement]) -> Iterator[Node]:
    """What runs when the `statements` of a module or class do: no bodies of functions in them."""
    for statement in statements:
        if isinstance(statement, Decorator):
            yield from statement.original_decorators
            yield from _defaults(statement.func)
        elif isinstance(statement, FuncDef):
            yield from _defaults(statement)
        elif isinstance(statement, OverloadedFuncDef):
            yield from own_parts(_in_overload(statement))
        elif isinstance(statement, ClassDef):
            yield from statement.decorators
            yield from statement.base_type_exprs
            yield from statement.keywords.values()
            yield from own_parts(statement.defs.body)
        else:
            yield statement


def _defaults(function: FuncDef) -> Iterator[Node]:
    return (each.initializer for each in function.arguments if each.initializer is not None)


def statements_in(statements: list[Statement]) -> Iterator[Statement]:
    """All of them, and those inside them, but for those of functions and classes."""
    todo = list(statements)
    while todo:
        statement = todo.pop()
        yield statement
        if not isinstance(statement, (ClassDef, Decorator, FuncDef, OverloadedFuncDef)):
            inner = _INNER.get(type(statement))
            todo += inner(statement) if inner is not None else ()


def _encoded(names: Iterable[str]) -> set[bytes]:
    return {name.encode() for name in names}


def _generators_defined(lines: Lines, tree: MypyFile) -> Iterator[str]:
    for place in _functions_on(lines, tree.defs):
        if place.function.is_generator:
            yield place.function.name


def _generators_in_sight(tree: MypyFile) -> Iterator[str]:
    """The names that stand for a generator function at the module's top level, also imported."""
    for name, symbol in tree.names.items():
        node = symbol.node
        if isinstance(node, FuncDef) and node.is_generator:
            yield name


def _makers_in_sight(tree: MypyFile) -> Iterator[str]:
    """The names of functions that are declared to give what may be a synchronous generator."""
    for name, symbol in tree.names.items():
        node = symbol.node
        if isinstance(node, FuncDef) and isinstance(node.type, CallableType):
            made = get_proper_type(node.type.ret_type)
            if isinstance(made, Instance) and made.type.fullname in SYNC_ITERATORS:
                yield name


def _functions_on(lines: Lines | None, statements: list[Statement]) -> Iterator[Place]:
    """Every function, however deep in `statements`, that has one of `lines`; None stands for any.

    Only statements that have one of `lines` are looked into.
    """
    todo = list(statements)
    while todo:
        statement = todo.pop()
        inner = _INNER.get(type(statement))
        if inner is None:
            continue
        first, last = _span(statement)
        if lines is not None and last is not None and not lines.any_in(first, last):
            continue
        decorator = statement if isinstance(statement, Decorator) else None
        if decorator is not None:
            statement = decorator.func
        if isinstance(statement, FuncDef):
            yield Place(statement, decorator, first, last)
        todo.extend(inner(statement))


def _span(statement: Statement) -> tuple[int, int | None]:
    """First and last line of `statement`, None where mypy does not know the last."""
    if isinstance(statement, Decorator):
        lines = [decorator.line for decorator in statement.original_decorators]
        first = min(lines, default=statement.line)  # plugins make functions without decorators
        return first, statement.func.end_line
    if isinstance(statement, OverloadedFuncDef):
        return statement.line, None
    return statement.line, statement.end_line


def _in_function(function: FuncDef) -> list[Statement]:
    return function.body.body


def _in_overload(overload: OverloadedFuncDef) -> list[Statement]:
    return [*overload.items, *([overload.impl] if overload.impl is not None else [])]


def _in_blocks(*blocks: Block | None) -> list[Statement]:
    return [statement for block in blocks if block is not None for statement in block.body]


# The statements directly inside a statement, by its type.
_INNER: Final[dict[type[Statement], Callable[[Any], list[Statement]]]] = {
    Block: _in_blocks,
    ClassDef: lambda cls: _in_blocks(cls.defs),
    Decorator: _in_function,
    ForStmt: lambda loop: _in_blocks(loop.body, loop.else_body),
    FuncDef: _in_function,
    IfStmt: lambda branch: _in_blocks(*branch.body, branch.else_body),
    MatchStmt: lambda match: _in_blocks(*match.bodies),
    OverloadedFuncDef: _in_overload,
    TryStmt: lambda attempt: _in_blocks(
        attempt.body, *attempt.handlers, attempt.else_body, attempt.finally_body
    ),
    WhileStmt: lambda loop: _in_blocks(loop.body, loop.else_body),
    WithStmt: lambda block: _in_blocks(block.body),
}
