"""Lattice elements, and bounded disjunctions of them.

A disjunction keeps what is true on different paths apart (trace partitioning), until there are
more than `limit` elements. Then elements with equal keys are joined: first by their finest keys,
and as long as that does not help by coarser ones. A joined element stands for all of its parts, so
an analysis that asks what is true of *every* element stays right, and knows less.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from enum import IntEnum
from typing import Generic, Protocol, TypeVar


class Precision(IntEnum):
    """How the elements of a disjunction are kept apart: what each of these means, they tell."""

    EXACT = 0
    FINEST = 1
    FINE = 2
    MEDIUM = 3
    COARSE = 4
    COARSER = 5
    COARSEST = 6


class Element(Hashable, Protocol):
    """An immutable, hashable abstract value."""

    def key(self, precision: Precision) -> Hashable:
        """Elements are joined at this precision if they have equal keys.

        Those whose keys are equal have equal keys at all coarser precisions as well.
        """

    def join(self: E, other: E) -> E:
        """The least upper bound. Commutative, associative, idempotent; neither side changes."""


E = TypeVar("E", bound=Element)


def joined(
    elements: Iterable[E], limit: int, precision: Precision, last: Precision
) -> tuple[Precision, dict[Hashable, E]]:
    """Join elements at coarser and coarser precision, up to `last`, until there are few enough."""
    found = {_key(element, precision): element for element in elements}
    while len(found) > limit and precision < last:
        precision = Precision(precision + 1)
        coarser: dict[Hashable, E] = {}
        for element in found.values():
            key = _key(element, precision)
            coarser[key] = coarser[key].join(element) if key in coarser else element
        found = coarser
    return precision, found


def _key(element: Element, precision: Precision) -> Hashable:
    return element if precision is Precision.EXACT else element.key(precision)


class Disjunction(Generic[E]):
    """The elements that have reached a program point, and which of them are new there."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._precision = Precision.EXACT
        self._elements: dict[Hashable, E] = {}
        self._fresh: dict[Hashable, None] = {}

    def __iter__(self) -> Iterator[E]:
        return iter(self._elements.values())

    def __len__(self) -> int:
        return len(self._elements)

    def add(self, element: E) -> bool:
        """Add an element; whether anything is new because of it."""
        key = _key(element, self._precision)
        known = self._elements.get(key)
        if known is not None:
            joined = known if self._precision is Precision.EXACT else known.join(element)
            if joined == known:
                return False
            element = joined
        self._elements[key] = element
        self._fresh[key] = None
        if len(self._elements) > self._limit and self._precision is not Precision.COARSEST:
            self._coarsen()
        return True

    def take(self) -> list[E]:
        """The elements that are new since the last time."""
        found = [self._elements[key] for key in self._fresh]
        self._fresh = {}
        return found

    def _coarsen(self) -> None:
        """Join elements until there are few enough. What was joined, or was new, is new."""
        old = {element for key, element in self._elements.items() if key not in self._fresh}
        self._precision, self._elements = joined(
            self._elements.values(), self._limit, self._precision, Precision.COARSEST
        )
        self._fresh = {key: None for key, element in self._elements.items() if element not in old}
