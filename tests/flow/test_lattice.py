"""Bounded disjunctions: nothing that was added is lost, and the size stays within its bounds."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genstate.flow.lattice import Disjunction, Precision

pytestmark = pytest.mark.any_mypy

COARSEST_KEYS = 2


@dataclass(frozen=True)
class Numbers:
    """A set of numbers: kept apart by its smallest one, and in the end by whether that is even."""

    members: frozenset[int]

    def key(self, precision: Precision) -> Hashable:
        least = min(self.members)
        return least % COARSEST_KEYS if precision is Precision.COARSEST else least

    def join(self, other: Numbers) -> Numbers:
        return Numbers(self.members | other.members)


elements = st.builds(Numbers, st.frozensets(st.integers(0, 9), min_size=1, max_size=4))
limits = st.integers(1, 6)


def covered(element: Numbers, disjunction: Disjunction[Numbers]) -> bool:
    return any(element.members <= kept.members for kept in disjunction)


@given(limits, st.lists(elements, max_size=30))
def test_whatever_is_added_stays_covered(limit: int, added: list[Numbers]) -> None:
    disjunction: Disjunction[Numbers] = Disjunction(limit)
    for element in added:
        disjunction.add(element)
    assert all(covered(element, disjunction) for element in added)


@given(limits, st.lists(elements, max_size=30))
def test_nothing_is_made_up(limit: int, added: list[Numbers]) -> None:
    disjunction: Disjunction[Numbers] = Disjunction(limit)
    for element in added:
        disjunction.add(element)
    known = {number for element in added for number in element.members}
    assert {number for kept in disjunction for number in kept.members} <= known


@given(limits, st.lists(elements, max_size=30))
def test_the_size_is_bounded(limit: int, added: list[Numbers]) -> None:
    disjunction: Disjunction[Numbers] = Disjunction(limit)
    for element in added:
        disjunction.add(element)
        assert len(disjunction) <= max(limit, COARSEST_KEYS)


@given(limits, st.lists(elements, max_size=30), elements)
def test_what_is_new_is_handed_out_once(limit: int, added: list[Numbers], element: Numbers) -> None:
    disjunction: Disjunction[Numbers] = Disjunction(limit)
    for earlier in added:
        disjunction.add(earlier)
    disjunction.take()
    before = set(disjunction)
    is_new = disjunction.add(element)
    fresh = disjunction.take()
    assert set(fresh) == set(disjunction) - before
    assert is_new or not fresh
    assert not disjunction.add(element)
    assert disjunction.take() == []


@given(limits, st.lists(st.lists(elements, max_size=5), max_size=6))
def test_nothing_that_is_new_is_held_back(limit: int, batches: list[list[Numbers]]) -> None:
    disjunction: Disjunction[Numbers] = Disjunction(limit)
    handed_out: set[Numbers] = set()
    for batch in batches:
        for element in batch:
            disjunction.add(element)
        handed_out.update(disjunction.take())
        assert set(disjunction) <= handed_out


def test_few_elements_are_kept_apart() -> None:
    disjunction: Disjunction[Numbers] = Disjunction(2)
    one, two = Numbers(frozenset({1})), Numbers(frozenset({1, 3}))
    assert disjunction.add(one)
    assert disjunction.add(two)
    assert set(disjunction) == {one, two}


def test_equal_finer_keys_are_joined_first() -> None:
    disjunction: Disjunction[Numbers] = Disjunction(2)
    disjunction.add(Numbers(frozenset({1})))
    disjunction.add(Numbers(frozenset({1, 3})))
    disjunction.add(Numbers(frozenset({2})))
    assert set(disjunction) == {Numbers(frozenset({1, 3})), Numbers(frozenset({2}))}


def test_the_coarsest_keys_are_the_last_resort() -> None:
    disjunction: Disjunction[Numbers] = Disjunction(2)
    for number in (1, 2, 3):
        disjunction.add(Numbers(frozenset({number})))
    assert set(disjunction) == {Numbers(frozenset({1, 3})), Numbers(frozenset({2}))}
