"""Values that a function works out itself, in ways that are not followed.

What a condition says of a value that came from outside, nobody knows: both answers are possible.
What it says of one that the function has counted, filled or picked out itself is no matter of
chance, and can mostly not be seen. That is asked of functions that should yield once: only there it
makes a difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from mypy import nodes
from mypy.nodes import Expression, Node

from genstate.cfg.events import Change, Count
from genstate.cfg.lower import callees
from genstate.cfg.lower.changes import is_written_down, text_of
from genstate.cfg.lower.lowering import Lowering
from genstate.cfg.lower.scope import bound_names
from genstate.cfg.vocabulary import Place, turns_of
from genstate.children import DISPLAYS, WRITTEN_DOWN, own_nodes
from genstate.knowledge import functions

_OF_PARTS: Final = (*DISPLAYS, nodes.StrExpr, nodes.BytesExpr)
#: What comes of them is one of the operands, or says whether a flag is set in them.
_CHOOSING: Final = frozenset({"and", "or", "&"})
#: What these methods give was in the object.
_PICKING: Final = functions.LOOKING_METHODS | functions.CHANGING_METHODS
_COMPREHENSIONS: Final = (nodes.GeneratorExpr, nodes.DictionaryComprehension)


def is_worked_out(expression: Expression) -> bool:
    """The value is the result of arithmetic, is written down here, or was picked out."""
    if isinstance(expression, nodes.OpExpr):
        computes = expression.op not in _CHOOSING
        return computes or is_worked_out(expression.left) or is_worked_out(expression.right)
    if isinstance(expression, nodes.UnaryExpr):
        return expression.op != "not" or is_worked_out(expression.expr)
    if isinstance(expression, nodes.AssignmentExpr):
        return is_worked_out(expression.value)
    if isinstance(expression, nodes.TupleExpr):
        return any(map(is_worked_out, expression.items))
    if isinstance(expression, nodes.ComparisonExpr):
        return any(is_worked_out(each) for each in expression.operands if not _is_fixed(each))
    if isinstance(expression, nodes.IndexExpr):
        return isinstance(expression.index, nodes.SliceExpr) or is_worked_out(expression.base)
    if isinstance(expression, (nodes.ListComprehension, nodes.SetComprehension)):
        expression = expression.generator
    if isinstance(expression, _COMPREHENSIONS):
        return any(expression.condlists) or any(map(is_worked_out, expression.sequences))
    if isinstance(expression, nodes.CallExpr):
        return _is_worked_out_by(expression)
    return isinstance(expression, _OF_PARTS)


def _is_fixed(expression: Expression) -> bool:
    """`"a"`, `-1`, `60 * 60`, `(1, 2)`: only what is compared with that decides."""
    if isinstance(expression, nodes.OpExpr):
        return _is_fixed(expression.left) and _is_fixed(expression.right)
    if isinstance(expression, nodes.UnaryExpr):
        return _is_fixed(expression.expr)
    if isinstance(expression, nodes.TupleExpr):
        return all(map(_is_fixed, expression.items))
    return isinstance(expression, WRITTEN_DOWN)


def _is_worked_out_by(call: nodes.CallExpr) -> bool:
    name = callees.fullname(call.callee)
    if name in functions.CONVERTING:
        return not call.args or any(map(is_worked_out, call.args))
    if isinstance(call.callee, nodes.MemberExpr):  # an f-string is a method call, too
        written = isinstance(call.callee.expr, _OF_PARTS)
        return written or call.callee.name in functions.SPLITTING or name in functions.COMPUTING
    return name in functions.COMPUTING


def _sources(expression: Expression) -> Iterator[str]:
    """The variables whose values, or parts of them, the value consists of."""
    if isinstance(expression, nodes.RefExpr):
        yield text_of(expression)
    elif isinstance(expression, nodes.IndexExpr):
        yield from _sources(expression.base)
    elif isinstance(expression, nodes.CallExpr):
        callee = expression.callee
        if isinstance(callee, nodes.MemberExpr) and callee.name in _PICKING:
            yield from _sources(callee.expr)
        elif callees.fullname(callee) in functions.CONVERTING:
            for argument in expression.args:
                yield from _sources(argument)
    elif isinstance(expression, nodes.TupleExpr):
        for item in expression.items:
            yield from _sources(item)
    elif isinstance(expression, nodes.OpExpr):
        yield from _sources(expression.left)
        yield from _sources(expression.right)


def note_assigned(low: Lowering, targets: list[Expression], value: Expression) -> None:
    """Variables get a value that was worked out, or one of a variable that has such a value."""
    if not low.depends.once:
        return
    for target in targets:
        if isinstance(target, nodes.IndexExpr):
            note_changed(low, target)
        elif is_written_down(value) and not _is_followed(low, target):
            _note(low, target, [text_of(target)])
    names = [name for target in targets for name in (*bound_names(target), text_of(target))]
    about_element = low.depends.is_about_element(value)
    if is_worked_out(value) or about_element or _is_own_object(low, value):
        _note(low, value, names)
    else:
        _note_taken(low, value, names, _sources(value))


def _is_followed(low: Lowering, target: Expression) -> bool:
    """What is known of a value that is assigned to it is not lost."""
    if isinstance(target, nodes.MemberExpr):
        return low.fields.place(low.scope, target) is not None
    return not (
        isinstance(target, nodes.NameExpr) and low.scope.place(target.name) in low.scope.rebound
    )


def _is_own_object(low: Lowering, value: Expression) -> bool:
    """An object of a class of the module, or one that is true or not as its class says."""
    if not (isinstance(value, nodes.CallExpr) and isinstance(value.callee, nodes.RefExpr)):
        return False
    made = value.callee.node
    if not isinstance(made, nodes.TypeInfo) or low.oracle.is_immutable(value):
        return False
    return made.module_name == low.around.module or any(map(made.get, ("__bool__", "__len__")))


def note_changed(low: Lowering, target: Expression) -> None:
    """`n += 1`, `del items[0]`: a variable is changed."""
    if low.depends.once:
        while isinstance(target, nodes.IndexExpr):
            target = target.base
        _note(low, target, [text_of(target)])


def note_called(low: Lowering, node: nodes.CallExpr) -> None:
    """`items.pop()`, `heappop(items)`: a method, or a function, changes what is in a container."""
    if low.depends.once and not low.deciding:
        _note(low, node, _changed_by_call(low, node))


def note_decided(low: Lowering, condition: Expression) -> None:
    """The calls in a condition have changed something, for the next decision about it."""
    for node in own_nodes([condition]):
        if isinstance(node, nodes.CallExpr):
            _note(low, node, _changed_by_call(low, node))


def _changed_by_call(low: Lowering, node: nodes.CallExpr) -> Iterator[str]:
    """The containers that a call may change: the object of a method, and what it is given."""
    callee = node.callee
    if isinstance(callee, nodes.MemberExpr) and callee.name not in functions.LOOKING_METHODS:
        changing = callee.name in functions.CHANGING_METHODS
        if _is_counted(low, callee.expr) or (changing and low.oracle.is_unknown(callee.expr)):
            yield text_of(callee.expr)
    if callees.fullname(callee) not in functions.LOOKING:
        yield from (text_of(argument) for argument in node.args if _is_counted(low, argument))


def _is_counted(low: Lowering, expression: Expression) -> bool:
    """Whether it is true may change: it is a container, or has a truth of its own."""
    oracle = low.oracle
    return (
        bool(text_of(expression))
        and not oracle.is_unknown(expression)
        and not oracle.is_immutable(expression)
        and (oracle.is_true_by_size(expression) or oracle.has_own_truth(expression))
    )


def note_iterated(low: Lowering, iterable: Expression, iterator: Place) -> None:
    """A loop begins: how often it goes round is no matter of chance, if its iterable is none."""
    if low.depends.once:
        if is_worked_out(iterable):
            _note(low, iterable, [turns_of(iterator)])
        else:
            _note_taken(low, iterable, [turns_of(iterator)], _sources(iterable))


def _note(low: Lowering, node: Node, names: Iterable[str]) -> None:
    found = _texts(names)
    if found:
        low.build.emit(Change(node, node.line, found))


def _note_taken(low: Lowering, node: Node, names: Iterable[str], sources: Iterable[str]) -> None:
    found, among = _texts(names), _texts(sources)
    if found and among:
        low.build.emit(Change(node, node.line, found, among))


def _texts(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, names)))


def lower_count(
    low: Lowering, node: Node, operator: str, counter: Expression, amount: Expression
) -> Place | None:
    """`n + 1`, `n -= 1`: a number that is known goes on being known."""
    place = low.scope.variable(counter)
    if not (low.depends.once and place is not None and isinstance(amount, nodes.IntExpr)):
        return None
    if operator not in ("+", "-"):
        return None
    target = low.build.temporary()
    steps = amount.value if operator == "+" else -amount.value
    low.build.emit(Count(node, node.line, target, place, steps))
    return target
