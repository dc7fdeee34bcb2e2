"""Expressions: each lowers to the place of its value."""

from __future__ import annotations

from mypy import nodes
from mypy.nodes import Expression

from genstate.cfg.events import (
    Await,
    Bind,
    Copy,
    Create,
    Doubt,
    Escape,
    Item,
    MakeException,
    Pack,
    Yield,
)
from genstate.cfg.lower import (
    absorbing,
    conditions,
    consuming,
    entering,
    making,
    returning,
    stacks,
    starters,
    targets,
    waiting,
)
from genstate.cfg.lower.arms import rejoin_as_values
from genstate.cfg.lower.changes import text_of
from genstate.cfg.lower.closures import share
from genstate.cfg.lower.comparisons import exact
from genstate.cfg.lower.dependence import has_limit
from genstate.cfg.lower.lowering import EXPRESSIONS, Lowering
from genstate.cfg.lower.scope import captured
from genstate.cfg.vocabulary import GENEXPR, Constant, GeneratorFunction, Place, Protocol


def lower_name(low: Lowering, node: nodes.NameExpr) -> Place:
    if node.fullname == "builtins.None":
        return low.unknown(node, Constant.NONE)
    if node.fullname == "builtins.True":
        return low.unknown(node, Constant.TRUE)
    if node.fullname == "builtins.False":
        return low.unknown(node, Constant.FALSE)
    place = low.scope.place(node.name)
    if place is None:
        return low.unknown(node, low.fact(node))
    stacks.hand_over(low, node, place)
    return place


def lower_member(low: Lowering, node: nodes.MemberExpr) -> Place:
    member = exact(node)
    if member is not None:
        return low.unknown(node, Constant.NOT_NONE, member)
    stacks.hand_over(low, node, text_of(node))
    followed = low.fields.place(low.scope, node)
    if followed is not None:
        return followed
    base = low.value(node.expr)
    there = low.oracle.has_attribute(node.expr, node.name) or low.fields.is_variable(
        low.scope, node
    )
    return low.opaque(node, escape=(base,), raises=not there, value=low.fact(node))


def lower_constant(low: Lowering, node: Expression) -> Place:
    value = getattr(node, "value", True)
    return low.unknown(node, Constant.TRUTHY if value else Constant.FALSY, exact(node))


def lower_operator(low: Lowering, node: nodes.OpExpr) -> Place:
    if node.op in ("and", "or"):
        return _lower_choice_of_operands(low, node)
    operands = (low.value(node.left), low.value(node.right))
    if low.oracle.is_quiet(node.op, node.left, node.right):
        return low.opaque(node, reads=operands, raises=False, value=low.fact(node))
    return low.opaque(node, escape=operands, value=low.fact(node))  # it may be somebody's own


def _lower_choice_of_operands(low: Lowering, node: nodes.OpExpr) -> Place:
    """`a and b`, `a or b`: the left operand decides, and is the value where it decides."""
    build = low.build
    target = build.temporary()
    if conditions.is_followed(low, node.left):
        yes, no = conditions.lower_condition(low, node.left)
        build.start(no if node.op == "and" else yes)
        constant = Constant.FALSE if node.op == "and" else Constant.TRUE
        build.emit(Bind(node, node.line, target, constant))
    else:
        left = low.value(node.left)
        build.emit(Copy(node, node.line, target, left))
        conditions.ask_truth(low, node.left)
        test = conditions.truth_of(low, node.left, target)
        yes, no = build.branch(node, node.line, test, low.depends.of(node.left))
        build.start(no if node.op == "and" else yes)
    joined = build.new()
    build.jump(joined)
    build.start(yes if node.op == "and" else no)
    build.emit(Copy(node, node.line, target, low.value(node.right)))
    build.jump(joined)
    build.start(joined)
    return target


def lower_unary(low: Lowering, node: nodes.UnaryExpr) -> Place:
    if node.op == "not":
        return lower_test(low, node)
    number = exact(node)
    if number is not None:
        return low.unknown(node, Constant.TRUTHY if number.value else Constant.FALSY, number)
    operand = low.value(node.expr)
    raises = not low.oracle.is_quiet(node.op, node.expr)
    return low.opaque(node, reads=(operand,), raises=raises, value=low.fact(node))


def lower_comparison(low: Lowering, node: nodes.ComparisonExpr) -> Place:
    return lower_test(low, node)


