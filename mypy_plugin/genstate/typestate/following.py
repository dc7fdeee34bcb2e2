"""The transfer function of calls whose inside is followed."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from genstate.cfg.events import Event, Invoke, Operate
from genstate.cfg.exceptions import RUNTIME_ERROR, STOP_ITERATION, Matching
from genstate.cfg.vocabulary import Opening, Operation, Place
from genstate.typestate.conditions import Being, Called, Pending, origin
from genstate.typestate.effects import Answer, Effect, Given, Handed, Made, restored
from genstate.typestate.facts import Use
from genstate.typestate.operations import Request, Result
from genstate.typestate.store import Store
from genstate.typestate.values import (
    UNKNOWN,
    Awaitable,
    Generator,
    Thrown,
    Unknown,
    Value,
    constant,
    ordered,
    thrown,
)
from genstate.typestate.ways import ANYTHING, Ways

#: The generators that a call is given, with the parameters that they go to.
_Followed: TypeAlias = dict[Generator, tuple[Place, ...]]


@dataclass(frozen=True, slots=True)
class Case:
    """A call, where the generators that it is given are each in one state.

    Attributes:
        store: the state before the call.
        generators: those that are followed.
        beings: their states.
        answer: what the call does then; None where that is not known.
    """

    store: Store
    generators: list[Generator]
    beings: tuple[Being, ...]
    answer: Answer | None


class CallTransfer(Ways):
    """What a call of a function of the same module does to the generators that it is given."""

    def invoke(self, event: Invoke, store: Store) -> Iterator[Store]:
        """A function runs at once, a coroutine function when somebody awaits the call."""
        store, work = self._prepare(event, store)
        if event.deferred:
            store, made = store.make(work.site, work)
            yield self._bind(store, event.target, frozenset({Awaitable(made)}))
            return
        self.note_call(event, store, work)
        for result in self.run(event, store, work):
            if result.raised is not None:
                self._raise_from_outside(result.store, result.raised)
            elif result.value is not None:
                yield self._bind(result.store, event.target, result.value)

    def _raise_out_of_call(self, before: Store, after: Store, raised: Value) -> None:
        """A function that is followed raises. What a timeout raises in there is known to come."""
        exact = all(isinstance(atom, Thrown) and atom.exact for atom in raised)
        if exact and after.is_late and not before.is_late:
            self._raise(after, raised)
        else:
            self._raise_from_outside(after, raised)

    def run(self, at: Event, store: Store, work: Called) -> Iterator[Result]:
        """All ways in which the call can come out that runs `at` an event."""
        event = self._invoked(work)
        for case in _cases(event, store, work):
            if case.answer is None:
                yield from _unfollowed(event, case.store.escape(frozenset(case.generators)))
                continue
            for effect in case.answer.effects:
                after = case.store
                for generator, being, found in zip(
                    case.generators, case.beings, effect.conditions, strict=True
                ):
                    after = after.with_object(generator.object, restored(found, being))
                yield self._come_out(at, event, after, effect, case.generators)

    def note_call(self, at: Event, store: Store, work: Called, *, surely: bool = True) -> None:
        """Note what the call certainly does wrong, or that it does nothing of the kind.

        `surely`: its first operation is done in this store, and not later.
        """
        if self.facts is None:
            return
        event = self._invoked(work)
        for case in _cases(event, store, work):
            operation = Operate(event.node, event.line, "", Operation.CLOSE, "", event.callee)
            request = Request(Operation.CLOSE, event.line, UNKNOWN)
            failing, inside = case.answer.failing if case.answer and surely else None, ""
            if failing is not None:
                inner = failing.use.operation
                assert isinstance(inner, Operate)
                operation = replace(inner, node=event.node, expected=event.expected)
                receiver = frozenset({case.generators[failing.number]})
                request = replace(failing.use.request, receiver=receiver)
                inside = failing.use.inside or event.callee
            self.facts.used(Use(operation, at, request, case.store, inside=inside))

    def _invoked(self, work: Called) -> Invoke:
        event = self._events[work.site]
        assert isinstance(event, Invoke)
        return event

    def _prepare(self, event: Invoke, store: Store) -> tuple[Store, Called]:
        """The call, still to run. Arguments that are not followed escape."""
        found: _Followed = {}
        for parameter, place in event.arguments:
            value = store.value(place)
            atom = next(iter(value))
            if len(value) == 1 and isinstance(atom, Generator) and not atom.object.older:
                found[atom] = (*found.get(atom, ()), parameter)
            else:
                store = store.escape(value)
        opening = event.opening() if found and event.deferred else None
        first = None if opening is None else _begun(opening, found)
        alone = opening is not None and opening.alone
        site = self._sites[id(event)]
        return store, Called(site, tuple(found.items()), first, alone)

    def _come_out(
        self, at: Event, event: Invoke, store: Store, effect: Effect, generators: list[Generator]
    ) -> Result:
        """The call comes out in this way."""
        store = store.doubted() if effect.doubtful else store
        outcome = effect.outcome
        if isinstance(outcome, Handed):
            return Result(store, None, frozenset({generators[outcome.number]}), None)
        if isinstance(outcome, Made):
            return self._made(at, store, outcome)
        if effect.raises:
            return Result(store, None, None, _out_of(event, frozenset({outcome})))
        value = _result(event) if isinstance(outcome, Unknown) else frozenset({outcome})
        return Result(store, None, value, None)

    def _made(self, at: Event, store: Store, outcome: Made) -> Result:
        conditions = sorted(ordered(outcome.conditions), key=origin)
        store, made = store.make(self._sites[id(at)], conditions[0])
        store = store.with_object(made, conditions)
        return Result(store, None, frozenset({Generator(made, outcome.function)}), None)


def _begun(opening: Opening, followed: _Followed) -> Pending | None:
    """The operation that the function begins with, if it is on a generator that is followed."""
    for generator, parameters in followed.items():
        if opening.parameter in parameters:
            sends = UNKNOWN if opening.sends is None else constant(opening.sends)
            return Pending(-1, opening.operation, frozenset({generator}), sends)
    return None


def _cases(event: Invoke, store: Store, work: Called) -> Iterator[Case]:
    """The call, for all states that the generators may be in."""
    store, followed = _known(work, store)
    generators = list(followed)
    if not followed and not event.makes:
        yield Case(store, generators, (), None)
        return
    for beings in itertools.product(*(_states(store, each) for each in generators)):
        before = store
        for generator, being in zip(generators, beings, strict=True):
            before = before.with_object(generator.object, (being,))
        given = tuple(
            Given(followed[generator], generator.function, being.state, being.taken)
            for generator, being in zip(generators, beings, strict=True)
        )
        yield Case(before, generators, beings, event.answer(given))


def _known(work: Called, store: Store) -> tuple[Store, _Followed]:
    """The generators whose states are known when the call runs; the others escape."""
    found: _Followed = {}
    for generator, parameters in work.arguments:
        if generator.object.older or not _states(store, generator):
            store = store.escape(frozenset({generator}))
        else:
            found[generator] = (*found.get(generator, ()), *parameters)
    return store, found


def _states(store: Store, generator: Generator) -> list[Being]:
    """The states that the generator may be in; none where one of them is not known."""
    conditions = sorted(ordered(store.conditions(generator.object)), key=origin)
    known = [c for c in conditions if isinstance(c, Being) and c.state]
    return known if len(known) == len(conditions) else []


def _unfollowed(event: Invoke, store: Store) -> Iterator[Result]:
    """All that the call was given has escaped already."""
    if event.raises or event.deferred:
        yield Result(store, None, None, _out_of(event, ANYTHING))
    yield Result(store, None, _result(event), None)


def _result(event: Invoke) -> Value:
    return UNKNOWN if event.value is None else constant(event.value)


def _out_of(event: Invoke, raised: Value) -> Value:
    """A StopIteration that would leave a coroutine becomes a RuntimeError (PEP 479)."""
    if not event.deferred:
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
