"""The ways out of a function that is given generators, read off its solved graph."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from genstate.cfg.graph import Graph
from genstate.typestate.effects import GIVEN, Effect, Given, Handed, Made, Outcome
from genstate.typestate.facts import End
from genstate.typestate.solution import Question, solve_function
from genstate.typestate.store import Store
from genstate.typestate.values import (
    LOST,
    Atom,
    Being,
    Condition,
    Generator,
    Known,
    Object,
    Thrown,
    Unknown,
    either,
    kind,
    ordered,
)

#: Where there are more ways out of a call than these, nothing is said of it.
_MOST: Final = 16


def effects_of(graph: Graph, given: tuple[Given, ...]) -> tuple[Effect, ...] | None:
    """The ways out of a call that is given these generators; None where they are too many."""
    atoms = [Generator(Object(-1 - number), each.function) for number, each in enumerate(given)]
    values = [frozenset({atom}) for atom in atoms]
    states = {
        atom.object: frozenset({Being(each.state, GIVEN, 0, each.taken)})
        for atom, each in zip(atoms, given, strict=True)
    }
    entry = {
        parameter: value
        for each, value in zip(given, values, strict=True)
        for parameter in each.parameters
    }
    kept = {f"%{GIVEN}{number}": value for number, value in enumerate(values)}
    flow = solve_function(graph, Question({**entry, **kept}, objects=states, kept=frozenset(kept)))
    found = _alike(
        effect
        for end in flow.facts.ends or ()
        for effect in _of_end(end, [a.object for a in atoms])
    )
    return found if len(found) <= _MOST else None


def _of_end(end: End, given: list[Object]) -> Iterable[Effect]:
    """What one path to an end of the function does."""
    for atom in ordered(end.value):
        outcome = _exception(atom) if end.raises else _outcome(end.store, atom, given)
        store = end.store
        if not isinstance(outcome, (Handed, Made)):
            store = store.escape(frozenset({atom}))  # it is in hands that are not followed
        conditions = tuple(_condition(store, target) for target in given)
        doubtful = store.path.doubtful or (not end.raises and _hides_timeout(conditions))
        yield Effect(conditions, outcome, end.raises, doubtful)


def _hides_timeout(conditions: Iterable[frozenset[Condition]]) -> bool:
    """A timeout has closed a generator. What is returned may tell so, in a way not followed."""
    return any(
        isinstance(condition, Being) and condition.how == "timed out"
        for each in conditions
        for condition in each
    )


def _exception(atom: Atom) -> Atom:
    """An exception, without the place in the function called that it comes from."""
    return replace(atom, origin=-1) if isinstance(atom, Thrown) else Thrown()


def _outcome(store: Store, atom: Atom, given: list[Object]) -> Outcome:
    if isinstance(atom, Known):
        return atom
    if isinstance(atom, Generator):
        if atom.object in given:
            return Handed(given.index(atom.object))
        conditions = store.conditions(atom.object)
        if not atom.object.older and _is_plain(conditions):
            return Made(atom.function, conditions)
    return Unknown()


def _condition(store: Store, target: Object) -> frozenset[Condition]:
    conditions = store.conditions(target)
    return conditions if _is_plain(conditions) else frozenset({LOST})


def _is_plain(conditions: Iterable[Condition]) -> bool:
    """The generator is in a state that is known, and nothing is in flight on it."""
    return all(isinstance(condition, Being) and condition.state for condition in conditions)


def _alike(effects: Iterable[Effect]) -> tuple[Effect, ...]:
    """Effects that differ in nothing but how they came about are one."""
    found: dict[object, Effect] = {}
    for effect in effects:
        kinds = tuple(frozenset(map(kind, each)) for each in effect.conditions)
        key = (kinds, effect.outcome, effect.raises, effect.doubtful)
        other = found.get(key, effect)
        joined = zip(other.conditions, effect.conditions, strict=True)
        found[key] = replace(effect, conditions=tuple(either(*pair) for pair in joined))
    return tuple(found.values())