def lower_test(low: Lowering, node: Expression) -> Place:
    """A test used as a value: followed where a branch on it would be."""
    chained = isinstance(node, nodes.ComparisonExpr) and len(node.operators) > 1
    if chained or conditions.is_followed(low, node):
        return conditions.lower_boolean(low, node)
    if isinstance(node, nodes.ComparisonExpr):
        left = low.value(node.operands[0])
        operands = (left, consuming.lower_container(low, node.operators[0], node.operands[1]))
        quiet = all(low.oracle.is_immutable(operand) for operand in node.operands)
        quiet = quiet or all(operator in ("is", "is not") for operator in node.operators)
        if quiet:
            return low.opaque(node, reads=operands, raises=False, value=Constant.NOT_NONE)
        return low.opaque(node, escape=operands, value=Constant.NOT_NONE)
    assert isinstance(node, nodes.UnaryExpr)
    operand = low.value(node.expr)
    conditions.ask_truth(low, node.expr)
    return low.opaque(node, reads=(operand,), raises=False, value=Constant.NOT_NONE)


def lower_conditional(low: Lowering, node: nodes.ConditionalExpr) -> Place:
    build = low.build
    target = build.temporary()
    rejoins = rejoin_as_values(low.oracle, [node.if_expr, node.else_expr])
    yes, no = conditions.lower_condition(low, node.cond, rejoins=rejoins)
    joined = build.new()
    for block, arm in ((yes, node.if_expr), (no, node.else_expr)):
        build.start(block)
        build.emit(Copy(arm, arm.line, target, lower_kept(low, arm)))
        build.jump(joined)
    build.start(joined)
    return target


def lower_walrus(low: Lowering, node: nodes.AssignmentExpr) -> Place:
    value = lower_bound(low, node.value)
    targets.assign(low, node.target, value)
    making.note_assigned(low, [node.target], node.value)
    return low.scope.place(node.target.name) or value


def lower_tuple(low: Lowering, node: nodes.TupleExpr) -> Place:
    if any(isinstance(item, nodes.StarExpr) for item in node.items):
        return lower_container(low, node)
    items = tuple(low.value(item) for item in node.items)
    target = low.build.temporary()
    low.build.emit(Pack(node, node.line, target, items))
    return target


def lower_container(low: Lowering, node: nodes.ListExpr | nodes.SetExpr | nodes.TupleExpr) -> Place:
    items = tuple(low.value(item) for item in node.items)
    raises = isinstance(node, nodes.SetExpr) or any(
        isinstance(item, nodes.StarExpr) for item in node.items
    )
    value = Constant.TRUTHY if node.items and not raises else Constant.NOT_NONE
    if not node.items:
        value = Constant.NOT_NONE
    return low.opaque(node, escape=items, raises=raises, value=value)


def lower_dict(low: Lowering, node: nodes.DictExpr) -> Place:
    items: list[Place] = []
    for key, value in node.items:
        if key is not None:
            items.append(low.value(key))
        items.append(low.value(value))
    return low.opaque(node, escape=tuple(items), raises=bool(items), value=Constant.NOT_NONE)


def lower_star(low: Lowering, node: nodes.StarExpr) -> Place:
    if consuming.lower_star(low, node.expr) is not None:
        return low.unknown(node)
    return low.opaque(node, escape=(low.value(node.expr),), raises=False)


def lower_index(low: Lowering, node: nodes.IndexExpr) -> Place:
    if node.analyzed is not None:
        return low.unknown(node, Constant.NOT_NONE)
    base = low.value(node.base)
    if isinstance(node.index, nodes.IntExpr) and low.scope.variable(node.base) is not None:
        item, index = low.build.temporary(), node.index.value
        low.build.emit(Item(node, node.line, item, base, index, low.fact(node)))
        return item
    return low.opaque(node, escape=(base, low.value(node.index)), value=low.fact(node))


def lower_slice(low: Lowering, node: nodes.SliceExpr) -> Place:
    parts = (node.begin_index, node.end_index, node.stride)
    operands = tuple(low.value(part) for part in parts if part is not None)
    return low.opaque(node, escape=operands, raises=False, value=Constant.NOT_NONE)


def lower_wrapped(low: Lowering, node: nodes.CastExpr | nodes.AssertTypeExpr) -> Place:
    """`cast(T, x)` and `assert_type(x, T)` are x itself."""
    return low.value(node.expr)


def lower_reveal(low: Lowering, node: nodes.RevealExpr) -> Place:
    return low.unknown(node) if node.expr is None else low.value(node.expr)


