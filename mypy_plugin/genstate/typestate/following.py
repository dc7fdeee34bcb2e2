"""The transfer function of calls whose inside is followed."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from genstate.cfg.events import Invoke
from genstate.cfg.exceptions import RUNTIME_ERROR, STOP_ITERATION, Matching
from genstate.cfg.vocabulary import Place
from genstate.typestate.effects import Effect, Given, Handed, Made, restored
from genstate.typestate.store import Store
from genstate.typestate.values import (
    UNKNOWN,
    Being,
    Generator,
    Thrown,
    Unknown,
    Value,
    constant,
    ordered,
    origin,
    thrown,
)
from genstate.typestate.ways import ANYTHING, Ways


class CallTransfer(Ways):
    """What a call of a function of the same module does to the generators that it is given."""

    def invoke(self, event: Invoke, store: Store) -> Iterator[Store]:
        store, followed = _followed(event, store)
        if not followed and not event.makes:
            yield from self._unfollowed(event, store)
            return
        generators = list(followed)
        states = [_states(store, generator) for generator in generators]
        for beings in itertools.product(*states):
            given = tuple(
                Given(followed[generator], generator.function, being.state, being.taken)
                for generator, being in zip(generators, beings, strict=True)
            )
            effects: tuple[Effect, ...] | None = event.effects(given)
            before = store
            for generator, being in zip(generators, beings, strict=True):
                before = before.with_object(generator.object, (being,))
            if effects is None:
                for generator in generators:
                    before = before.escape(frozenset({generator}))
                yield from self._unfollowed(event, before)
                continue
            for effect in effects:
                after = before
                for generator, being, found in zip(
                    generators, beings, effect.conditions, strict=True
                ):
                    after = after.with_object(generator.object, restored(found, being))
                yield from self._take(event, after, effect, generators)

    def _unfollowed(self, event: Invoke, store: Store) -> Iterator[Store]:
        """All that is given has escaped already."""
        store = store.suspended() if event.is_async else store
        if event.raises or event.is_async:
            self._raise_from_outside(store, _out_of(event, ANYTHING))
        if event.returns:
            yield self._bind(store, event.target, _result(event))

    def _take(
        self, event: Invoke, store: Store, effect: Effect, generators: list[Generator]
    ) -> Iterator[Store]:
        """The call comes out in this way."""
        store = store.suspended() if event.is_async else store
        store = store.doubted() if effect.doubtful else store
        outcome = effect.outcome
        if isinstance(outcome, Handed):
            yield self._bind(store, event.target, frozenset({generators[outcome.number]}))
        elif isinstance(outcome, Made):
            yield self._bind_made(event, store, outcome)
        elif effect.raises:
            self._raise_from_outside(store, _out_of(event, frozenset({outcome})))
        elif event.returns:
            value = _result(event) if isinstance(outcome, Unknown) else frozenset({outcome})
            yield self._bind(store, event.target, value)

    def _bind_made(self, event: Invoke, store: Store, outcome: Made) -> Store:
        conditions = sorted(ordered(outcome.conditions), key=origin)
        store, made = store.make(self._sites[id(event)], conditions[0])
        store = store.with_object(made, conditions)
        generator = Generator(made, outcome.function)
        return self._bind(store, event.target, frozenset({generator}))


def _followed(event: Invoke, store: Store) -> tuple[Store, dict[Generator, tuple[Place, ...]]]:
    """The generators whose states are known, with their parameters; other arguments escape."""
    found: dict[Generator, tuple[Place, ...]] = {}
    for parameter, place in event.arguments:
        value = store.value(place)
        atom = next(iter(value))
        if len(value) == 1 and isinstance(atom, Generator) and not atom.object.older:
            found[atom] = (*found.get(atom, ()), parameter)
        else:
            store = store.escape(value)
    for generator in list(found):
        if not _states(store, generator):
            store = store.escape(frozenset({generator}))
            del found[generator]
    return store, found


def _states(store: Store, generator: Generator) -> list[Being]:
    """The states that the generator may be in; none where one of them is not known."""
    conditions = sorted(ordered(store.conditions(generator.object)), key=origin)
    known = [c for c in conditions if isinstance(c, Being) and c.state]
    return known if len(known) == len(conditions) else []


def _result(event: Invoke) -> Value:
    return UNKNOWN if event.value is None else constant(event.value)


def _out_of(event: Invoke, raised: Value) -> Value:
    """A StopIteration that would leave a coroutine becomes a RuntimeError (PEP 479)."""
    if not event.is_async:
        return raised
    found: set[Thrown] = set()
    for atom in raised:
        assert isinstance(atom, Thrown)
        matching = atom.matches(STOP_ITERATION)
        if matching is not Matching.NEVER:
            found.update(a for a in thrown(RUNTIME_ERROR, exact=True) if isinstance(a, Thrown))
        if matching is not Matching.ALWAYS:
            found.add(atom.without(STOP_ITERATION))
    return frozenset(found)
