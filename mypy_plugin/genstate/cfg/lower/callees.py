"""Which function a call goes to, as far as names and types show it for certain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from mypy import nodes, types
from mypy.nodes import Expression, TypeInfo
from mypy.types import get_proper_type

from genstate.cfg.lower import arms
from genstate.cfg.lower.lowering import Lowering
from genstate.cfg.lower.oracle import defined, excludes_none
from genstate.cfg.lower.roles import decorator_name, is_transparent, role_of
from genstate.cfg.lower.surroundings import NoSummaries
from genstate.cfg.vocabulary import (
    GeneratorFunction,
    Protocol,
    Role,
    Supply,
)
from genstate.children import own_nodes
from genstate.fullnames import SYNC_GENERATORS
from genstate.knowledge import decorators, functions, protocols

_CASTS: Final = (nodes.CastExpr, nodes.AssertTypeExpr, nodes.RevealExpr, nodes.CallExpr)
#: So deep it is looked for what a function calls.
_CALLS: Final = 3
_INFINITE: Final = frozenset({"inf", "infinity"})
_SIGNAL_NAMES: Final = {name.rpartition(".")[2] for name in functions.SIGNALS}
_GENERATORS: Final = SYNC_GENERATORS | {"typing.AsyncGenerator", "types.AsyncGeneratorType"}


def fullname(expression: Expression) -> str:
    """The full name that an expression refers to; empty where it is not a name."""
    return expression.fullname if isinstance(expression, nodes.RefExpr) else ""


def target(low: Lowering, callee: Expression) -> nodes.SymbolNode | None:
    """The definition that a callee refers to: a function, a method of a known class, a class."""
    if isinstance(callee, nodes.RefExpr) and callee.node is not None:
        return callee.node
    if isinstance(callee, nodes.SuperExpr):
        return _in_bases(callee)
    if isinstance(callee, nodes.MemberExpr):
        info = class_of(low, callee.expr)
        symbol = None if info is None else info.get(callee.name)
        return None if symbol is None else symbol.node
    return None


def _in_bases(callee: nodes.SuperExpr) -> nodes.SymbolNode | None:
    info = callee.info
    for base in info.mro[1:] if info is not None else []:
        if callee.name in base.names:
            return base.names[callee.name].node
    return None


def class_of(low: Lowering, receiver: Expression) -> TypeInfo | None:
    """The class whose method `receiver.name` is."""
    found = low.oracle.type_of(receiver)
    if isinstance(found, types.TypeVarType):
        found = get_proper_type(found.upper_bound)
    if isinstance(found, types.TypeType):
        found = found.item
    if isinstance(found, types.FunctionLike) and found.is_type_obj():
        return found.type_object()
    if isinstance(found, types.TupleType):
        found = found.partial_fallback
    return found.type if isinstance(found, types.Instance) else None


def method_name(low: Lowering, callee: nodes.MemberExpr) -> str:
    """The full name of the method that `receiver.name` is, by the class that defines it."""
    info = class_of(low, callee.expr)
    if info is None:
        return ""
    for base in info.mro:
        if callee.name in base.names:
            return f"{base.fullname}.{callee.name}"
    return ""


def generator_function(low: Lowering, callee: Expression) -> GeneratorFunction | None:
    """The generator function that `callee` certainly is."""
    function = certain_function(low, target(low, callee))
    if function is None or not function.is_generator or _is_one_of_several(low, callee):
        return None
    summaries = low.around.summaries if in_module(function, low.around.module) else NoSummaries()
    refuses = _refuses_none(function) and not summaries.takes_none(function)
    body = summaries.body(function)
    if function.info:  # what overrides it may give other values, and end in another way
        body = replace(body, supply=Supply(), just_ends=False)
    protocol = Protocol.ASYNC if function.is_async_generator else Protocol.SYNC
    judged = protocol is Protocol.ASYNC or low.around.sync
    return GeneratorFunction(function.name, function.fullname, protocol, refuses, body, judged)


def may_be_sync_generator(low: Lowering, expression: Expression) -> bool:
    """By its type the value may be one; or it was made by an unannotated function, and is one."""
    return low.oracle.may_be_sync_generator(expression) or makes_sync_generator(low, expression)


def makes_sync_generator(low: Lowering, expression: Expression) -> bool:
    """A call of a generator function, or the variable that was bound to it once."""
    made = low.scope.definition(expression)
    if not isinstance(made, nodes.CallExpr):
        return False
    function = generator_function(low, made.callee)
    return function is not None and function.protocol is Protocol.SYNC


def is_infinite(low: Lowering, expression: Expression) -> bool:
    """`math.inf` or `float("inf")`, or a name of the module for one of them."""
    expression = defined(low.scope.definition(expression), low.around.definitions)
    if isinstance(expression, nodes.CallExpr):
        text = expression.args[0] if len(expression.args) == 1 else None
        infinite = isinstance(text, nodes.StrExpr) and text.value.strip("+").lower() in _INFINITE
        return infinite and fullname(expression.callee) == "builtins.float"
    return fullname(expression).rpartition(".")[2] == "inf"


def signals(low: Lowering, expression: Expression) -> list[nodes.Node]:
    """The calls in an expression that ask a parameter whether somebody has sent a signal."""
    return [
        node
        for node in own_nodes([expression])
        if isinstance(node, nodes.CallExpr)
        and isinstance(node.callee, nodes.MemberExpr)
        and node.callee.name in _SIGNAL_NAMES
        and _is_never_rebound(low, node.callee.expr)
        and method_name(low, node.callee) in functions.SIGNALS
    ]


def _is_never_rebound(low: Lowering, expression: Expression) -> bool:
    """A parameter, or one of its attributes."""
    while isinstance(expression, nodes.MemberExpr):
        expression = expression.expr
    place = low.scope.variable(expression)
    return place in low.scope.parameters and place not in low.scope.bound


def may_raise_again(low: Lowering, expression: Expression) -> bool:
    """A call of a function or method of the module that has a `raise` in it.

    Where an exception is dealt with, that may be the one that goes on.
    """
    if not isinstance(expression, nodes.CallExpr):
        return False
    called = _undecorated(target(low, expression.callee))
    return isinstance(called, nodes.FuncDef) and _may_raise(low, called, _CALLS)


def _may_raise(low: Lowering, function: nodes.FuncDef, depth: int) -> bool:
    """There is a `raise` in a function of the module, or in one that it gives something to."""
    if not in_module(function, low.around.module) or function.is_generator:
        return False  # of a generator function, nothing runs yet
    known = low.around.raising
    if (function, depth) not in known:
        known[function, depth] = has_raise(low, function) or (
            depth > 0
            and any(_may_raise(low, called, depth - 1) for called in _given_something(function))
        )
    return known[function, depth]


def has_raise(low: Lowering, function: nodes.FuncDef) -> bool:
    """A `raise` stands in the function's own body."""
    known = low.around.raising
    if (function, 0) not in known:
        known[function, 0] = arms.raises([function.body])
    return known[function, 0]


