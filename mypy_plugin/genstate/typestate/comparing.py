"""Comparisons of values that are written down."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Final

from genstate.cfg.vocabulary import Compare, Constant, Exact
from genstate.typestate.values import Atom, Known

_OPERATORS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "==": operator.eq,
    "is": operator.eq,
    "in": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def answer(test: Compare, atom: Atom) -> bool | None:
    """What the comparison says of the atom, where that is known."""
    if not isinstance(atom, Known):
        return None
    if atom.exact is None:
        equality = test.operator in ("==", "is", "in")
        return False if equality and atom.constant is Constant.NONE else None
    found = [_holds(test.operator, atom.exact, other) for other in test.others]
    if True in found:
        return True
    return None if None in found else False


def _holds(symbol: str, first: Exact, second: Exact) -> bool | None:
    """Values of different types are left alone, and so is the order of the members of an enum."""
    if first.kind != second.kind or (first.is_member and symbol not in ("==", "is", "in")):
        return None
    return _OPERATORS[symbol](first.value, second.value)
