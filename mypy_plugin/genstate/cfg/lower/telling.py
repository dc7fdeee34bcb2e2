"""What calls may change: an object that is asked later may tell that one has been made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mypy import nodes

from genstate.cfg.lower.changes import looks, text_of
from genstate.cfg.lower.surroundings import Surroundings


def told_by(calls: Iterable[nodes.CallExpr], around: Surroundings) -> dict[str, set[str]]:
    """The objects and attributes that the calls may change, with what is called there."""
    found: dict[str, set[str]] = {}
    for call in calls:
        callee = text_of(call.callee)
        for text in {*_changed_by(call, around)} - {""}:
            found.setdefault(text, set()).add(callee)
    return found


def _changed_by(call: nodes.CallExpr, around: Surroundings) -> Iterator[str]:
    """What a call may change: the object whose method it is, and what it is given.

    Of functions of the module, and methods of `self`, it can be seen which attributes they set.
    """
    callee = call.callee
    immutable = around.oracle.is_immutable
    given = [text_of(each) for each in call.args if not (looks(call) or immutable(each))]
    if isinstance(callee, nodes.NameExpr):
        yield from _set_by(around, callee.name, given)
    elif isinstance(callee, nodes.MemberExpr):
        yield from given
        asked = callee.expr.node if isinstance(callee.expr, nodes.RefExpr) else None
        if isinstance(asked, nodes.Var) and asked.is_self:
            if around.writers.of(callee.name) is not None:  # none is inherited from elsewhere
                yield from _set_by(around, callee.name, (text_of(callee.expr),))
        elif not isinstance(asked, (nodes.MypyFile, nodes.TypeInfo)):
            yield text_of(callee.expr)


def _set_by(around: Surroundings, name: str, owners: Iterable[str]) -> Iterator[str]:
    """What a function of this name may change of its arguments: all, if it is not of the module."""
    sets = around.writers.of(name)
    if sets is None:
        yield from owners
        return
    names = sets.union(*map(around.readers.of, sets))
    yield from (f"{owner}.{each}" for owner in owners for each in names)
