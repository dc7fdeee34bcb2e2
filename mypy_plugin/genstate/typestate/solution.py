"""Solve one function: liveness, then the forward flow of states, then the facts for the rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Final, TypeVar

from genstate.cfg.graph import Graph
from genstate.cfg.terminators import Block
from genstate.cfg.vocabulary import Place
from genstate.flow.lattice import Disjunction
from genstate.flow.liveness import live_in
from genstate.flow.worklist import solve
from genstate.typestate.conditions import Condition
from genstate.typestate.facts import Facts
from genstate.typestate.store import Store, initial
from genstate.typestate.transfer import Transfer
from genstate.typestate.values import Object, Thrown, Value

T = TypeVar("T", bound=Transfer)

_DISJUNCTS: Final = 24
_WORK: Final = 2_000


@dataclass(frozen=True, slots=True)
class FunctionFlow:
    """A solved function: what the rules are given."""

    graph: Graph
    facts: Facts


@dataclass(frozen=True, slots=True)
class ManagerFlow:
    """A solved context manager function.

    Attributes:
        passed: the facts where the with-block raises nothing.
        failed: what is to be added where it raises this exception.
    """

    passed: Facts
    failed: Mapping[Thrown, Facts]


@dataclass(frozen=True, slots=True)
class Question:
    """A special case to solve a function for.

    Attributes:
        entry: values of parameters.
        objects: the states of the objects that these values refer to.
        kept: places whose values are of interest at the end.
    """

    entry: Mapping[Place, Value] = field(default_factory=dict)
    objects: Mapping[Object, frozenset[Condition]] = field(default_factory=dict)
    kept: frozenset[Place] | None = None


def solve_function(graph: Graph, question: Question | None = None) -> FunctionFlow:
    """The facts about `graph`, true on every path (uses) or found on some (yields)."""
    question = question or Question()
    transfer, reached = explore(graph, question, Transfer)
    facts = Facts(ends=None if question.kept is None else [])
    _note_down(facts, transfer, reached)
    return FunctionFlow(graph, facts)


def solve_manager(graph: Graph, raised: Iterable[Thrown]) -> ManagerFlow:
    """What a context manager function does when its with-block raises each of these exceptions.

    The way to the yield is the same for all, so it is solved once.
    """
    live = _live_places(graph)
    transfer = Transfer(graph, live)
    transfer.thrown_in = None
    passed = Facts(ends=[])
    entry = initial(graph.locals & live[0], {}, {})
    _note_down(passed, transfer, _solve(transfer, graph, [(0, entry)]))
    failed: dict[Thrown, Facts] = {}
    for thrown in dict.fromkeys(raised):
        failed[thrown] = transfer.facts = Facts(ends=[])
        starts = transfer.resumed(thrown)
        transfer.facts = None
        _note_down(failed[thrown], transfer, _solve(transfer, graph, starts))
    return ManagerFlow(passed, failed)


def explore(
    graph: Graph, question: Question, kind: type[T]
) -> tuple[T, dict[int, Disjunction[Store]]]:
    """A transfer of that kind, and the stores that reach each block of `graph` by it."""
    live = _live_places(graph)
    kept = graph.fields | (question.kept or frozenset())
    if kept:
        live = [places | kept for places in live]
    transfer = kind(graph, live)
    entry = initial(graph.locals & live[0], question.entry, question.objects)
    return transfer, _solve(transfer, graph, [(0, entry)])


def _solve(
    transfer: Transfer, graph: Graph, starts: Iterable[tuple[int, Store]]
) -> dict[int, Disjunction[Store]]:
    return solve(starts, graph.postorder()[::-1], _limit(graph), transfer.block)


def _note_down(facts: Facts, transfer: Transfer, reached: Mapping[int, Disjunction[Store]]) -> None:
    """One last pass over the solved flow, for the facts."""
    transfer.facts = facts
    for number in sorted(reached):
        for store in reached[number]:
            transfer.block(number, store)
    transfer.facts = None


def _limit(graph: Graph) -> int:
    """How many paths are kept apart: fewer in a large function, so that the work grows linearly."""
    size = sum(len(block.events) for block in graph.blocks) + 1
    return max(2, min(_DISJUNCTS, _WORK // size))


def _live_places(graph: Graph) -> list[frozenset[Place]]:
    """The places that are live at the entry of each block."""
    order = graph.postorder()
    bits: dict[Place, int] = {}
    uses = [0] * len(graph.blocks)
    ways: list[list[tuple[int, int]]] = [[] for _ in graph.blocks]
    for number in order:
        uses[number], ways[number] = _of_block(graph.blocks[number], bits)
    found = live_in(order, ways, uses)
    answers, before = _answers(graph, order, bits)
    answers &= ~reduce(or_, (defined for each in ways for _, defined in each), 0)
    found = [live & (~answers | asked) for live, asked in zip(found, before, strict=True)]
    names = list(bits)
    cache: dict[int, frozenset[Place]] = {}
    return [cache.setdefault(live, _named(live, names)) for live in found]


def _of_block(block: Block, bits: dict[Place, int]) -> tuple[int, list[tuple[int, int]]]:
    """What a block uses before it defines it; and its ways out, with what is defined on them."""
    used = defined = temporary = 0
    for event in block.all_events():
        for place in event.uses():
            used |= _bit(place, bits) & ~defined
        for place in event.defines():
            bit = _bit(place, bits)
            defined |= bit
            if place.startswith("%"):
                temporary |= bit
    ways = [(to, defined) for to in block.targets()]
    if block.handler >= 0:
        # A handler may see a variable as it was before.
        ways.append((block.handler, temporary))
    return used, ways


def _answers(graph: Graph, order: list[int], bits: dict[Place, int]) -> tuple[int, list[int]]:
    """The places that keep answers of tests; and for each block those that may keep one there.

    A function with a thousand tests has a thousand of them, and most tests are made once.
    """
    asked = [0] * len(graph.blocks)
    for number in order:
        for place in graph.blocks[number].remembers():
            asked[number] |= _bit(place, bits)
    before = [0] * len(graph.blocks)
    changed = True
    while changed:
        changed = False
        for number in reversed(order):
            passed_on = before[number] | asked[number]
            for successor in graph.successors(graph.blocks[number]):
                if passed_on & ~before[successor]:
                    before[successor] |= passed_on
                    changed = True
    return reduce(or_, asked, 0), before


def _bit(place: Place, bits: dict[Place, int]) -> int:
    return bits.setdefault(place, 1 << len(bits))


def _named(live: int, names: list[Place]) -> frozenset[Place]:
    found = []
    while live:
        lowest = live & -live
        found.append(names[lowest.bit_length() - 1])
        live ^= lowest
    return frozenset(found)
