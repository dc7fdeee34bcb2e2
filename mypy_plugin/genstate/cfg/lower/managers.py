"""Context managers: which exceptions they swallow, and which they expect."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field, replace
from typing import Final

from mypy import nodes, types
from mypy.expandtype import expand_type_by_instance
from mypy.maptype import map_instance_to_supertype
from mypy.nodes import Expression, TypeInfo
from mypy.types import ProperType, Type, get_proper_type

from genstate.cfg.exceptions import BASE_EXCEPTION, CANCELLED, ExceptionClass, Handled
from genstate.cfg.lower import callees
from genstate.cfg.lower.lowering import Lowering
from genstate.cfg.lower.surroundings import ExitSummary, ManagerSummary
from genstate.cfg.vocabulary import Swallow
from genstate.knowledge import managers as known
from genstate.knowledge import scopes


@dataclass(frozen=True, slots=True)
class Kind:
    """What is known of a context manager.

    Attributes:
        swallow: the exceptions that it swallows.
        expected: the exceptions one of which it demands (`pytest.raises`).
        listens: it waits for a warning (`pytest.warns`), or keeps those that come.
        raises: entering or leaving may raise something of its own.
        leaves_quietly: leaving does not.
        enters_quietly: entering does not.
        enters_rarely: entering hardly ever does.
        ends_quietly: leaving does not where the block has raised nothing.
        raises_again: leaving may raise the exception that a handler around it deals with.
        scope: the name of the cancel scope that it is, if it is one.
        encloses: it is something else, and has entered that scope itself.
        converted: exceptions that entering and leaving turn into others.
    """

    swallow: Swallow = field(default_factory=Swallow)
    expected: tuple[ExceptionClass, ...] = ()
    listens: bool = False
    raises: bool = True
    leaves_quietly: bool = False
    enters_quietly: bool = False
    enters_rarely: bool = False
    ends_quietly: bool = False
    raises_again: bool = False
    scope: str = ""
    encloses: bool = False
    converted: tuple[ExceptionClass, ...] = ()


_EVERYTHING: Final = Handled((BASE_EXCEPTION,))
_CANCELLATION: Final = Handled(bounds=(CANCELLED,))
_SOMETHING: Final = Handled(bounds=(BASE_EXCEPTION,))


def kind_of(low: Lowering, expression: Expression, *, is_async: bool) -> Kind:
    """The kind of the context manager that `expression` gives."""
    found = low.oracle.type_of(expression)
    info = found.type if isinstance(found, types.Instance) else None
    kind = _kind(low, expression, found, info, is_async=is_async)
    return replace(
        kind,
        converted=_converted(info),
        listens=_listens(low, expression),
        raises=kind.raises and not _is_timeout(low, expression),
        raises_again=bool(low.caught) and _may_raise_again(low, expression, info, is_async),
    )


def _listens(low: Lowering, expression: Expression) -> bool:
    made = low.scope.definition(expression)
    if not isinstance(made, nodes.CallExpr):
        return False
    name = _called(low, made)
    keeps = known.RECORDING.get(name, "")
    return name in known.LISTENING or any(
        argument == keeps and callees.fullname(value) != "builtins.False"
        for argument, value in zip(made.arg_names, made.args, strict=True)
    )


def _may_raise_again(
    low: Lowering, expression: Expression, info: TypeInfo | None, is_async: bool
) -> bool:
    """In a handler: the manager may raise what is dealt with there, in its own body.

    The standard library has none that does.
    """
    made = low.scope.definition(expression)
    function = callees.target(low, made.callee) if isinstance(made, nodes.CallExpr) else None
    if isinstance(function, nodes.Decorator):
        if callees.in_module(function.func, low.around.module):
            return callees.has_raise(low, function.func)
        return _is_foreign(function.fullname)
    leave = _method(low, info, "__aexit__" if is_async else "__exit__")
    if leave is not None:
        return callees.has_raise(low, leave)
    return info is None or _is_foreign(info.fullname)


def _is_foreign(fullname: str) -> bool:
    return fullname.partition(".")[0] not in sys.stdlib_module_names


def _is_timeout(low: Lowering, expression: Expression) -> bool:
    """A scope with a limit of time: what comes out of it came from its block, or is the limit."""
    made = low.scope.definition(expression)
    return isinstance(made, nodes.CallExpr) and callees.fullname(made.callee) in scopes.TIMEOUTS


def _is_without_end(low: Lowering, timeout: nodes.CallExpr) -> bool:
    """Its limit of time is never over: `asyncio.timeout(None)`."""
    return any(
        callees.fullname(limit) == "builtins.None" or callees.is_infinite(low, limit)
        for limit in timeout.args[:1]
    )


def _converted(info: TypeInfo | None) -> tuple[ExceptionClass, ...]:
    for base in info.mro if info is not None else []:
        if base.fullname in known.CONVERTING:
            return known.CONVERTING[base.fullname]
    return ()


def _kind(
    low: Lowering,
    expression: Expression,
    found: ProperType | None,
    info: TypeInfo | None,
    *,
    is_async: bool,
) -> Kind:
    scope = ""
    expression = low.scope.definition(expression)
    if isinstance(expression, nodes.CallExpr):
        name = _called(low, expression)
        if name in known.SUPPRESSING or name in known.EXPECTING:
            return _by_arguments(low, expression, name)
        if name in scopes.TIMEOUTS and _is_without_end(low, expression):
            return Kind()
        scope = low.around.scope_functions.get(name, "")
        summary = _summary(low, expression)
        if summary is not None:
            scope = scope or summary.scope
            return Kind(
                summary.swallow,
                leaves_quietly=summary.leaves_quietly,
                ends_quietly=summary.ends_quietly,
                enters_quietly=summary.enters_quietly,
                scope=scope,
            )
        if name in scopes.FUNCTIONS:
            return Kind(scope=scope, enters_rarely=True)
    for base in info.mro if info is not None else []:
        scope = scope or low.around.scope_classes.get(base.fullname, "")
        if base.fullname in scopes.CLASSES:
            swallows = Handled() if base.fullname in scopes.RAISING else _CANCELLATION
            return Kind(Swallow(swallows), scope=scope, enters_rarely=True)
    method = "__aexit__" if is_async else "__exit__"
    raises = info is None or info.fullname not in known.QUIET
    rarely = info is not None and info.fullname in known.NEARLY_QUIET
    enter = _method(low, info, "__aenter__" if is_async else "__enter__")
    entered = "" if scope or enter is None else low.around.summaries.of_enter(enter)
    said = _by_body(low, info, method)
    swallow = said.swallow if said is not None else _by_type(found, method, is_async)
    return Kind(
        swallow,
        raises=raises,
        scope=scope or entered,
        encloses=bool(entered),
        leaves_quietly=rarely,
        enters_quietly=enter is not None and low.around.summaries.raises_nothing(enter),
        enters_rarely=rarely,
        ends_quietly=said is not None and said.ends_quietly,
    )


def _summary(low: Lowering, node: nodes.CallExpr) -> ManagerSummary | None:
    """What the body of a context manager function of the same module says."""
    called = callees.target(low, node.callee)
    if isinstance(called, nodes.Decorator) and callees.in_module(called.func, low.around.module):
        return low.around.summaries.of_manager(called)
    return None


def _by_body(low: Lowering, info: TypeInfo | None, method: str) -> ExitSummary | None:
    """What the exit method of a class of the same module says."""
    function = _method(low, info, method)
    return None if function is None else low.around.summaries.of_exit(function)


def _method(low: Lowering, info: TypeInfo | None, name: str) -> nodes.FuncDef | None:
    """A method of a class of the same module."""
    symbol = None if info is None else info.get(name)
    if symbol is None or not isinstance(symbol.node, nodes.FuncDef):
        return None
    return symbol.node if callees.in_module(symbol.node, low.around.module) else None


def _called(low: Lowering, node: nodes.CallExpr) -> str:
    """What is called. A method of an object of unknown type may be that of a test case."""
    name = callees.fullname(node.callee)
    if name or not isinstance(node.callee, nodes.MemberExpr):
        return name
    if low.oracle.is_unknown(node.callee):
        return known.TEST_CASE + node.callee.name
    return callees.method_name(low, node.callee)


def _by_arguments(low: Lowering, node: nodes.CallExpr, name: str) -> Kind:
    """`suppress(A, B)`, `raises(A)`, `raises((A, B))`."""
    expecting = name in known.EXPECTING
    arguments = node.args[:1] if expecting else node.args
    handled = sum((low.oracle.handled(argument) for argument in arguments), Handled())
    expected = handled.classes + handled.bounds if expecting else ()
    return Kind(Swallow(handled, always=True), expected, raises=False)


def _by_type(found: ProperType | None, method: str, is_async: bool) -> Swallow:
    """By the declared result of `__exit__`: `Literal[True]` swallows, `None` does not.

    Any other result may swallow, but which exceptions, and whether GeneratorExit is among them,
    cannot be seen: behind such a manager the path is a doubtful one.
    """
    result = exit_result(found, method, is_async) if isinstance(found, types.Instance) else None
    if isinstance(result, types.LiteralType):
        return Swallow(_EVERYTHING, always=True) if result.value is True else Swallow()
    if isinstance(result, types.Instance) and result.type.fullname == "builtins.bool":
        literal = result.last_known_value
        if literal is not None and literal.value is False:
            return Swallow()
    return Swallow() if isinstance(result, types.NoneType) else Swallow(_SOMETHING)


def exit_result(manager: types.Instance, method: str, is_async: bool) -> ProperType | None:
    """The declared result of the manager's exit method (awaited, if async)."""
    for base in manager.type.mro:
        if method in base.names:
            declared = _callable_type(base.names[method].node)
            break
    else:
        return None
    if not isinstance(declared, types.CallableType):
        return None
    result = _in_terms_of(declared.ret_type, manager, base)
    if is_async:
        if not isinstance(result, types.Instance) or not result.args:
            return None
        result = get_proper_type(result.args[-1])
    return result


def _callable_type(node: nodes.SymbolNode | None) -> ProperType | None:
    if isinstance(node, (nodes.FuncDef, nodes.OverloadedFuncDef)):
        found = get_proper_type(node.type)
    elif isinstance(node, nodes.Decorator):
        found = get_proper_type(node.var.type)
    else:
        return None
    return found.items[-1] if isinstance(found, types.Overloaded) else found


def _in_terms_of(result: Type, manager: types.Instance, base: TypeInfo) -> ProperType:
    seen_as = map_instance_to_supertype(manager, base)
    return get_proper_type(expand_type_by_instance(result, seen_as))
