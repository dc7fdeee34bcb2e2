"""Numbers that a function counts up or down."""

from __future__ import annotations

from typing import Final

from genstate.cfg.vocabulary import Constant, Exact
from genstate.typestate.values import Atom, Known, Unknown

#: Up to here, and as far down, they are followed: each number is a path of its own.
_FARTHEST: Final = 8


def counted(atom: Atom, steps: int) -> Atom:
    """The number, and `steps` more."""
    exact = atom.exact if isinstance(atom, Known) else None
    if exact is None or exact.kind != "int" or not isinstance(exact.value, int):
        return Unknown()
    number = exact.value + steps
    if abs(number) > _FARTHEST:
        return Unknown()
    return Known(Constant.TRUTHY if number else Constant.FALSY, Exact(exact.kind, number))
