"""Calls: operations on generators, generator functions, and everything else."""

from __future__ import annotations

from mypy import nodes
from mypy.nodes import Expression

from genstate.cfg.events import (
    Call,
    Closing,
    Create,
    Doubt,
    Pack,
    Share,
)
from genstate.cfg.lower import (
    callees,
    conditions,
    consuming,
    entering,
    following,
    instances,
    iterables,
    making,
    operations,
    returning,
    stacks,
    starters,
)
from genstate.cfg.lower.adapters import lower_source
from genstate.cfg.lower.consuming import Taken
from genstate.cfg.lower.iterators import lower_iterator
from genstate.cfg.lower.lowering import EXPRESSIONS, Lowering
from genstate.cfg.terminators import Stop
from genstate.cfg.vocabulary import (
    ENDLESS,
    Constant,
    Dependence,
    GeneratorFunction,
    Place,
    Protocol,
)
from genstate.knowledge import functions, managers, protocols, scopes


def lower_call(low: Lowering, node: nodes.CallExpr) -> Place:
    entering.note_left(low, node)
    entered = entering.lower_entered(low, node) if _is_sync_entry(node) else None
    place = entered or _lower_call(low, node)
    making.note_called(low, node)
    if returning.never_returns(low, node):
        low.build.emit(Doubt(node, node.line))
    hangs_on = None if low.caught else low.depends.of_call(node)
    if hangs_on is not Dependence.NOTHING and _may_raise_again(low, node):
        low.build.emit(Doubt(node, node.line, hangs_on))
    return place


def _may_raise_again(low: Lowering, node: nodes.CallExpr) -> bool:
    """An exception that was dealt with may come out; outside of handlers of unknown calls, too."""
    unknown = not low.caught and low.oracle.is_unknown(node.callee)
    return unknown or callees.may_raise_again(low, node)


def _is_sync_entry(node: nodes.CallExpr) -> bool:
    return isinstance(node.callee, nodes.MemberExpr) and node.callee.name == "__enter__"


def _lower_call(low: Lowering, node: nodes.CallExpr) -> Place:
    if node.analyzed is not None and not isinstance(node.analyzed, nodes.CallExpr):
        return _lower_analyzed(low, node)
    if conditions.is_followed(low, node):
        return conditions.lower_boolean(low, node)
    name = callees.fullname(node.callee)
    if name in (functions.EXCEPTION, functions.EXC_INFO) and low.caught:
        return _lower_caught(low, node, name)
    if _is_positional(node):
        followed = _lower_method(low, node) or _lower_function(low, node, name)
        if followed is not None:
            return followed
    started = starters.lower_start(low, node) or starters.lower_cancel(low, node)
    if started is not None:
        return started
    function = callees.generator_function(low, node.callee)
    if function is None and iterables.is_endless(low, node):
        short = name.rpartition(".")[2]
        function = GeneratorFunction(short, name, Protocol.SYNC, body=ENDLESS, judged=False)
    if function is not None:
        return _lower_creation(low, node, function)
    if not name and isinstance(node.callee, nodes.MemberExpr):
        quiet = node.callee.name in functions.QUIET_NAMES
        name = callees.method_name(low, node.callee) if quiet else ""
    return _lower_opaque(low, node, name)


def _lower_caught(low: Lowering, node: nodes.CallExpr, name: str) -> Place:
    """`sys.exception()` or `sys.exc_info()` in a handler: the exception, or a tuple with it."""
    caught = low.caught[-1]
    if name == functions.EXCEPTION:
        return caught
    target = low.build.temporary()
    items = low.unknown(node), caught, low.unknown(node)
    low.build.emit(Pack(node, node.line, target, items))
    return target


def _is_positional(node: nodes.CallExpr) -> bool:
    return all(kind == nodes.ARG_POS for kind in node.arg_kinds)


def _lower_analyzed(low: Lowering, node: nodes.CallExpr) -> Place:
    """A call that mypy takes for something else: `cast`, `reveal_type`, a type definition."""
    assert node.analyzed is not None
    if isinstance(node.analyzed, (nodes.CastExpr, nodes.AssertTypeExpr, nodes.RevealExpr)):
        return low.value(node.analyzed)
    return low.unknown(node, Constant.NOT_NONE)


def _lower_method(low: Lowering, node: nodes.CallExpr) -> Place | None:
    callee = node.callee
    if not isinstance(callee, nodes.MemberExpr):
        return None
    if callee.name in protocols.SAME_METHODS and not node.args:
        return low.value(callee.expr)
    if callee.name in protocols.ITERATOR_METHODS and not node.args:
        return lower_iterator(low, node, callee.expr)
    deferred = stacks.lower_deferral(low, node)
    if deferred is not None:
        return deferred
    spelling = protocols.METHODS.get(callee.name)
    if callee.name in protocols.SYNC_METHODS and _may_be_sync_generator(low, callee.expr):
        spelling = protocols.SYNC_METHODS[callee.name]
    if spelling is None:
        return None
    return operations.operate(low, node, spelling, callee.expr, node.args, callee.name)


def _may_be_sync_generator(low: Lowering, receiver: Expression) -> bool:
    """The type says so; where there are only declared types, a variable may well hold one."""
    if isinstance(receiver, nodes.NameExpr) and low.oracle.type_of(receiver) is None:
        return low.scope.place(receiver.name) is not None
    return low.oracle.is_sync_generator(receiver) or callees.makes_sync_generator(low, receiver)