def lower_format(low: Lowering, node: Expression) -> Place:
    """A template string: its parts are evaluated."""
    parts: list[Place] = []
    for item in getattr(node, "items", ()):
        for part in item if isinstance(item, tuple) else (item,):
            if isinstance(part, Expression):
                parts.append(low.value(part))
    return low.opaque(node, escape=tuple(parts), value=Constant.NOT_NONE)


def lower_lambda(low: Lowering, node: nodes.LambdaExpr) -> Place:
    escape_defaults(low, node)
    low.build.emit(share(low, node, captured(node)))
    return low.unknown(node, Constant.TRUTHY)


def escape_defaults(low: Lowering, function: nodes.FuncItem) -> None:
    """Default arguments are evaluated where the function is defined, and belong to it."""
    for argument in function.arguments:
        if argument.initializer is not None:
            value = low.value(argument.initializer)
            low.build.emit(Escape(function, function.line, (value,)))


def lower_yield(low: Lowering, node: nodes.YieldExpr) -> Place:
    value = None if node.expr is None else low.value(node.expr)
    target = low.build.temporary()
    low.build.emit(Yield(node, node.line, target, value))
    return target


def lower_await(low: Lowering, node: nodes.AwaitExpr) -> Place:
    entered = stacks.lower_entering(low, node.expr) or entering.lower_entered(low, node.expr)
    if entered is not None:
        return entered
    awaitable = starters.lower_driven(low, node.expr) or low.value(node.expr)
    target = low.build.temporary()
    returns = not low.oracle.never_returns(node)
    expires = node in low.expiring
    suspends = not waiting.never_waits(low, node.expr)
    surely, absorbs = waiting.surely_waits(low, node.expr), absorbing.absorber(low, node.expr)
    switches = waiting.switches(node.expr)
    low.build.emit(
        Await(
            node,
            node.line,
            target,
            awaitable,
            returns,
            suspends,
            expires,
            surely,
            absorbs,
            switches,
            low.expiring.get(node, False),
            low.expected,
            isinstance(node.expr, nodes.CallExpr) and has_limit(node.expr),
        )
    )
    if returns and returning.never_returns(low, node.expr, awaited=True):
        low.build.emit(Doubt(node, node.line))
    return target


def lower_kept(low: Lowering, expression: Expression) -> Place:
    """The value of an expression that is used later: an exception may be raised then."""
    place = low.value(expression)
    made = expression.callee if isinstance(expression, nodes.CallExpr) else expression
    if low.oracle.names_exceptions(made) and not isinstance(made, nodes.TupleExpr):
        place = low.build.temporary()
        raised, exact = low.oracle.exception(expression)
        low.build.emit(MakeException(expression, expression.line, place, raised, exact))
    return place


def lower_bound(low: Lowering, expression: Expression) -> Place:
    """The value of an expression that a variable gets: a generator expression can be used twice."""
    place = lower_kept(low, expression)
    if isinstance(expression, nodes.GeneratorExpr) and low.oracle.is_sync_generator(expression):
        place = low.build.temporary()
        made = GeneratorFunction(GENEXPR, GENEXPR, Protocol.SYNC, judged=low.around.sync)
        low.build.emit(Create(expression, expression.line, place, made))
    return place


EXPRESSIONS.update(
    {
        nodes.NameExpr: lower_name,
        nodes.MemberExpr: lower_member,
        nodes.IntExpr: lower_constant,
        nodes.StrExpr: lower_constant,
        nodes.BytesExpr: lower_constant,
        nodes.FloatExpr: lower_constant,
        nodes.ComplexExpr: lower_constant,
        nodes.EllipsisExpr: lower_constant,
        nodes.OpExpr: lower_operator,
        nodes.UnaryExpr: lower_unary,
        nodes.ComparisonExpr: lower_comparison,
        nodes.ConditionalExpr: lower_conditional,
        nodes.AssignmentExpr: lower_walrus,
        nodes.TupleExpr: lower_tuple,
        nodes.ListExpr: lower_container,
        nodes.SetExpr: lower_container,
        nodes.DictExpr: lower_dict,
        nodes.StarExpr: lower_star,
        nodes.IndexExpr: lower_index,
        nodes.SliceExpr: lower_slice,
        nodes.CastExpr: lower_wrapped,
        nodes.AssertTypeExpr: lower_wrapped,
        nodes.RevealExpr: lower_reveal,
        nodes.LambdaExpr: lower_lambda,
        nodes.YieldExpr: lower_yield,
        nodes.AwaitExpr: lower_await,
    }
)
if hasattr(nodes, "TemplateStrExpr"):
    EXPRESSIONS[nodes.TemplateStrExpr] = lower_format
