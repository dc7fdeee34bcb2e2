"""Statements other than `try`, `with` and `match`."""

from __future__ import annotations

from mypy import nodes
from mypy.nodes import Block, Expression, Statement

from genstate.cfg.events import (
    Bind,
    Constant,
    Copy,
    Discard,
    MakeException,
    Next,
    Place,
    Raise,
    Stop,
)
from genstate.cfg.exceptions import ASSERTION_ERROR, RUNTIME_ERROR
from genstate.cfg.lower import callees, conditions, targets
from genstate.cfg.lower.builder import Loop
from genstate.cfg.lower.children import children, own_nodes
from genstate.cfg.lower.expressions import share
from genstate.cfg.lower.lowering import STATEMENTS, Lowering
from genstate.cfg.lower.scope import bound_names, closure_roots


def reaches(low: Lowering, expression: Expression | None, at: Statement) -> bool:
    """Control gets to `expression`; where mypy knows that it does not, the block ends."""
    if expression is None or not low.oracle.is_dead(expression):
        return True
    low.build.end(Stop(at, at.line))
    return False


def lower_block(low: Lowering, block: Block) -> None:
    if block.is_unreachable:
        low.build.end(Stop(block, block.line))
    else:
        low.body(block.body)


def lower_expression(low: Lowering, node: nodes.ExpressionStmt) -> None:
    if reaches(low, node.expr, node):
        value = low.value(node.expr)
        low.build.emit(Discard(node.expr, node.line, value))


def lower_assignment(low: Lowering, node: nodes.AssignmentStmt) -> None:
    if isinstance(node.rvalue, nodes.TempNode):
        return
    if callees.is_special_form(node):
        for target in node.lvalues:
            targets.assign(low, target, low.unknown(node, Constant.NOT_NONE))
        return
    if not reaches(low, node.rvalue, node):
        return
    value = low.value(node.rvalue)
    for target in node.lvalues:
        targets.assign(low, target, value)


def lower_augmented(low: Lowering, node: nodes.OperatorAssignmentStmt) -> None:
    if not reaches(low, node.rvalue, node):
        return
    old = low.value(node.lvalue)
    operand = low.value(node.rvalue)
    raises = not (low.oracle.is_plain(node.lvalue) and low.oracle.is_plain(node.rvalue))
    result = low.opaque(node, escape=(old, operand), raises=raises, value=low.fact(node.lvalue))
    targets.assign(low, node.lvalue, result)


def lower_if(low: Lowering, node: nodes.IfStmt) -> None:
    if not reaches(low, node.expr[0], node):
        return
    build = low.build
    after = build.new()
    for condition, block in zip(node.expr, node.body, strict=True):
        yes, no = conditions.lower_condition(low, condition)
        build.start(yes)
        lower_block(low, block)
        build.jump(after)
        build.start(no)
    if node.else_body is not None:
        lower_block(low, node.else_body)
    build.jump(after)
    build.start(after)


def lower_while(low: Lowering, node: nodes.WhileStmt) -> None:
    if not reaches(low, node.expr, node):
        return
    build = low.build
    head, after = build.new(), build.new()
    build.jump(head)
    build.start(head)
    yes, no = conditions.lower_condition(low, node.expr)
    build.start(yes)
    _loop_body(low, node.body, after, head)
    build.start(no)
    _loop_else(low, node.else_body, after)


def lower_for(low: Lowering, node: nodes.ForStmt) -> None:
    if not reaches(low, node.expr, node):
        return
    build = low.build
    iterable = callees.lower_iterable(low, node.expr)
    iterator, value = build.temporary(), build.temporary()
    build.emit(Copy(node, node.line, iterator, iterable))
    head, body, done, after = build.new(), build.new(), build.new(), build.new()
    build.jump(head)
    build.start(head)
    build.end(
        Next(
            node.expr,
            node.expr.line,
            value,
            iterator,
            body,
            done,
            node.is_async,
            endless=callees.is_endless(low, node.expr),
            decides=_decides_by_variable(node),
            expected=low.expected,
        )
    )
    build.start(body)
    targets.assign(low, node.index, value)
    _loop_body(low, node.body, after, head)
    build.start(done)
    _loop_else(low, node.else_body, after)


def _decides_by_variable(node: nodes.ForStmt) -> bool:
    """The body returns or raises, always or depending on the loop variable.

    Whether such a loop ever runs out depends on the values of the variable, which nobody follows.
    """
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


def _loop_body(low: Lowering, body: Block, on_break: int, on_continue: int) -> None:
    low.build.frames.append(Loop(on_break, on_continue))
    lower_block(low, body)
    low.build.frames.pop()
    low.build.jump(on_continue)


def _loop_else(low: Lowering, body: Block | None, after: int) -> None:
    if body is not None:
        lower_block(low, body)
    low.build.jump(after)
    low.build.start(after)


def lower_return(low: Lowering, node: nodes.ReturnStmt) -> None:
    if not reaches(low, node.expr, node):
        return
    value = None if node.expr is None else low.value(node.expr)
    low.build.leave_by_return(value, node, node.line)


def lower_break(low: Lowering, node: nodes.BreakStmt) -> None:
    low.build.leave_by_break()


