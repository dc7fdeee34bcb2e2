"""What a place may hold where two paths meet: the values of both, in few atoms.

Exceptions that were raised in one place are put together, where nothing is lost by it: what passed
by one handler on one path and by another on the other is an exception that both let pass.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from genstate.cfg.exceptions import ExceptionClass, Matching
from genstate.typestate.values import Atom, Thrown, Value

_ATOMS: Final = 8
_EXCEPTIONS: Final = 64


def united(first: Value, second: Value) -> Value:
    """One of the values of both sides."""
    joined = first | second
    raised = [atom for atom in joined if isinstance(atom, Thrown)]
    if len(raised) < 2:
        return joined
    found: set[Atom] = {atom for atom in joined if not isinstance(atom, Thrown)}
    by_origin: dict[int, list[Thrown]] = {}
    for atom in raised:
        by_origin.setdefault(atom.origin, []).append(atom)
    for atoms in by_origin.values():
        found.update(_together(atoms) if len(atoms) > 1 else atoms)
    return frozenset(found)


def is_too_much(value: Value) -> bool:
    """So many atoms are not kept apart. A set of exceptions may be large: no path forks by it."""
    return len(value) > _ATOMS and (
        len(value) > _EXCEPTIONS or sum(not isinstance(a, Thrown) for a in value) > _ATOMS
    )


def _together(atoms: list[Thrown]) -> Iterable[Thrown]:
    """Exceptions of one origin, as few as possible.

    Of those that a statement raises each class counts, as a sign of what is meant to be raised.
    """
    kept: dict[object, Thrown] = {}
    for atom in atoms:
        key = atom.raised, atom.exact
        kept[key] = _either(kept[key], atom) if key in kept else atom
    return kept.values() if atoms[0].origin >= 0 else _widest(kept.values())


def _either(first: Thrown, second: Thrown) -> Thrown:
    """One of two exceptions of one class: what both exclude is excluded."""
    excluded = _below(first.excluded, second.excluded) | _below(second.excluded, first.excluded)
    return Thrown(first.raised, first.exact, excluded, first.origin)


def _below(
    some: frozenset[ExceptionClass], others: frozenset[ExceptionClass]
) -> frozenset[ExceptionClass]:
    return frozenset(a for a in some if any(a.is_subclass_of(b) for b in others))


def _widest(atoms: Iterable[Thrown]) -> Iterable[Thrown]:
    """The atoms that no other one includes."""
    found = list(atoms)
    return (a for a in found if not any(_includes(b, a) for b in found if b is not a))


def _includes(wide: Thrown, narrow: Thrown) -> bool:
    """Whatever `narrow` stands for, `wide` does."""
    return (
        not wide.exact
        and narrow.raised.is_subclass_of(wide.raised)
        and all(narrow.matches(other) is Matching.NEVER for other in wide.excluded)
    )
