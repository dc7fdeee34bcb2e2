"""What may decide which way control goes, where no value here shows it.

Three things do: which exception came in at a yield, which element of a loop it is, and how many
values another generator gives. Code that sorts such cases out is often right, and nobody can prove
it. The last two are asked of functions that should yield once: only there they make a difference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Final

from mypy import nodes
from mypy.nodes import Expression, Node, Statement

from genstate.cfg.lower.changes import (
    asked_by_method,
    assigned_by,
    calls_in,
    calls_made,
    captured_by,
    changed_by,
    changed_inside,
    filled_by,
    handed_out,
    is_global,
    kept_by,
    made_once,
    read_by,
    text_of,
    variables_given,
)
from genstate.cfg.lower.oracle import Oracle
from genstate.cfg.lower.scope import bound_names, captured
from genstate.cfg.lower.surroundings import Surroundings
from genstate.cfg.lower.telling import told_by
from genstate.cfg.vocabulary import Dependence
from genstate.children import Inside, own_nodes, walk
from genstate.knowledge.functions import ASKING
from genstate.knowledge.scopes import TIMEOUTS
from genstate.knowledge.starters import STARTERS

#: A fixture that is run for several parameters is made for these, and no others.
_PARAMETER: Final = "request.param"
#: So often one value may be made of another.
_MADE: Final = 3
#: They may answer something else than the time before.
_ASKING_AGAIN: Final = (nodes.CallExpr, nodes.IndexExpr, nodes.AwaitExpr)


@dataclass(slots=True)
class Dependences:
    """Of one function: what may tell which exception there was, and which element it is.

    Attributes:
        once: the function should yield once.
        names: variables, by name.
        attributes: names of attributes, of whatever object.
        changed: what the function changes, by the text that names it.
        kept: those of them in which it keeps how far it has come.
        entered: the variables that hold context managers, or what these hand over.
        touched: the objects that handlers, `finally` and managers may have changed.
        told: the objects and attributes that a call may have changed, with what is called there.
        filled: the variables whose objects may be changed: by a method, or by whoever gets them.
        made: the values of variables and attributes that have one, by the text that names them.
        handed_out: those that other code may get hold of.
        captured: those that nested functions get hold of.
        calls: the calls in the function.
        mentions: how often each name stands in the function.
        raises: one of the ways of the condition raises something.
        goes_on: the condition is one more of an `elif` chain, or of the cases of a `match`; or it
            makes no difference to the yields.
        elements: the variables of the loops around, innermost last.
        parameters: those that are not bound anew.
    """

    once: bool = False
    names: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    elements: list[set[str]] = field(default_factory=list)
    parameters: frozenset[str] = frozenset()
    changed: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)
    entered: set[str] = field(default_factory=set)
    touched: set[str] = field(default_factory=set)
    told: dict[str, set[str]] = field(default_factory=dict)
    filled: set[str] = field(default_factory=set)
    made: dict[str, Expression] = field(default_factory=dict)
    handed_out: set[str] = field(default_factory=set)
    captured: set[str] = field(default_factory=set)
    calls: list[nodes.CallExpr] = field(default_factory=list)
    mentions: Counter[str] = field(default_factory=Counter)
    raises: bool = False
    goes_on: bool = False

    def of(self, expression: Expression, signals: Collection[Node] = ()) -> Dependence:
        """What the answer of a condition may hang on.

        `signals` are the calls in it that ask whether somebody has sent a signal.
        """
        found = Dependence.EXCEPTION if self._is_told(expression) else Dependence.NOTHING
        inside = Inside([expression])
        read = read_by(inside)
        asked = asked_by_method(inside.of(nodes.CallExpr))
        managed = any(text.rpartition(".")[0] in self.entered for text in read)
        managed = managed or not self.entered.isdisjoint(asked)
        touched = any(map(self._is_touched, read | asked)) or self._is_told_by_call(inside)
        if managed or touched or not self.kept.isdisjoint(read):
            found |= Dependence.PROGRESS
        if self.once and (managed or (found and self.raises)):
            found |= Dependence.GIVEN
        if self.once and (any(map(self._is_run_for, read)) or self.is_about_element(expression)):
            found |= Dependence.ELEMENT
        alone = {node for node in signals if self._is_left_alone(node)}
        again = any(node not in alone for kind in _ASKING_AGAIN for node in inside.of(kind))
        changed = self.changed - {_asked_object(node) for node in alone}
        if found or again or not changed.isdisjoint(read):
            found |= Dependence.TIME
        return found

    def of_call(self, node: nodes.CallExpr) -> Dependence:
        """What it may hang on whether a call raises: it may look at what a handler has set.

        So may a method of a manager, that has been told of the exception.
        """
        callee = node.callee
        if isinstance(callee, (nodes.NameExpr, nodes.MemberExpr)) and self._tells(callee):
            given = Dependence.GIVEN if self.once else Dependence.NOTHING
            return Dependence.EXCEPTION | Dependence.TIME | given
        managed = isinstance(callee, nodes.MemberExpr) and text_of(callee.expr) in self.entered
        if managed and self.once:
            return Dependence.PROGRESS | Dependence.GIVEN | Dependence.TIME
        return Dependence.NOTHING

    def asks(self, expression: Expression) -> frozenset[str]:
        """The variables that the answer of a condition is of. Others about them go with it."""
        if not self.once or self.goes_on:
            return frozenset()
        return frozenset(read_by(Inside([expression])))

    def _is_left_alone(self, asked: Node) -> bool:
        """The object whose method is asked is asked here, and nothing else is done to it."""
        text = _asked_object(asked)
        callees = [call.callee for call in self.calls if call is not asked]
        others = (callee.expr for callee in callees if isinstance(callee, nodes.MemberExpr))
        return bool(text) and text not in map(text_of, others)

    def _is_told(self, expression: Expression) -> bool:
        """The value may tell which exception there was."""
        return any(self._tells(node) for node in walk([expression]))

    def _is_run_for(self, text: str, depth: int = _MADE) -> bool:
        """The value is one of those that the fixture is run for, or is made of it."""
        made = self.made.get(text)
        return text.endswith(_PARAMETER) or (
            made is not None
            and depth > 0
            and any(self._is_run_for(text_of(node), depth - 1) for node in own_nodes([made]))
        )

    def is_about_element(self, expression: Expression) -> bool:
        names = {n.name for n in own_nodes([expression]) if isinstance(n, nodes.NameExpr)}
        return any(names & variables for variables in self.elements)

    def of_loop(
        self,
        oracle: Oracle,
        iterable: Expression,
        source: Expression,
        loop: nodes.ForStmt | None,
    ) -> Dependence:
        """What the number of turns of a loop over `iterable` may hang on.

        `source` is what the values come from in the end. `loop` is the statement; `yield from` has
        none, and does nothing with the values.
        """
        found = Dependence.NOTHING
        inside = Inside([iterable])
        read = read_by(inside)
        if any(map(self._tells, inside.all)):
            found |= Dependence.EXCEPTION
        # Of what makes a generator, it is not the name that tells how often that yields.
        values = inside
        if isinstance(iterable, nodes.CallExpr) and oracle.is_iterator(iterable):
            values = Inside(iterable.args)
        touched = any(map(self._is_touched, read)) or self._is_told_by_call(values)
        if touched or not self.kept.isdisjoint(read):
            found |= Dependence.PROGRESS
        changed = not self.changed.isdisjoint(read | asked_by_method(inside.of(nodes.CallExpr)))
        if changed and not oracle.is_iterator(iterable):
            found |= Dependence.TIME
        if self.once and loop is not None and _may_never_end(loop):
            found |= Dependence.ELEMENT
        if self.once and (loop is None or self._gives_generator(oracle, source)):
            found |= Dependence.GIVEN
        return found

    def _gives_generator(self, oracle: Oracle, iterable: Expression) -> bool:
        """A call that makes a generator, or something of which nothing is known; or one given."""
        iterable = self.made.get(text_of(iterable), iterable)
        if isinstance(iterable, nodes.NameExpr):
            return iterable.name in self.parameters and oracle.is_iterator(iterable)
        made = isinstance(iterable, nodes.CallExpr)
        return made and (oracle.is_unknown(iterable) or oracle.is_iterator(iterable))

    def _tells(self, node: Node) -> bool:
        if isinstance(node, nodes.NameExpr) and node.name in self.names:
            return True
        if isinstance(node, nodes.MemberExpr) and node.name in self.attributes:
            return True
        return isinstance(node, nodes.RefExpr) and node.fullname in ASKING

    def _is_told_by_call(self, inside: Inside) -> bool:
        """They ask for what a call may have changed, other than one of the same method."""
        asked = {text_of(call.callee) for call in inside.of(nodes.CallExpr)}
        owners = {owner for node in inside.all for owner in _owners(text_of(node))}
        return any(not self.told.get(owner, asked) <= asked for owner in owners)

    def _is_touched(self, text: str) -> bool:
        return any(f"{text}.".startswith(f"{owner}.") for owner in self.touched)

    def _add(self, target: Node) -> None:
        if isinstance(target, nodes.MemberExpr):
            self.attributes.add(target.name)
        elif isinstance(target, nodes.IndexExpr):
            self._add(target.base)
        else:
            self.names.update(bound_names(target))


def _owners(text: str) -> Iterator[str]:
    """`a`, `a.b` and `a.b.c` of the last of them."""
    parts = text.split(".")
    return (".".join(parts[: count + 1]) for count in range(len(parts)))


def _asked_object(asked: Node) -> str:
    """What a method is asked of."""
    callee = asked.callee if isinstance(asked, nodes.CallExpr) else None
    return text_of(callee.expr) if isinstance(callee, nodes.MemberExpr) else ""


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


def _leaves(statement: Statement) -> bool:
    return isinstance(statement, (nodes.RaiseStmt, nodes.ReturnStmt))


def _last_of(node: nodes.IfStmt) -> list[Statement]:
    blocks = [*node.body, *([node.else_body] if node.else_body is not None else [])]
    return [block.body[-1] for block in blocks if block.body]


def dependences_of(inside: Inside, around: Surroundings, *, once: bool) -> Dependences:
    """Follow what handlers change to the variables that are made of it, in the nodes `inside`.

    Variables of the module that some function rebinds may be changed by anybody.
    """
    oracle = around.oracle
    found = Dependences(once, set(around.rebound))
    found.made, found.handed_out = made_once(inside), handed_out(inside)
    found.captured, found.calls = captured_by(inside), inside.of(nodes.CallExpr)
    if once:
        found.mentions.update(name.name for name in inside.of(nodes.NameExpr))
    assigned = list(assigned_by(inside))
    found.changed = {text for node in inside.all for text in changed_by(node)}
    if any(has_limit(call) for call in found.calls):
        found.changed |= _read_through_methods(found.changed, around)
    found.kept = {text for node in inside.all for text in kept_by(node)}
    for statement in inside.of(nodes.WithStmt):
        found.entered.update(name for target in statement.target for name in bound_names(target))
        found.entered.update({text_of(each) for each in statement.expr} - {""})
        found.touched.update(variables_given(calls_in([*statement.expr]), oracle))
    for guarded in inside.of(nodes.TryStmt):
        found.names.update(name.name for name in guarded.vars if name is not None)
        _handlers_change(found, guarded, oracle)
    found.told = told_by(found.calls, around)
    functions = inside.functions()
    found.filled = {text for node in inside.all for text in filled_by(node)}
    for function in functions:
        found.names |= changed_inside(function)
        found.filled |= captured(function)[0]
    while True:
        before = len(found.names) + len(found.attributes)
        for target, value in assigned:
            if found._is_told(value):
                found._add(target)
        for function in functions:
            if not found.names.isdisjoint(captured(function)[0]):
                found.names.add(function.name)
        for attribute in list(found.attributes):
            found.attributes |= around.readers.of(attribute)
        if len(found.names) + len(found.attributes) == before:
            return found


def has_limit(call: nodes.CallExpr) -> bool:
    """The call sets a limit of time."""
    name = call.callee.fullname if isinstance(call.callee, nodes.RefExpr) else ""
    starter = STARTERS.get(name)
    return name in TIMEOUTS or (starter is not None and starter.limit is not None)


def _read_through_methods(changed: set[str], around: Surroundings) -> set[str]:
    """The methods and properties that look at attributes which are changed: `self.is_alive`."""
    found: set[str] = set()
    for text in changed:
        owner, _, attribute = text.rpartition(".")
        if owner:
            found.update(f"{owner}.{name}" for name in around.readers.of(attribute))
    return found


def _handlers_change(found: Dependences, statement: nodes.TryStmt, oracle: Oracle) -> None:
    """Whatever a handler changes shows that it has run. A result of a call is something else.

    But a new object is the handler's own, a call of a method may change its object, and any call
    what it is given; in `finally`, too.
    """
    handlers = Inside(statement.handlers)
    for target, value in assigned_by(handlers):
        if not isinstance(value, (nodes.CallExpr, nodes.AwaitExpr)) or _makes_object(value):
            found._add(target)
    for call in calls_made(handlers):
        if isinstance(call.callee, nodes.MemberExpr) and not is_global(call.callee.expr):
            found._add(call.callee.expr)
    calls = list(calls_made(Inside([*statement.handlers, *_final(statement)])))
    found.touched.update(asked_by_method(calls), variables_given(calls, oracle))


def _makes_object(value: Expression) -> bool:
    """A call of a class."""
    callee = value.callee if isinstance(value, nodes.CallExpr) else None
    return isinstance(callee, nodes.RefExpr) and isinstance(callee.node, nodes.TypeInfo)


def _final(statement: nodes.TryStmt) -> list[Node]:
    return [] if statement.finally_body is None else [statement.finally_body]
