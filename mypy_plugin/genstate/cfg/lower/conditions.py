"""Conditions: `if`, `while`, `and`, `or`, `not`, and which tests can be followed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mypy import nodes
from mypy.nodes import Expression

from genstate.cfg.events import Bind, Copy, Doubt
from genstate.cfg.lower import callees, consuming, making
from genstate.cfg.lower.comparisons import SizeTest, comparison, size_test
from genstate.cfg.lower.exhaustion import always_holds
from genstate.cfg.lower.lowering import Lowering
from genstate.cfg.vocabulary import (
    REMEMBERED,
    Condition,
    Constant,
    Dependence,
    IsInstance,
    Place,
    Test,
    Truth,
)
from genstate.children import own_nodes
from genstate.knowledge import functions

#: Functions that answer the same as long as their arguments are the same.
_PURE: Final = frozenset(
    f"builtins.{name}" for name in ("len", "isinstance", "hasattr", "callable", "bool")
)


def lower_condition(
    low: Lowering, expression: Expression, *, rejoins: bool = False
) -> tuple[int, int]:
    """Lower a condition; the blocks where it holds and where it does not.

    `rejoins`: both ways meet again, and nothing that matters happens on either.
    """
    build = low.build
    if isinstance(expression, nodes.UnaryExpr) and expression.op == "not":
        yes, no = lower_condition(low, expression.expr, rejoins=rejoins)
        return no, yes
    if isinstance(expression, nodes.OpExpr) and expression.op in ("and", "or"):
        return _short_circuit(low, expression, rejoins=rejoins)
    truth = _constant_truth(expression)
    if truth is not None:
        low.value(expression)
        yes, no = build.new(), build.new()
        build.jump(yes if truth else no)
        return yes, no
    if isinstance(expression, nodes.ComparisonExpr) and len(expression.operators) > 1:
        return _lower_chain(low, expression, rejoins=rejoins)
    asked = _asked_truth(expression)
    if asked is not None:
        return lower_condition(low, asked, rejoins=rejoins)
    sized = size_test(low, expression)
    if sized is not None:
        return _lower_size(low, expression, sized, rejoins=rejoins)
    outside, low.deciding = low.deciding, True
    test, negated = _test(low, expression)
    low.deciding = outside
    yes, no = _branch(low, expression, test, rejoins=rejoins)
    if always_holds(low, expression):
        no = doubted(low, expression, no)
    return (no, yes) if negated else (yes, no)


def _branch(
    low: Lowering, expression: Expression, test: Test | None, *, rejoins: bool
) -> tuple[int, int]:
    """Branch on the answer of `expression`, with all that is known of what it hangs on."""
    for asked in _asked_for_state(low, expression):
        low.build.emit(Copy(expression, expression.line, asked, low.unknown(expression)))
    depends = Dependence.NOTHING
    if not rejoins:
        depends = low.depends.of(expression, callees.signals(low, expression))
        if low.depends.once and making.is_worked_out(expression):
            depends |= Dependence.MADE
    asks = low.depends.asks(expression)
    ways = low.build.branch(expression, expression.line, test, depends, rejoins, asks)
    if low.depends.once and not low.deciding:
        for way in ways:
            low.build.start(way)
            making.note_decided(low, expression)
    return ways


def _asked_for_state(low: Lowering, expression: Expression) -> Iterator[Place]:
    """The generators whose state a condition asks for: what is known of it here counts no more."""
    for node in own_nodes([expression]):
        if isinstance(node, nodes.CallExpr) and callees.fullname(node.callee) in functions.STATES:
            yield from filter(None, map(low.scope.variable, node.args))
        elif isinstance(node, nodes.MemberExpr) and node.name.startswith(
            functions.STATE_ATTRIBUTES
        ):
            place = low.scope.variable(node.expr)
            yield from () if place is None else (place,)


def _asked_truth(expression: Expression) -> Expression | None:
    """What `bool(x)` asks the truth of."""
    if (
        isinstance(expression, nodes.CallExpr)
        and isinstance(expression.callee, nodes.RefExpr)
        and expression.callee.fullname == "builtins.bool"
        and len(expression.args) == 1
    ):
        return expression.args[0]
    return None


def doubted(low: Lowering, expression: Expression, block: int) -> int:
    """A way that the types rule out."""
    build = low.build
    behind = build.new()
    build.start(block)
    build.emit(Doubt(expression, expression.line))
    build.jump(behind)
    return behind


def _short_circuit(low: Lowering, expression: nodes.OpExpr, *, rejoins: bool) -> tuple[int, int]:
    yes, no = lower_condition(low, expression.left, rejoins=rejoins)
    low.build.start(yes if expression.op == "and" else no)
    right_yes, right_no = lower_condition(low, expression.right, rejoins=rejoins)
    if expression.op == "and":
        return right_yes, _merge(low, no, right_no)
    return _merge(low, yes, right_yes), right_no


def _lower_chain(
    low: Lowering, expression: nodes.ComparisonExpr, *, rejoins: bool
) -> tuple[int, int]:
    """`a < b < c`: each operand is evaluated once, and only while the comparisons hold."""
    build = low.build
    otherwise = build.new()
    previous = low.value(expression.operands[0])
    for operator, operand in zip(expression.operators, expression.operands[1:], strict=True):
        value = consuming.lower_container(low, operator, operand)
        low.opaque(expression, reads=(previous, value))
        yes, no = _branch(low, expression, None, rejoins=rejoins)
        build.start(no)
        build.jump(otherwise)
        build.start(yes)
        previous = value
    holds = build.new()
    build.jump(holds)
    return holds, otherwise


def _lower_size(
    low: Lowering, expression: Expression, sized: SizeTest, *, rejoins: bool
) -> tuple[int, int]:
    """`len(x) > 1` holds where `x` is true, and something else is so as well."""
    yes, no = lower_condition(low, sized.container, rejoins=rejoins)
    if sized.decides:
        return (no, yes) if sized.empty else (yes, no)
    low.build.start(yes)
    more, fewer = _branch(low, expression, _remembered(low, expression), rejoins=rejoins)
    return more, _merge(low, no, fewer)


def _merge(low: Lowering, first: int, second: int) -> int:
    joined = low.build.new()
    for block in (first, second):
        low.build.start(block)
        low.build.jump(joined)
    return joined


def _constant_truth(expression: Expression) -> bool | None:
    if isinstance(expression, nodes.NameExpr) and expression.fullname in (
        "builtins.True",
        "builtins.False",
    ):
        return expression.fullname == "builtins.True"
    if isinstance(expression, nodes.IntExpr):
        return bool(expression.value)
    if isinstance(expression, nodes.StrExpr):
        return bool(expression.value)
    return None


def asks_for_checker(expression: Expression) -> bool:
    """The condition asks whether a type checker reads the code: at run time the answer is no."""
    return any(
        isinstance(node, (nodes.NameExpr, nodes.MemberExpr))
        and node.name in ("TYPE_CHECKING", "MYPY")
        for node in own_nodes([expression])
    )


def _test(low: Lowering, expression: Expression) -> tuple[Test | None, bool]:
    """The test that an atomic condition makes, and whether its answer has to be turned round."""
    if isinstance(expression, nodes.ComparisonExpr) and len(expression.operators) == 1:
        found = comparison(low, expression, _remembered(low, expression))
        if found is not None:
            return found
    if _is_isinstance(expression):
        assert isinstance(expression, nodes.CallExpr)
        subject = low.value(expression.args[0])
        handled = low.oracle.handled(expression.args[1])
        if _is_place(low, expression.args[0]):
            return IsInstance(subject, handled, memory=_remembered(low, expression)), False
    elif isinstance(expression, nodes.AssignmentExpr):
        return Truth(_asked(low, expression)), False
    elif _is_place(low, expression):
        condition = _remembered(low, expression)
        memory = None if condition is None or condition.stable else condition.place
        return Truth(_asked(low, expression), memory), False
    else:
        _asked(low, expression)
    return _remembered(low, expression), False


def _asked(low: Lowering, expression: Expression) -> Place:
    """The place of a value that is asked whether it is true."""
    place = low.value(expression)
    ask_truth(low, expression)
    return place


def ask_truth(low: Lowering, expression: Expression) -> None:
    """A value is asked whether it is true: that may run code of its own, which may fail."""
    if low.oracle.has_own_truth(expression):
        low.may_fail(expression)


def _is_isinstance(expression: Expression) -> bool:
    return (
        isinstance(expression, nodes.CallExpr)
        and isinstance(expression.callee, nodes.RefExpr)
        and expression.callee.fullname in ("builtins.isinstance", "builtins.issubclass")
        and len(expression.args) == 2
    )


def _is_place(low: Lowering, expression: Expression) -> bool:
    return low.scope.variable(expression) is not None


def truth_of(low: Lowering, expression: Expression, place: Place) -> Truth:
    """The test whether the value of `expression`, which is in `place`, is true."""
    condition = _remembered(low, expression)
    if low.oracle.is_immutable(expression):
        return Truth(place)
    return Truth(place, condition.place if condition is not None else None)


def is_followed(low: Lowering, expression: Expression) -> bool:
    """A branch on the expression would know more than that it is true or false."""
    asked = _asked_truth(expression)
    if asked is not None:
        return is_followed(low, asked) or _is_place(low, asked)
    if size_test(low, expression) is not None:
        return True
    if isinstance(expression, nodes.UnaryExpr) and expression.op == "not":
        return is_followed(low, expression.expr) or _is_place(low, expression.expr)
    if isinstance(expression, nodes.ComparisonExpr) and len(expression.operators) == 1:
        left, right = expression.operands
        singleton = isinstance(right, nodes.NameExpr) and right.fullname == "builtins.None"
        return singleton and expression.operators[0] in ("is", "is not") and _is_place(low, left)
    return (
        _is_isinstance(expression)
        and isinstance(expression, nodes.CallExpr)
        and _is_place(low, expression.args[0])
    )


def _remembered(low: Lowering, expression: Expression) -> Condition | None:
    """A condition whose answer is kept, in case it is asked again."""
    key = _key(low, expression)
    if key is None or key[1] & low.scope.rebound:
        return None
    text, reads, stable = key
    place = f"{REMEMBERED}{text}"
    for variable in reads:
        known = low.conditions.get(variable, ())
        if place not in known:
            low.conditions[variable] = (*known, place)
    return Condition(place, stable)


def _key(low: Lowering, expression: Expression) -> tuple[str, frozenset[Place], bool] | None:
    """A text that equal conditions share, the variables in it, and whether nothing else counts."""
    reads: set[Place] = set()
    stable = True
    for node in own_nodes([expression]):
        if isinstance(node, (nodes.AwaitExpr, nodes.YieldExpr, nodes.AssignmentExpr)):
            return None
        if isinstance(node, (nodes.LambdaExpr, nodes.GeneratorExpr, nodes.DictionaryComprehension)):
            return None
        if isinstance(node, nodes.NameExpr):
            place = low.scope.place(node.name)
            if place is not None:
                reads.add(place)
            stable = stable and (place is not None or _is_fixed(node))
            stable = stable and low.oracle.is_immutable(node)
        elif isinstance(node, nodes.CallExpr):
            if not (isinstance(node.callee, nodes.NameExpr) and node.callee.fullname in _PURE):
                return None
            stable = False
        elif isinstance(node, (nodes.MemberExpr, nodes.IndexExpr)):
            stable = False
    text = _text(expression)
    return None if text is None else (text, frozenset(reads), stable)


def _is_fixed(node: nodes.NameExpr) -> bool:
    return node.fullname.startswith("builtins.")


def _text(node: Expression) -> str | None:
    """The expression as text; None where it holds something that is never the same twice."""
    if isinstance(node, nodes.NameExpr):
        return node.name
    if isinstance(node, nodes.MemberExpr):
        base = _text(node.expr)
        return None if base is None else f"{base}.{node.name}"
    if isinstance(node, (nodes.IntExpr, nodes.StrExpr, nodes.BytesExpr, nodes.FloatExpr)):
        return repr(node.value)
    parts: list[Expression | None]
    if isinstance(node, nodes.ComparisonExpr):
        parts, head = list(node.operands), " ".join(node.operators)
    elif isinstance(node, nodes.CallExpr):
        parts, head = [node.callee, *node.args], f"call {node.arg_names} {node.arg_kinds}"
    elif isinstance(node, nodes.IndexExpr):
        parts, head = [node.base, node.index], "[]"
    elif isinstance(node, nodes.OpExpr):
        parts, head = [node.left, node.right], node.op
    elif isinstance(node, nodes.UnaryExpr):
        parts, head = [node.expr], node.op
    elif isinstance(node, nodes.TupleExpr):
        parts, head = list(node.items), "()"
    else:
        return None
    texts = [_text(part) if part is not None else "" for part in parts]
    if any(text is None for text in texts):
        return None
    return f"({head} {' '.join(text or '' for text in texts)})"


def lower_boolean(low: Lowering, expression: Expression) -> Place:
    """A condition used as a value (`closing = isinstance(e, GeneratorExit)`): True or False."""
    build = low.build
    target = build.temporary()
    yes, no = lower_condition(low, expression)
    joined = build.new()
    for block, value in ((yes, Constant.TRUE), (no, Constant.FALSE)):
        build.start(block)
        build.emit(Bind(expression, expression.line, target, value))
        build.jump(joined)
    build.start(joined)
    return target