def _given_something(function: nodes.FuncDef) -> Iterator[nodes.FuncDef]:
    """What a function calls with arguments."""
    for node in own_nodes([function.body]):
        called = None
        if isinstance(node, nodes.CallExpr) and node.args:
            called = called_in(function, node.callee)
        if isinstance(called, nodes.FuncDef):
            yield called


def may_throw(low: Lowering, callee: Expression) -> bool:
    """A function or method of the module that throws something into a generator or coroutine."""
    called = _undecorated(target(low, callee))
    if not isinstance(called, nodes.FuncDef) or not in_module(called, low.around.module):
        return False
    known = low.around.throwing
    if called not in known:
        known[called] = any(
            isinstance(node, nodes.MemberExpr) and node.name in protocols.THROWING
            for node in own_nodes([called.body])
        )
    return known[called]


def called_in(function: nodes.FuncDef, callee: Expression) -> nodes.SymbolNode | None:
    """What is called in another function, by its name or as a method of the same object."""
    found = callee.node if isinstance(callee, nodes.RefExpr) else None
    if found is None and isinstance(callee, nodes.MemberExpr) and function.info:
        owner = function.arguments[0].variable.name if function.arguments else ""
        if isinstance(callee.expr, nodes.NameExpr) and callee.expr.name == owner:
            symbol = function.info.get(callee.name)
            found = None if symbol is None else symbol.node
    return _undecorated(found)


def _undecorated(node: nodes.SymbolNode | None) -> nodes.SymbolNode | None:
    return node.func if isinstance(node, nodes.Decorator) else node


def raises_nothing(low: Lowering, callee: Expression) -> bool:
    """A call makes a coroutine or a generator, or the body that it runs can raise nothing.

    A method of this module may be overridden by one that raises, but for the constructor of a class
    that is named.
    """
    called = target(low, callee)
    if isinstance(called, TypeInfo):
        return _is_made_quietly(low, called)
    function = certain_function(low, called)
    if function is None or _is_one_of_several(low, callee):
        return False
    if function.is_coroutine or function.is_generator:
        return True
    seen = not function.info and in_module(function, low.around.module)
    return seen and low.around.summaries.raises_nothing(function)


def _is_made_quietly(low: Lowering, info: TypeInfo) -> bool:
    """The constructor is written in this module, and raises nothing."""
    make, initialize = info.get("__new__"), info.get("__init__")
    plain = make is None or make.node is None or make.node.fullname.startswith("builtins.object.")
    function = certain_function(low, None if initialize is None else initialize.node)
    return (
        plain
        and info.metaclass_type is None
        and function is not None
        and in_module(function, low.around.module)
        and low.around.summaries.raises_nothing(function)
    )


