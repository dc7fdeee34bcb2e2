"""The solver on graphs and analyses that are small enough to solve by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genstate.flow.lattice import Precision
from genstate.flow.worklist import solve

pytestmark = pytest.mark.any_mypy

HIGHEST = 5


@dataclass(frozen=True)
class Known:
    """The numbers that a counter may hold."""

    numbers: frozenset[int]

    def key(self, precision: Precision) -> Hashable:
        return None if precision is Precision.COARSEST else min(self.numbers)

    def join(self, other: Known) -> Known:
        return Known(self.numbers | other.numbers)


def known(*numbers: int) -> Known:
    return Known(frozenset(numbers))


def counting(node: int, element: Known) -> Iterable[tuple[int, Known]]:
    """0 -> 1; 1 -> 2 or 3; 2 counts one up, to `HIGHEST` at most, and goes back to 1."""
    if node == 0:
        yield 1, element
    elif node == 1:
        yield 2, element
        yield 3, element
    elif node == 2:
        yield 1, Known(frozenset(min(number + 1, HIGHEST) for number in element.numbers))


def test_a_loop_is_followed_until_nothing_new_comes() -> None:
    reached = solve([(0, known(0))], [0, 1, 2, 3], 10, counting)
    assert set(reached[3]) == {known(number) for number in range(HIGHEST + 1)}


def test_a_loop_comes_to_rest_with_elements_that_are_joined() -> None:
    reached = solve([(0, known(0))], [0, 1, 2, 3], 1, counting)
    assert list(reached[3]) == [known(*range(HIGHEST + 1))]


def test_nodes_that_are_not_reached_are_left_out() -> None:
    def to_one(node: int, element: Known) -> Iterable[tuple[int, Known]]:
        return [(1, element)] if node == 0 else []

    assert set(solve([(0, known(0))], [0, 1, 2], 4, to_one)) == {0, 1}


def test_nodes_are_visited_in_the_given_order() -> None:
    visits: list[int] = []

    def diamond(node: int, element: Known) -> Iterable[tuple[int, Known]]:
        visits.append(node)
        return [(way, element) for way in {0: (2, 1), 1: (3,), 2: (3,), 3: ()}[node]]

    solve([(0, known(0))], [0, 1, 2, 3], 4, diamond)
    assert visits == [0, 1, 2, 3]


edges = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 3)), max_size=14)


@given(edges, st.integers(1, 4))
def test_the_result_is_closed_under_the_transfer(
    ways: list[tuple[int, int, int]], limit: int
) -> None:
    calls: Counter[tuple[int, Known]] = Counter()

    def transfer(node: int, element: Known) -> list[tuple[int, Known]]:
        calls[node, element] += 1
        return [
            (end, Known(element.numbers | {number})) for start, end, number in ways if start == node
        ]

    reached = solve([(0, known(9))], list(range(6)), limit, transfer)
    assert max(calls.values()) == 1
    for node, elements in reached.items():
        for element in elements:
            for end, outcome in transfer(node, element):
                assert any(outcome.numbers <= there.numbers for there in reached[end])
