"""Conditions and handlers: which way a store can go, and what it knows behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final, TypeAlias

from genstate.cfg.exceptions import BASE_EXCEPTION, ExceptionClass, Matching
from genstate.cfg.terminators import Branch, Catch, Swallowed
from genstate.cfg.vocabulary import (
    Compare,
    Condition,
    Constant,
    Dependence,
    IsInstance,
    IsNone,
    Place,
    Swallow,
    Test,
    Truth,
)
from genstate.typestate import comparing
from genstate.typestate.store import Store
from genstate.typestate.values import (
    Atom,
    Known,
    Suppressor,
    Thrown,
    Tuple,
    Unknown,
    Value,
    constant,
    is_none,
    ordered,
    truth,
)

Ways: TypeAlias = Iterator[tuple[int, Store]]

_ANSWERS: Final = {True: constant(Constant.TRUE), False: constant(Constant.FALSE)}

_GUESSED: Final = Dependence.ELEMENT | Dependence.GIVEN | Dependence.MADE

#: What a test says of a value of which nothing was known.
_LEARNT: Final = {
    Constant.TRUE: Constant.TRUTHY,
    Constant.FALSE: Constant.FALSY,
    Constant.NONE: Constant.NONE,
    Constant.NOT_NONE: Constant.NOT_NONE,
}


def branch(terminator: Branch, store: Store) -> Ways:
    """The ways that a branch leaves open."""
    ways: list[tuple[int, Store]] = []
    for answer, way in ((True, terminator.yes), (False, terminator.no)):
        after = _assume(store, terminator, answer)
        if after is not None:
            ways.append((way, after))
    if len(ways) > 1 and not _is_decided(terminator.test, store):
        ways = [(way, _asked(terminator, after)) for way, after in ways]
    yield from ways


def _asked(terminator: Branch, store: Store) -> Store:
    """The store on a way that is open because nothing tells the answer.

    Of two conditions about the same variable, the first may well tell the second.
    """
    if terminator.depends:
        store = hanging_on(terminator.depends, store)
    if not terminator.asks:
        return store
    if all(_is_written_down(store.value(name)) for name in terminator.asks):
        store = hanging_on(Dependence.MADE, store)  # there is an answer, but it is not followed
    store = guessing(terminator.asks, store)
    if not terminator.asks.isdisjoint(store.path.asked):
        return store.doubted()
    return store.with_path(replace(store.path, asked=store.path.asked | terminator.asks))


def _is_written_down(value: Value) -> bool:
    return all(isinstance(atom, Known) and atom.exact is not None for atom in value)


def guessing(names: Iterable[str], store: Store) -> Store:
    """The store on a way that is taken or not as the values in these variables decide."""
    return hanging_on(Dependence.MADE, store) if store.path.has_made(names) else store


def hanging_on(depends: Dependence, store: Store) -> Store:
    """The store on a way that is taken or not as these decide."""
    if depends & _GUESSED and not store.path.guessed:
        store = store.with_path(replace(store.path, guessed=True))
    left = store.path.closing or store.path.thrown
    if left and depends & (Dependence.EXCEPTION | Dependence.PROGRESS):
        store = store.doubted()
    return store.doubted_if_late() if Dependence.TIME in depends else store


def _is_decided(test: Test | None, store: Store) -> bool:
    """What is known of the value tells the answer, or which answers there are."""
    if test is None or isinstance(test, Condition):
        return False
    value = store.value(test.place)
    if isinstance(test, IsInstance):
        return all(isinstance(atom, Thrown) or _is_no_instance(test, atom) for atom in value)
    if isinstance(test, Compare):
        return all(comparing.answer(test, atom) is not None for atom in value)
    ask = is_none if isinstance(test, IsNone) else truth
    return all(ask(atom) is not None for atom in value)


def holds(store: Store, test: Truth | None) -> bool:
    """The test is known to come out true."""
    if test is None:
        return False
    if test.memory is not None and store.value(test.memory) == _ANSWERS[True]:
        return True
    return all(truth(atom) is True for atom in store.value(test.place))


def _assume(store: Store, terminator: Branch, answer: bool) -> Store | None:
    """The store, given that the test answers so; None where it cannot."""
    test = terminator.test
    if test is None:
        return store
    if isinstance(test, Condition):
        return _recall(store, test.place, answer, stable=test.stable)
    value = store.value(test.place)
    if isinstance(test, IsInstance):
        return _is_instance(store, test, answer, rejoins=terminator.rejoins)
    if isinstance(test, Compare):
        return _compare(store, test, answer)
    if isinstance(test, IsNone):
        found = _select(value, is_none, answer, Constant.NONE if answer else Constant.NOT_NONE)
        return _narrow(store, test.place, value, found)
    found = _select(value, truth, answer, Constant.TRUE if answer else Constant.FALSE)
    if test.memory is None:
        return _narrow(store, test.place, value, found)
    if not found:
        return None
    if all(truth(atom) is not None for atom in value):
        return _narrow(store, test.place, value, found)
    return _recall(store, test.memory, answer, stable=False)


def _compare(store: Store, test: Compare, answer: bool) -> Store | None:
    value = store.value(test.place)
    found = frozenset(a for a in value if comparing.answer(test, a) in (answer, None))
    after = _narrow(store, test.place, value, found)
    known = all(comparing.answer(test, atom) is not None for atom in value)
    if after is None or known or test.memory is None:
        return after
    return _recall(after, test.memory.place, answer, stable=test.memory.stable)


def _is_instance(store: Store, test: IsInstance, answer: bool, *, rejoins: bool) -> Store | None:
    value = store.value(test.place)
    if any(_is_no_instance(test, atom) for atom in value):
        none = frozenset(atom for atom in value if _is_no_instance(test, atom))
        if answer or none == value:
            return _narrow(store, test.place, value, value - none if answer else none)
        return store
    if test.memory is not None and not any(isinstance(atom, Thrown) for atom in value):
        return _recall(store, test.memory.place, answer, stable=test.memory.stable)
    if test.exactly:
        rest, met = _of_that_class(value, test.handled.classes)
    else:
        rest = _matching(value, test.handled.classes, answer=False)
        met = _matching(value, test.handled.classes, answer=True)
    unsure = any(isinstance(atom, Thrown) for atom in rest) and _may_catch(
        rest, test.handled.bounds
    )
    found = met if answer else rest
    if answer and unsure:
        found |= rest
    after = _narrow(store, test.place, value, found)
    return after.doubted() if after is not None and unsure and not rejoins else after


def _is_no_instance(test: IsInstance, atom: Atom) -> bool:
    """None is no exception."""
    return is_none(atom) is True and not (
        test.handled.bounds
        or any(not each.is_subclass_of(BASE_EXCEPTION) for each in test.handled.classes)
    )


def _of_that_class(value: Value, classes: tuple[ExceptionClass, ...]) -> tuple[Value, Value]:
    """What may be of none of these very classes, and what may be of one."""
    rest: set[Atom] = set()
    met: set[Atom] = set()
    for atom in value:
        if not isinstance(atom, Thrown):
            rest.add(atom)
            met.add(atom)
        elif atom.exact:
            (met if atom.raised in classes else rest).add(atom)
        else:
            rest.add(atom)
            met |= {
                replace(atom, raised=each, exact=True)
                for each in classes
                if each.is_subclass_of(atom.raised) and atom.matches(each) is not Matching.NEVER
            }
    return frozenset(rest), frozenset(met)


def _narrow(store: Store, place: Place, before: Value, after: Value) -> Store | None:
    if not after:
        return None
    return store if after == before else store.refine(place, after)


def _select(
    value: Value, test: Callable[[Atom], bool | None], answer: bool, learnt: Constant
) -> Value:
    """The atoms for which the test can answer so; unknown ones become what is learnt."""
    found: set[Atom] = set()
    for atom in value:
        known = test(atom)
        if known is answer:
            found.add(atom)
        elif known is None:
            found |= _learn(atom, learnt)
    return frozenset(found)


def _learn(atom: Atom, learnt: Constant) -> set[Atom]:
    if (
        learnt is not Constant.NOT_NONE
        and isinstance(atom, Known)
        and atom.constant is Constant.NOT_NONE
    ):
        learnt = Constant.TRUTHY if learnt is Constant.TRUE else Constant.FALSY
        return {Known(learnt, atom.exact)}
    if isinstance(atom, Unknown) or (learnt is Constant.NONE and isinstance(atom, Known)):
        return {Known(_LEARNT[learnt])}
    return {atom}


def _recall(store: Store, place: Place, answer: bool, *, stable: bool) -> Store | None:
    """A condition that was asked before answers as it did, unless something may have changed it."""
    before = store.value(place)
    if before == _ANSWERS[not answer]:
        if stable:
            return None
        return store.doubted()
    return store.refine(place, _ANSWERS[answer])


def catch(terminator: Catch, store: Store) -> Ways:
    """An `except` clause: what it catches, and what passes it by."""
    value = store.value(terminator.place)
    handled = terminator.handled
    if terminator.grouped and any(_may_be_group(atom) for atom in value):
        # What is in the group is not known; of what came in at a yield it matters.
        came_in = store.path.closing or store.path.thrown
        sure = not came_in or BASE_EXCEPTION in handled.classes
        yield terminator.yes, store if sure else store.doubted()
        yield terminator.no, store
        return
    for answer, way in ((True, terminator.yes), (False, terminator.no)):
        found = _matching(value, handled.classes, answer)
        after = _narrow(store, terminator.place, value, found)
        if after is None:
            continue
        unsure = not answer and _may_catch(found, handled.bounds)
        if unsure:
            yield terminator.yes, after.doubted()
        yield way, after.doubted() if unsure and not handled.classes else after


def _may_be_group(atom: Atom) -> bool:
    return not isinstance(atom, Thrown) or (
        not atom.exact or "builtins.BaseExceptionGroup" in atom.raised.mro
    )


def _may_catch(value: Value, bounds: tuple[ExceptionClass, ...]) -> bool:
    """A class that is not known, but for these bounds, could catch one of the exceptions."""
    return any(
        not isinstance(atom, Thrown)
        or atom.raised.is_subclass_of(bound)
        or atom.matches(bound) is not Matching.NEVER
        for atom in value
        for bound in bounds
    )


def _matching(value: Value, classes: tuple[ExceptionClass, ...], answer: bool) -> Value:
    found: set[Atom] = set()
    for atom in value:
        if not isinstance(atom, Thrown):
            found.add(atom)
        elif answer:
            found |= _caught(atom, classes)
        else:
            rest = _passed(atom, classes)
            if rest is not None:
                found.add(rest)
    return frozenset(found)


def _caught(atom: Thrown, classes: tuple[ExceptionClass, ...]) -> set[Atom]:
    found: set[Atom] = set()
    for handler in classes:
        matching = atom.matches(handler)
        if matching is Matching.ALWAYS:
            return {*found, atom}
        if matching is Matching.PERHAPS:
            found.add(atom.narrowed(handler))
            atom = atom.without(handler)
    return found


def _passed(atom: Thrown, classes: tuple[ExceptionClass, ...]) -> Thrown | None:
    for handler in classes:
        matching = atom.matches(handler)
        if matching is Matching.ALWAYS:
            return None
        if matching is Matching.PERHAPS:
            atom = atom.without(handler)
    return atom


def swallowed(terminator: Swallowed, store: Store) -> Ways:
    """A context manager was left by an exception: on behind it, or out of it."""
    for swallow in _suppressors(terminator, store):
        handled = swallow.handled.classes
        met = _matching(store.value(terminator.place), handled, answer=True)
        if met:
            yield terminator.yes, store.refine(terminator.place, met)
        rest = _matching(store.value(terminator.place), handled, answer=False)
        if not rest:
            return
        if swallow.always:
            store = store.refine(terminator.place, rest)
    yield from _left(terminator, store)


def _suppressors(terminator: Swallowed, store: Store) -> Iterator[Swallow]:
    """What the managers on an exit stack swallow, those that were put on it last first."""
    for atom in ordered(store.value(terminator.stack)) if terminator.stack else ():
        for item in reversed(atom.items if isinstance(atom, Tuple) else ()):
            for held in ordered(item):
                if isinstance(held, Suppressor):
                    yield held.swallow


def _left(terminator: Swallowed, store: Store) -> Ways:
    place, swallow = terminator.place, terminator.swallow
    spared = frozenset(a for a in store.value(place) if _is_spared(a, swallow.spared))
    if spared:
        yield terminator.no, store.refine(place, spared)
    value = store.value(place) - spared
    if not value:
        return
    store = store.refine(place, value)
    if _matching(value, swallow.handled.classes, answer=True):
        yield terminator.yes, store
    rest = _matching(value, swallow.handled.classes, answer=False)
    if _may_catch(rest, swallow.handled.bounds):
        yield terminator.yes, store.doubted()
    passing = rest if swallow.always else value
    changed = _matching(passing, swallow.replaced.bounds, answer=True)
    changed = frozenset(atom for atom in changed if isinstance(atom, Thrown))
    if changed:
        yield terminator.no, store.refine(place, changed).doubted()
    passing = _matching(passing, swallow.replaced.classes + swallow.replaced.bounds, answer=False)
    if passing != rest or _may_catch(rest, swallow.handled.bounds):
        # An exception that this very code raises passes by what may be there to swallow it.
        own = frozenset(a for a in passing if isinstance(a, Thrown) and a.origin >= 0)
        if own:
            yield terminator.no, store.refine(place, own).doubted()
        passing -= own
    if passing:
        yield terminator.no, store.refine(place, passing)


def _is_spared(atom: Atom, spared: tuple[ExceptionClass, ...]) -> bool:
    return isinstance(atom, Thrown) and atom.raised in spared