def lower_continue(low: Lowering, node: nodes.ContinueStmt) -> None:
    low.build.leave_by_continue()


def lower_raise(low: Lowering, node: nodes.RaiseStmt) -> None:
    build = low.build
    if node.expr is None:
        if low.caught:
            build.end(Raise(node, node.line, low.caught[-1], explicit=True))
        else:
            place = build.temporary()
            build.emit(MakeException(node, node.line, place, RUNTIME_ERROR, False))
            build.end(Raise(node, node.line, place))
        return
    if not reaches(low, node.expr, node):
        return
    place = low.value(node.expr)
    if node.from_expr is not None:
        low.value(node.from_expr)
    raised, exact = low.oracle.exception(node.expr)
    build.end(Raise(node, node.line, place, raised, exact, explicit=True))


def lower_assert(low: Lowering, node: nodes.AssertStmt) -> None:
    if not reaches(low, node.expr, node):
        return
    build = low.build
    yes, no = conditions.lower_condition(low, node.expr)
    build.start(no)
    if node.msg is not None:
        low.value(node.msg)
    place: Place = build.temporary()
    build.emit(MakeException(node, node.line, place, ASSERTION_ERROR, True))
    build.end(Raise(node, node.line, place))
    build.start(yes)


def lower_delete(low: Lowering, node: nodes.DelStmt) -> None:
    targets.delete(low, node.expr)


def lower_function(low: Lowering, node: nodes.FuncDef) -> None:
    for argument in node.arguments:
        if argument.initializer is not None:
            low.build.emit(Discard(node, node.line, low.value(argument.initializer)))
    low.build.emit(share(low, node, closure_roots(node)))
    _bind_definition(low, node, node.name)


def lower_decorated(low: Lowering, node: nodes.Decorator) -> None:
    for decorator in node.decorators:
        low.value(decorator)
    low.build.emit(share(low, node, closure_roots(node.func)))
    if node.decorators:
        low.opaque(node)
    _bind_definition(low, node, node.name)


def lower_overloaded(low: Lowering, node: nodes.OverloadedFuncDef) -> None:
    for item in [*node.items, *([node.impl] if node.impl is not None else [])]:
        func = item.func if isinstance(item, nodes.Decorator) else item
        low.build.emit(share(low, node, closure_roots(func)))
    _bind_definition(low, node, node.name)


def _bind_definition(low: Lowering, node: nodes.Node, name: str) -> None:
    place = low.scope.place(name)
    if place is not None:
        low.build.emit(Bind(node, node.line, place, Constant.TRUTHY))


def lower_class(low: Lowering, node: nodes.ClassDef) -> None:
    """A class body runs at once, in a scope that functions inside cannot see."""
    for expression in [*node.decorators, *node.base_type_exprs]:
        low.value(expression)
    names = {name for child in node.defs.body for name in _class_names(child)}
    low.scope.open(names)
    lower_block(low, node.defs)
    low.scope.close()
    _bind_definition(low, node, node.name)


def _class_names(statement: nodes.Node) -> set[str]:
    if isinstance(statement, (nodes.FuncDef, nodes.Decorator, nodes.OverloadedFuncDef)):
        return {statement.name}
    if isinstance(statement, nodes.ClassDef):
        return {statement.name}
    names: set[str] = set()
    if isinstance(statement, nodes.AssignmentStmt):
        for target in statement.lvalues:
            names.update(bound_names(target))
    elif isinstance(statement, nodes.ForStmt):
        names.update(bound_names(statement.index))
    for child in children(statement):
        if isinstance(child, (Statement, Block)):
            names |= _class_names(child)
    return names


def lower_import(low: Lowering, node: nodes.Import | nodes.ImportFrom) -> None:
    low.opaque(node)
    if isinstance(node, nodes.Import):
        names = [as_name or name.partition(".")[0] for name, as_name in node.ids]
    else:
        names = [as_name or name for name, as_name in node.names]
    for name in names:
        _bind_import(low, node, name)


def _bind_import(low: Lowering, node: nodes.Node, name: str) -> None:
    place = low.scope.place(name)
    if place is not None:
        low.build.emit(Bind(node, node.line, place))


STATEMENTS.update(
    {
        nodes.Block: lower_block,
        nodes.ExpressionStmt: lower_expression,
        nodes.AssignmentStmt: lower_assignment,
        nodes.OperatorAssignmentStmt: lower_augmented,
        nodes.IfStmt: lower_if,
        nodes.WhileStmt: lower_while,
        nodes.ForStmt: lower_for,
        nodes.ReturnStmt: lower_return,
        nodes.BreakStmt: lower_break,
        nodes.ContinueStmt: lower_continue,
        nodes.RaiseStmt: lower_raise,
        nodes.AssertStmt: lower_assert,
        nodes.DelStmt: lower_delete,
        nodes.FuncDef: lower_function,
        nodes.Decorator: lower_decorated,
        nodes.OverloadedFuncDef: lower_overloaded,
        nodes.ClassDef: lower_class,
        nodes.Import: lower_import,
        nodes.ImportFrom: lower_import,
    }
)
