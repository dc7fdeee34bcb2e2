"""Live variables, compared with a search for a path to a use."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genstate.flow.liveness import live_in

pytestmark = pytest.mark.any_mypy

VARIABLES = 4


@dataclass(frozen=True)
class Program:
    successors: list[list[int]]
    uses: list[int]
    defines: list[int]

    def ways(self) -> list[list[tuple[int, int]]]:
        """All edges from a node define the same."""
        nodes = zip(self.successors, self.defines, strict=True)
        return [[(to, defined) for to in successors] for successors, defined in nodes]

    def postorder(self) -> list[int]:
        order: list[int] = []
        seen: set[int] = set()

        def visit(node: int) -> None:
            if node not in seen:
                seen.add(node)
                for successor in self.successors[node]:
                    visit(successor)
                order.append(node)

        visit(0)
        return order

    def reaches_use(self, node: int, variable: int) -> bool:
        """Some path from the start of `node` uses the variable before any node defines it."""
        todo, seen = [node], {node}
        while todo:
            current = todo.pop()
            if self.uses[current] >> variable & 1:
                return True
            if self.defines[current] >> variable & 1:
                continue
            new = set(self.successors[current]) - seen
            seen |= new
            todo += new
        return False


@st.composite
def programs(draw: st.DrawFn) -> Program:
    size = draw(st.integers(1, 7))
    node = st.integers(0, size - 1)
    bits = st.integers(0, 2**VARIABLES - 1)

    def per_node(strategy: st.SearchStrategy[int]) -> list[int]:
        return draw(st.lists(strategy, min_size=size, max_size=size))

    successors = draw(st.lists(st.lists(node, max_size=3), min_size=size, max_size=size))
    return Program(successors, per_node(bits), per_node(bits))


@given(programs())
def test_live_is_what_some_path_uses(program: Program) -> None:
    order = program.postorder()
    live = live_in(order, program.ways(), program.uses)
    for node in order:
        for variable in range(VARIABLES):
            assert bool(live[node] >> variable & 1) == program.reaches_use(node, variable)


def test_a_loop_keeps_its_variable_alive() -> None:
    # 0 defines; 1 is the head of a loop, with the body 2, which uses; 3 is behind it.
    ways = [[(1, 1)], [(2, 0), (3, 0)], [(1, 0)], []]
    assert live_in([3, 2, 1, 0], ways, [0, 0, 1, 0]) == [0, 1, 1, 0]


def test_what_is_defined_on_one_way_only_is_alive_for_the_other() -> None:
    # 0 defines and goes on to 1; its handler 2 uses what was there before.
    assert live_in([1, 2, 0], [[(1, 1), (2, 0)], [], []], [0, 1, 1]) == [1, 1, 1]
    assert live_in([1, 2, 0], [[(1, 1), (2, 0)], [], []], [0, 1, 0]) == [0, 1, 0]
