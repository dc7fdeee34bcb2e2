"""Cancel scopes that are entered by a call of their method, not by a `with`.

Only such as nobody else gets hold of: another function could leave them.
"""

from __future__ import annotations

from typing import Final

from mypy import nodes
from mypy.nodes import Expression

from genstate.cfg.events import Enter, HandOver
from genstate.cfg.lower import callees, managers
from genstate.cfg.lower.changes import text_of
from genstate.cfg.lower.lowering import Lowering
from genstate.cfg.vocabulary import Place
from genstate.children import walk

ENTERING: Final = ("__aenter__", "__enter__")
LEAVING: Final = ("__aexit__", "__exit__")


def lower_entered(low: Lowering, node: Expression) -> Place | None:
    """`scope.__enter__()`, or what is awaited of `await scope.__aenter__()`; None for others."""
    called = _called(low, node, ENTERING)
    if called is None or called.args:
        return None
    assert isinstance(called.callee, nodes.MemberExpr)
    receiver, is_async = called.callee.expr, called.callee.name == "__aenter__"
    text = text_of(receiver)
    made = low.depends.made.get(text)
    if made is None:
        return None
    kind = managers.kind_of(low, made, is_async=is_async)
    if not kind.scope:
        return None
    manager, target = low.value(receiver), low.build.temporary()
    line, raises = node.line, kind.raises
    key = _key(text)
    low.build.emit(Enter(node, line, target, manager, is_async, raises, kind.scope, key))
    return target


def note_left(low: Lowering, node: nodes.CallExpr) -> None:
    """`scope.__exit__(…)`: whatever comes of it, the scope is not open any more."""
    called = _called(low, node, LEAVING)
    if called is not None:
        assert isinstance(called.callee, nodes.MemberExpr)
        key = _key(text_of(called.callee.expr))
        low.build.emit(HandOver(node, node.line, key, low.unknown(node)))


def _called(low: Lowering, node: Expression, methods: tuple[str, ...]) -> nodes.CallExpr | None:
    """The call of one of these methods, of something that nobody else gets hold of."""
    if not isinstance(node, nodes.CallExpr) or not isinstance(node.callee, nodes.MemberExpr):
        return None
    receiver, text = node.callee.expr, text_of(node.callee.expr)
    if node.callee.name not in methods or not text or text in low.depends.handed_out:
        return None
    if isinstance(receiver, nodes.NameExpr):
        return node if receiver.name in low.scope.definitions else None
    # Of an attribute, only what a manager enters on its own behalf.
    own = low.build.graph.name in ENTERING and is_left_alone(low, text)
    return node if own else None


def is_left_alone(low: Lowering, text: str) -> bool:
    """No method that the function calls has anything to do with this attribute of its object."""
    owner, _, attribute = text.rpartition(".")
    if owner in low.depends.handed_out:
        return False
    return not any(
        isinstance(call.callee, nodes.MemberExpr)
        and text_of(call.callee.expr) == owner
        and _mentions(low, callees.target(low, call.callee), attribute)
        for call in low.depends.calls
    )


def _mentions(low: Lowering, called: nodes.SymbolNode | None, attribute: str) -> bool:
    """The body of a method mentions an attribute of that name, or is not known."""
    called = called.func if isinstance(called, nodes.Decorator) else called
    if not isinstance(called, nodes.FuncDef) or not callees.in_module(called, low.around.module):
        return True
    return any(
        isinstance(node, nodes.MemberExpr) and node.name == attribute
        for node in walk([called.body])
    )


def _key(text: str) -> Place:
    """What stands for the manager in the scopes that are open."""
    return f"{text} entered"
