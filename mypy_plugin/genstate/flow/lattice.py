"""Lattice elements, and bounded disjunctions of them.

A disjunction keeps what is true on different paths apart (trace partitioning), until there are
more than `limit` elements. Then elements with equal keys are joined: first by their fine keys, and
if that does not help by their coarse ones. A joined element stands for all of its parts, so an
analysis that asks what is true of *every* element stays right, and knows less.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from enum import IntEnum
from typing import Generic, Protocol, TypeVar


class Precision(IntEnum):
    """How the elements of a disjunction are kept apart."""

    EXACT = 0
    FINE = 1
    COARSE = 2


class Element(Hashable, Protocol):
    """An immutable, hashable abstract value."""

    def key(self, precision: Precision) -> Hashable:
        """Elements are joined at this precision if they have equal keys."""

    def join(self: E, other: E) -> E:
        """The least upper bound. Commutative, associative, idempotent; neither side changes."""


E = TypeVar("E", bound=Element)


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
        key = self._key(element)
        known = self._elements.get(key)
        if known is not None:
            joined = known if self._precision is Precision.EXACT else known.join(element)
            if joined == known:
                return False
            element = joined
        self._elements[key] = element
        self._fresh[key] = None
        if len(self._elements) > self._limit and self._precision is not Precision.COARSE:
            self._coarsen()
        return True

    def take(self) -> list[E]:
        """The elements that are new since the last time."""
        found = [self._elements[key] for key in self._fresh]
        self._fresh = {}
        return found

    def _key(self, element: E) -> Hashable:
        if self._precision is Precision.EXACT:
            return element
        return element.key(self._precision)

    def _coarsen(self) -> None:
        """Join elements until there are few enough. What was joined, or was new, is new."""
        old = {element for key, element in self._elements.items() if key not in self._fresh}
        while len(self._elements) > self._limit and self._precision is not Precision.COARSE:
            self._precision = Precision(self._precision + 1)
            elements = list(self._elements.values())
            self._elements = {}
            for element in elements:
                key = self._key(element)
                known = self._elements.get(key)
                self._elements[key] = element if known is None else known.join(element)
        self._fresh = {key: None for key, element in self._elements.items() if element not in old}
