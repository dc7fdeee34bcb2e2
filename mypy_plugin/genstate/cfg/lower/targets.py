"""Assignment targets: names, attributes, items, and unpacking."""

from __future__ import annotations

from mypy import nodes
from mypy.nodes import Expression

from genstate.cfg.events import Copy, Escape, Forget, Unpack
from genstate.cfg.lower.lowering import Lowering
from genstate.cfg.vocabulary import Place


def assign(low: Lowering, target: Expression, value: Place) -> None:
    """Assign the value of a place to a target."""
    if isinstance(target, nodes.NameExpr):
        _assign_name(low, target, value)
    elif isinstance(target, (nodes.TupleExpr, nodes.ListExpr)):
        _unpack(low, target, value)
    elif isinstance(target, nodes.StarExpr):
        assign(low, target.expr, value)
    else:
        store(low, target, value)


def _assign_name(low: Lowering, target: nodes.NameExpr, value: Place) -> None:
    place = low.scope.place(target.name)
    if place is None:
        low.build.emit(Escape(target, target.line, (value,)))
    else:
        if place in low.stacks:
            low.build.emit(Escape(target, target.line, (low.stacks.pop(place).held,)))
        low.build.emit(Copy(target, target.line, place, value))


def store(low: Lowering, target: Expression, value: Place) -> None:
    """Store into an attribute or an item: mostly the value is out of sight from there on."""
    followed = low.fields.place(low.scope, target)
    if followed is not None:
        low.build.emit(Copy(target, target.line, followed, value))
        return
    plain = elsewhere = False
    if isinstance(target, nodes.MemberExpr):
        plain = low.oracle.takes_attribute(target.expr, target.name)
        plain = plain or low.fields.is_variable(low.scope, target)
        elsewhere = low.fields.is_elsewhere(low.scope, target)
    escaping = (value, *parts(low, target))
    low.opaque(target, escape=escaping, raises=not plain, touches=elsewhere)


def parts(low: Lowering, target: Expression) -> tuple[Place, ...]:
    """The values that an attribute or item target is made of; of a name, its value."""
    if isinstance(target, nodes.MemberExpr):
        return (low.value(target.expr),)
    if isinstance(target, nodes.IndexExpr):
        return (low.value(target.base), low.value(target.index))
    return (low.value(target),)


def _unpack(low: Lowering, target: nodes.TupleExpr | nodes.ListExpr, value: Place) -> None:
    places: list[Place] = []
    later: list[tuple[Expression, Place]] = []
    starred = -1
    for position, item in enumerate(target.items):
        if isinstance(item, nodes.StarExpr):
            starred = position
        place = low.build.temporary()
        places.append(place)
        later.append((item, place))
    low.build.emit(Unpack(target, target.line, tuple(places), value, starred))
    for item, place in later:
        assign(low, item, place)


def delete(low: Lowering, target: Expression) -> None:
    """`del target`."""
    if isinstance(target, (nodes.TupleExpr, nodes.ListExpr)):
        for item in target.items:
            delete(low, item)
    elif isinstance(target, nodes.NameExpr):
        place = low.scope.place(target.name)
        if place is not None:
            low.build.emit(Forget(target, target.line, (place,), demands=True))
    elif isinstance(target, (nodes.MemberExpr, nodes.IndexExpr)):
        low.opaque(target, escape=parts(low, target))
