"""The ways out of a function that is given generators, read off its solved graph."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from genstate.cfg.events import Operate
from genstate.cfg.graph import Graph
from genstate.cfg.terminators import Raise
from genstate.cfg.vocabulary import Operation
from genstate.typestate.conditions import LOST, Being, Condition, either, kind
from genstate.typestate.effects import GIVEN, Answer, Effect, Failing, Given, Handed, Made, Outcome
from genstate.typestate.facts import End, Use
from genstate.typestate.solution import FunctionFlow, Question, solve_function
from genstate.typestate.store import Store
from genstate.typestate.values import Atom, Generator, Known, Object, Thrown, Unknown, ordered

#: Where there are more ways out of a call than these, nothing is said of it.
_MOST: Final = 16


def answer_of(graph: Graph, given: tuple[Given, ...]) -> Answer | None:
    """What a call does that is given these generators; None where its ways out are too many."""
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
    if len(found) > _MOST:
        return None
    return Answer(found, _failing(flow, [atom.object for atom in atoms]))


def _failing(flow: FunctionFlow, given: list[Object]) -> Failing | None:
    """The one operation that fails on each way through the function, if there is one.

    What has happened to a generator inside is the function's own affair. Where the function raises
    something of its own accord, it may well expect to be called in this way.
    """
    ends, escaping = flow.facts.ends or [], flow.facts.escaping.values()
    raises = any(isinstance(event, Raise) and event.explicit for event, _ in escaping)
    if raises or not ends or not all(end.raises for end in ends):
        return None
    found = [
        (operation, uses)
        for operation, uses in flow.facts.uses.values()
        if all(_given_to(use, given) is not None for use in uses)
        and not (isinstance(operation, Operate) and operation.operation is Operation.CLOSE)
    ]
    if len(found) != 1 or not isinstance(found[0][0], Operate):
        return None
    use = found[0][1][0]
    number = _given_to(use, given)
    return None if number is None else Failing(use, number)


def _given_to(use: Use, given: list[Object]) -> int | None:
    """The argument that the operation is done to, if nothing was done to that before."""
    generators, states = use.generators(), use.states()
    if generators is None or len(generators) != 1 or generators[0].object not in given:
        return None
    untouched = states and all(being.how == GIVEN for being in states)
    return given.index(generators[0].object) if untouched else None


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
        isinstance(condition, Being) and condition.is_late
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
