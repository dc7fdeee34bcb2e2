"""What may decide which way control goes, where no value here shows it.

Three things do: which exception came in at a yield, which element of a loop it is, and how many
values another generator gives. Code that sorts such cases out is often right, and nobody can prove
it. The last two are asked of functions that should yield once: only there they make a difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from mypy import nodes
from mypy.nodes import Expression, Node, Statement

from genstate.cfg.lower.children import own_nodes
from genstate.cfg.lower.oracle import Oracle
from genstate.cfg.lower.scope import bound_names
from genstate.cfg.vocabulary import Dependence

_ASKING: Final = frozenset({"sys.exc_info", "sys.exception"})
_LEAVING: Final = (nodes.RaiseStmt, nodes.ReturnStmt, nodes.BreakStmt, nodes.ContinueStmt)
_CHANGING: Final = (
    nodes.AssignmentStmt,
    nodes.OperatorAssignmentStmt,
    nodes.AssignmentExpr,
    nodes.DelStmt,
    nodes.AssertStmt,
)
_STEERING: Final = (*_LEAVING, nodes.YieldExpr, nodes.YieldFromExpr)
_YIELDING: Final = (nodes.YieldExpr, nodes.YieldFromExpr, nodes.AwaitExpr)
_WRITTEN_DOWN: Final = (
    nodes.ListExpr,
    nodes.DictExpr,
    nodes.SetExpr,
    nodes.IntExpr,
    nodes.FloatExpr,
    nodes.StrExpr,
    nodes.BytesExpr,
)
_CONSTANTS: Final = frozenset({"builtins.None", "builtins.True", "builtins.False"})
#: A fixture that is run for several parameters is made for these, and no others.
_PARAMETER: Final = "request.param"
#: They may answer something else than the time before.
_ASKING_AGAIN: Final = (nodes.CallExpr, nodes.IndexExpr, nodes.AwaitExpr)
_BLOCKS: Final = (nodes.ForStmt, nodes.WhileStmt, nodes.TryStmt, nodes.WithStmt)


@dataclass(slots=True)
class Dependences:
    """Of one function: what may tell which exception there was, and which element it is.

    Attributes:
        once: the function should yield once.
        names: variables, by name.
        attributes: names of attributes, of whatever object.
        changed: what the function changes, by the text that names it.
        kept: those of them in which it keeps how far it has come.
        entered: the variables that hold what context managers hand over.
        goes_on: the condition is one more of an `elif` chain, or of the cases of a `match`; or it
            makes no difference to the yields.
        elements: the variables of the loops around, innermost last.
    """

    once: bool = False
    names: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    elements: list[set[str]] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)
    entered: set[str] = field(default_factory=set)
    goes_on: bool = False

    def of(self, expression: Expression) -> Dependence:
        """What the answer of a condition may hang on."""
        found = self._of_exception(expression)
        inside = list(own_nodes([expression]))
        read = _read(inside)
        told = any(text.rpartition(".")[0] in self.entered for text in read)
        if told or not self.kept.isdisjoint(read):
            found |= Dependence.PROGRESS
        if self.once and any(text.endswith(_PARAMETER) for text in read):
            found |= Dependence.ELEMENT
        again = any(isinstance(node, _ASKING_AGAIN) for node in inside)
        if found or again or not self.changed.isdisjoint(read):
            found |= Dependence.TIME
        return found

    def asks(self, expression: Expression) -> frozenset[str]:
        """The variables that the answer of a condition is of. Others about them go with it."""
        if not self.once or self.goes_on:
            return frozenset()
        return frozenset(_read(list(own_nodes([expression]))))

    def _of_exception(self, expression: Expression) -> Dependence:
        if any(self._tells(node) for node in own_nodes([expression])):
            return Dependence.EXCEPTION
        names = {n.name for n in own_nodes([expression]) if isinstance(n, nodes.NameExpr)}
        if self.once and any(names & variables for variables in self.elements):
            return Dependence.ELEMENT
        return Dependence.NOTHING

    def of_loop(
        self, oracle: Oracle, iterable: Expression, loop: nodes.ForStmt | None
    ) -> Dependence:
        """What the number of turns of a loop over `iterable` may hang on.

        `loop` is the statement; `yield from` has none, and does nothing with the values.
        """
        found = Dependence.NOTHING
        if any(self._tells(node) for node in own_nodes([iterable])):
            found |= Dependence.EXCEPTION
        if self.once and loop is not None and _may_never_end(loop):
            found |= Dependence.ELEMENT
        if self.once and _gives_generator(oracle, iterable):
            found |= Dependence.GIVEN
        return found

    def _tells(self, node: Node) -> bool:
        if isinstance(node, nodes.NameExpr) and node.name in self.names:
            return True
        if isinstance(node, nodes.MemberExpr) and node.name in self.attributes:
            return True
        return isinstance(node, nodes.RefExpr) and node.fullname in _ASKING

    def _add(self, target: Node) -> None:
        if isinstance(target, nodes.MemberExpr):
            self.attributes.add(target.name)
        elif isinstance(target, nodes.IndexExpr):
            self._add(target.base)
        else:
            self.names.update(bound_names(target))


def _may_never_end(node: nodes.ForStmt) -> bool:
    """The body returns or raises, always or depending on the loop variable.

    Whether such a loop ever runs out depends on the values of the variable, which nobody follows.
    Whoever writes an `else` expects it to.
    """
    if node.else_body is not None:
        return False
    variables = set(bound_names(node.index))
    if _leaves(node.body.body[-1]):
        return True
    for child in own_nodes([node.body]):
        if isinstance(child, nodes.IfStmt) and any(_leaves(last) for last in _last_of(child)):
            names = {n.name for n in own_nodes(list(child.expr)) if isinstance(n, nodes.NameExpr)}
            if names & variables:
                return True
    return False


def _gives_generator(oracle: Oracle, iterable: Expression) -> bool:
    """A call that makes a generator, or something of which nothing is known."""
    if not isinstance(iterable, nodes.CallExpr):
        return False
    return oracle.is_unknown(iterable) or oracle.is_iterator(iterable)


def _leaves(statement: Statement) -> bool:
    return isinstance(statement, (nodes.RaiseStmt, nodes.ReturnStmt))


def _last_of(node: nodes.IfStmt) -> list[Statement]:
    blocks = [*node.body, *([node.else_body] if node.else_body is not None else [])]
    return [block.body[-1] for block in blocks if block.body]


def dependences_of(body: list[Statement], *, once: bool) -> Dependences:
    """Follow what handlers change to the variables that are made of it."""
    found = Dependences(once)
    inside = list(own_nodes([*body]))
    assigned = list(_assigned(iter(inside)))
    found.changed = {text for node in inside for text in _changed_by(node)}
    found.kept = {text for node in inside for text in _kept_by(node)}
    found.entered = {
        name
        for node in inside
        if isinstance(node, nodes.WithStmt)
        for target in node.target
        for name in bound_names(target)
    }
    for statement in inside:
        if isinstance(statement, nodes.TryStmt):
            found.names.update(name.name for name in statement.vars if name is not None)
            _handlers_change(found, statement)
    before = -1
    while before != (before := len(found.names) + len(found.attributes)):
        for target, value in assigned:
            if found._of_exception(value) is Dependence.EXCEPTION:
                found._add(target)
    return found


def _text(expression: Node) -> str:
    """`self.a.b`; nothing for what belongs to the module, or is no such name."""
    if isinstance(expression, nodes.NameExpr):
        return "" if expression.kind == nodes.GDEF else expression.name
    if isinstance(expression, nodes.MemberExpr):
        owner = _text(expression.expr)
        return f"{owner}.{expression.name}" if owner else ""
    return ""


def _read(inside: list[Node]) -> set[str]:
    """The variables and attributes among these nodes, without the objects that have them.

    What is bound among them has no value of before.
    """
    owners = {id(node.expr) for node in inside if isinstance(node, nodes.MemberExpr)}
    called = {
        id(node.callee): node.callee.expr
        for node in inside
        if isinstance(node, nodes.CallExpr) and isinstance(node.callee, nodes.MemberExpr)
    }
    found = {_text(owner) for owner in called.values()}
    for node in inside:
        named = isinstance(node, (nodes.NameExpr, nodes.MemberExpr))
        if named and id(node) not in owners and id(node) not in called:
            found.add(_text(node))
    bound = {
        name
        for node in inside
        if isinstance(node, nodes.AssignmentExpr)
        for name in bound_names(node.target)
    }
    return found - bound - {""}


def _changed_by(node: Node) -> Iterator[str]:
    """What a statement binds, or an object whose method it calls."""
    for target in _targets(node):
        while isinstance(target, nodes.IndexExpr):
            target = target.base
        yield _text(target)
        yield from bound_names(target)
    if isinstance(node, nodes.CallExpr) and isinstance(node.callee, nodes.MemberExpr):
        yield _text(node.callee.expr)


def _kept_by(node: Node) -> Iterator[str]:
    """What a statement counts up, or sets to something that is written down; and attributes."""
    if isinstance(node, nodes.OperatorAssignmentStmt):
        yield _text(node.lvalue)
    elif isinstance(node, nodes.AssignmentStmt):
        yield from (_text(each) for each in node.lvalues if isinstance(each, nodes.MemberExpr))
    if isinstance(node, nodes.AssignmentStmt) and _is_written_down(node.rvalue):
        for target in node.lvalues:
            yield _text(target)
            yield from bound_names(target)


def _is_written_down(value: Expression) -> bool:
    """`[]`, `0`, `None`, `set()`: no result of something that was asked for."""
    if isinstance(value, nodes.TupleExpr):
        return any(_is_written_down(item) for item in value.items)
    if isinstance(value, nodes.CallExpr):
        return (
            not value.args
            and isinstance(value.callee, nodes.RefExpr)
            and isinstance(value.callee.node, nodes.TypeInfo)
        )
    return isinstance(value, _WRITTEN_DOWN) or (
        isinstance(value, nodes.NameExpr) and value.fullname in _CONSTANTS
    )


def _targets(node: Node) -> list[Expression]:
    if isinstance(node, nodes.AssignmentStmt):
        return node.lvalues
    if isinstance(node, nodes.OperatorAssignmentStmt):
        return [node.lvalue]
    if isinstance(node, nodes.AssignmentExpr):
        return [node.target]
    if isinstance(node, nodes.ForStmt):
        return [node.index]
    if isinstance(node, nodes.WithStmt):
        return [target for target in node.target if target is not None]
    return [node.expr] if isinstance(node, nodes.DelStmt) else []


def _handlers_change(found: Dependences, statement: nodes.TryStmt) -> None:
    """Whatever a handler changes shows that it has run. A result of a call is something else.

    A call of a method may change its object.
    """
    inside = list(own_nodes(list(statement.handlers)))
    for target, value in _assigned(iter(inside)):
        if not isinstance(value, (nodes.CallExpr, nodes.AwaitExpr)):
            found._add(target)
    for node in inside:
        if isinstance(node, nodes.ExpressionStmt):
            call = node.expr.expr if isinstance(node.expr, nodes.AwaitExpr) else node.expr
            if (
                isinstance(call, nodes.CallExpr)
                and isinstance(call.callee, nodes.MemberExpr)
                and not _is_global(call.callee.expr)
            ):
                found._add(call.callee.expr)


def _is_global(expression: Expression) -> bool:
    """It belongs to the module: more often a logger than the memory of what one call has met."""
    return isinstance(expression, nodes.NameExpr) and expression.kind == nodes.GDEF


def _assigned(nodes_: Iterator[Node]) -> Iterator[tuple[Expression, Expression]]:
    for node in nodes_:
        if isinstance(node, nodes.AssignmentStmt):
            for target in node.lvalues:
                yield target, node.rvalue
        elif isinstance(node, nodes.OperatorAssignmentStmt):
            yield node.lvalue, node.rvalue
        elif isinstance(node, nodes.AssignmentExpr):
            yield node.target, node.value


def steers(ways: list[Node]) -> bool:
    """Which way is taken makes a difference to where the function yields, or whether."""
    return any(isinstance(node, _STEERING) for node in own_nodes(ways))


def rejoins(oracle: Oracle, ways: list[Node]) -> bool:
    """Nothing happens on any of the ways that a rule asks about: they meet again as they were."""
    return not any(_matters(oracle, node) for node in own_nodes(ways))


def _matters(oracle: Oracle, node: Node) -> bool:
    if isinstance(node, nodes.CallExpr):
        return oracle.is_unknown(node.callee) or oracle.never_returns(node)
    return isinstance(node, (*_LEAVING, *_CHANGING, *_YIELDING, *_BLOCKS))


def rejoin_as_values(oracle: Oracle, arms: list[Expression]) -> bool:
    """As `rejoins`, for the arms of a conditional expression: they are no flags, either."""
    return rejoins(oracle, [*arms]) and not any(_is_flag(arm) for arm in arms)


def _is_flag(arm: Expression) -> bool:
    if isinstance(arm, nodes.NameExpr):
        return True
    return not isinstance(arm, (nodes.MemberExpr, nodes.CallExpr, nodes.OpExpr))