def makes_manager(low: Lowering, callee: Expression) -> bool:
    """The callee is a context manager function of this module: its body runs when it is entered."""
    found = target(low, callee)
    return (
        isinstance(found, nodes.Decorator)
        and in_module(found.func, low.around.module)
        and found.func.is_generator
        and len(found.original_decorators) == 1
        and role_of(found, definitions=low.around.definitions) is Role.CONTEXT_MANAGER
    )


def certain_function(low: Lowering, node: nodes.SymbolNode | None) -> nodes.FuncDef | None:
    """The function that a call of `node` runs; None where that is not certain.

    A decorator may put anything in the function's place, unless it is known and stands in this
    module: decorators of other modules are not stored in mypy's cache. So may an assignment.
    """
    module = low.around.module
    if isinstance(node, nodes.OverloadedFuncDef):
        node = node.impl
    if isinstance(node, nodes.Decorator):
        if not in_module(node.func, module) or not is_transparent(node):
            return None
        node = node.func
    elif isinstance(node, nodes.FuncDef) and node.is_decorated:
        return None
    if not isinstance(node, nodes.FuncDef) or _is_conditional(node) or is_abstract(node):
        return None
    return None if in_module(node, module) and _is_replaced(low, node) else node


def _is_conditional(function: nodes.FuncDef) -> bool:
    """It stands in an `if` or `try` of another function.

    Of those that stand elsewhere mypy may say so, too, but only where its daemon comes back to the
    statements around one, and not to the function.
    """
    return function.is_conditional and "." not in function.fullname


def _is_replaced(low: Lowering, function: nodes.FuncDef) -> bool:
    """The module puts something in the function's place: `f = wrapped(f)`, `self.f = …`."""
    if not function.info:
        at_top = function.fullname == f"{low.around.module}.{function.name}"
        return function.name in (low.around.replaced if at_top else low.scope.again)
    made = function.info
    return (
        function.name in low.around.assigned
        or low.around.classes.of(made).is_bound_again(function.name)
        or not (made.metaclass_type is None or _is_plain(made.metaclass_type))
        or not all(decorator_name(each) in decorators.OF_CLASSES for each in made.defn.decorators)
    )


def _is_plain(metaclass: types.Instance) -> bool:
    """The metaclass leaves the functions of its classes as they are."""
    return metaclass.type.fullname in decorators.METACLASSES


def methods_named(low: Lowering, callee: Expression) -> list[nodes.FuncDef]:
    """The methods of the module's classes that `x.name` may be, whatever `x` is."""
    if not isinstance(callee, nodes.MemberExpr):
        return []
    return [each for each in low.around.functions.get(callee.name, ()) if each.info]


def _is_one_of_several(low: Lowering, callee: Expression) -> bool:
    """The function stands in an `if` or `try` at module level: there may be another of its name.

    mypy marks conditional functions reliably in functions only. An indented one is as good.
    """
    function = callee.node if isinstance(callee, nodes.RefExpr) else None
    return (
        isinstance(function, nodes.FuncDef)
        and isinstance(callee, nodes.RefExpr)
        and callee.kind == nodes.GDEF
        and not function.info
        and function.column > 0
        and in_module(function, low.around.module)
    )


def is_abstract(function: nodes.FuncDef) -> bool:
    """A call may run an override: the method is abstract, or a Protocol's."""
    info = function.info
    return function.abstract_status != nodes.NOT_ABSTRACT or bool(info and info.is_protocol)


def in_module(function: nodes.FuncDef, module: str) -> bool:
    """The function is defined in `module` (or inside a function: then it is this one's)."""
    if function.info:
        return function.info.module_name == module
    return function.fullname.rpartition(".")[0] in (module, "")


def _refuses_none(function: nodes.FuncDef) -> bool:
    declared = get_proper_type(function.type)
    if not isinstance(declared, types.CallableType):
        return False
    result = get_proper_type(declared.ret_type)
    return (
        isinstance(result, types.Instance)
        and result.type.fullname in _GENERATORS
        and len(result.args) > 1
        and excludes_none(result.args[1])
    )


def annotation(function: nodes.FuncItem) -> str:
    """The full name of the class that the function is declared to return."""
    declared = get_proper_type(function.type)
    if not isinstance(declared, types.CallableType):
        return ""
    result = get_proper_type(declared.ret_type)
    return result.type.fullname if isinstance(result, types.Instance) else ""


def is_special_form(node: nodes.AssignmentStmt) -> bool:
    """An assignment that defines a type (alias, TypeVar, NamedTuple …): mypy gives it no type."""
    analyzed = getattr(node.rvalue, "analyzed", None)
    return node.is_alias_def or not (analyzed is None or isinstance(analyzed, _CASTS))