def _lower_function(low: Lowering, node: nodes.CallExpr, name: str) -> Place | None:
    if not node.args:
        return None
    if name in protocols.SAME_FUNCTIONS and len(node.args) == 1:
        return low.value(node.args[0])
    if name in protocols.ITERATORS and len(node.args) == 1:
        return lower_iterator(low, node, node.args[0])
    if name in protocols.CLOSING and len(node.args) == 1:
        generator = low.value(node.args[0])
        target = low.build.temporary()
        protocol = protocols.CLOSING[name]
        low.build.emit(Closing(node, node.line, target, generator, protocol))
        return target
    spelling = protocols.FUNCTIONS.get(name)
    if spelling is None:
        return None
    return operations.operate(
        low, node, spelling, node.args[0], node.args[1:], name.rpartition(".")[2]
    )


def _lower_creation(low: Lowering, node: nodes.CallExpr, function: GeneratorFunction) -> Place:
    places = _lower_operands(low, node)
    if places:
        low.opaque(node, escape=places, raises=False)
    target = low.build.temporary()
    low.build.emit(Create(node, node.line, target, function))
    return target


def _lower_operands(
    low: Lowering, node: nodes.CallExpr, taken: dict[Expression, Taken] | None = None
) -> tuple[Place, ...]:
    """The values of the callee and the arguments, but for those whose values are `taken`."""
    taken = taken or {}
    places: list[Place] = []
    if isinstance(node.callee, nodes.MemberExpr):
        places.append(low.value(node.callee.expr))
    elif (
        not isinstance(node.callee, nodes.NameExpr) or low.scope.place(node.callee.name) is not None
    ):
        places.append(low.value(node.callee))
    for argument in node.args:
        if argument in taken:
            source, event = taken[argument]
            event.source = lower_source(low, argument, source)
        else:
            places.append(low.value(argument))
    for _, event in taken.values():
        low.build.emit(event)
    return tuple(places)


def _lower_opaque(low: Lowering, node: nodes.CallExpr, name: str) -> Place:
    rethrows = _may_rethrow(low, node)
    if not low.oracle.never_returns(node) and not rethrows:
        raises = not _is_quiet(low, node, name)
        given, value = following.arguments_of(node), _result(low, node)
        followed = following.lower_followed(
            low, node, given, node.callee, raises=raises, value=value
        )
        if followed is not None:
            return followed
    asserting = low.asserting
    low.asserting = asserting or _is_assertion(node.callee)
    places = _lower_operands(low, node, consuming.taken_by(low, node, name))
    low.asserting = asserting
    if name in functions.DYNAMIC:
        everything = tuple(sorted(low.scope.variables))
        low.build.emit(Share(node, node.line, everything, everything))
    reads = name in functions.READERS
    quiet = _is_quiet(low, node, name)
    target = low.build.temporary()
    low.build.emit(
        Call(
            node,
            node.line,
            target,
            () if reads else places,
            places if reads else (),
            not quiet,
            _result(low, node),
            rethrows,
            quiet and not _runs_nothing(low, node, name),
        )
    )
    if _is_nearly_quiet(name):
        low.may_fail(node)
    if low.oracle.never_returns(node):
        low.build.end(Stop(node, node.line))
    return target


def _is_assertion(callee: Expression) -> bool:
    """The method of a test case, or a function of that kind: `self.assertEqual(…)`."""
    name = callee.name if isinstance(callee, (nodes.MemberExpr, nodes.NameExpr)) else ""
    return name.startswith("assert")


def _is_quiet(low: Lowering, node: nodes.CallExpr, name: str) -> bool:
    """The call raises nothing."""
    return (
        name in functions.QUIET
        or name in managers.QUIET
        or _is_nearly_quiet(name)
        or instances.makes_plain_instance(node.callee)
        or callees.raises_nothing(low, node.callee)
        or callees.makes_manager(low, node.callee)
    )


def _is_nearly_quiet(name: str) -> bool:
    """The call hardly ever raises anything, such as one that makes a lock or a cancel scope."""
    scoped = name in scopes.CLASSES or name in scopes.FUNCTIONS or name in scopes.TIMEOUTS
    known = name in functions.NEARLY_QUIET or name in managers.NEARLY_QUIET
    return scoped or known or name in managers.MAKERS


def _runs_nothing(low: Lowering, node: nodes.CallExpr, name: str) -> bool:
    """The call runs no code that could get at an attribute: `print(x)` runs `x.__str__`."""
    return name in functions.QUIET and all(map(low.oracle.is_immutable, node.args))


def _may_rethrow(low: Lowering, node: nodes.CallExpr) -> bool:
    """The call throws an exception that it is given into something, or may do so.

    `coro.throw(e)` does, `run(coro.throw, e)` does, and so may `step(e)` with an unknown variable,
    and `super().__exit__(t, e, tb)`. A function of the module does, if such a call stands in it.
    """
    callee = node.callee
    if low.caught and callees.may_throw(low, callee):
        return True
    if isinstance(callee, (nodes.MemberExpr, nodes.SuperExpr)) and callee.name in entering.LEAVING:
        return True
    if low.scope.variable(callee) is not None:
        return low.oracle.is_unknown(callee)
    return any(
        isinstance(part, nodes.MemberExpr) and part.name in protocols.THROWING
        for part in (callee, *node.args)
    )


def _result(low: Lowering, node: nodes.CallExpr) -> Constant | None:
    found = low.oracle.literal_truth(node)
    if found is not None:
        return Constant.TRUE if found else Constant.FALSE
    return Constant.TRUTHY if instances.makes_true_instance(node.callee) else low.fact(node)


EXPRESSIONS[nodes.CallExpr] = lower_call
