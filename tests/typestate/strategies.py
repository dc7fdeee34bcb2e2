"""Stores as the analysis may come to hold them, for property tests."""

from __future__ import annotations

from hypothesis import strategies as st

from genstate.cfg.exceptions import BASE_EXCEPTION, EXCEPTION, GENERATOR_EXIT, VALUE_ERROR
from genstate.cfg.vocabulary import Constant, Operation
from genstate.typestate.conditions import LOST, Being, Condition, Done, Pending, is_final, kind
from genstate.typestate.path import Path
from genstate.typestate.store import Store
from genstate.typestate.values import (
    UNBOUND,
    UNKNOWN,
    Atom,
    Awaitable,
    Closer,
    Generator,
    Known,
    Object,
    Thrown,
    Tuple,
    Value,
    is_none,
    truth,
)
from tests.typestate.programs import ECHO

PLACES = ("x", "y", "z", "%1", "%2")
GENERATORS = tuple(Object(site, older) for site in (0, 1) for older in (False, True))
#: The site of the operations that are waiting.
SITE = 3
AWAITABLES = tuple(Object(site) for site in (10, 11))

_simple: st.SearchStrategy[Atom] = st.one_of(
    st.sampled_from([Known(constant) for constant in Constant]),
    st.sampled_from([Generator(target, ECHO) for target in GENERATORS]),
    st.sampled_from(
        [
            Thrown(VALUE_ERROR, exact=True),
            Thrown(EXCEPTION),
            Thrown(BASE_EXCEPTION, excluded=frozenset({GENERATOR_EXIT})),
        ]
    ),
)
_generators: st.SearchStrategy[Value] = st.frozensets(
    st.sampled_from([Generator(target, ECHO) for target in GENERATORS]), min_size=1, max_size=2
)
_values: st.SearchStrategy[Value] = st.frozensets(_simple, min_size=1, max_size=3)
_items = st.one_of(_values, st.just(UNKNOWN))
_atoms: st.SearchStrategy[Atom] = st.one_of(
    _simple,
    st.sampled_from([Awaitable(target) for target in AWAITABLES]),
    st.builds(Closer, _generators),
    st.builds(Tuple, st.lists(_items, max_size=2).map(tuple)),
)
values: st.SearchStrategy[Value] = st.frozensets(_atoms, min_size=1, max_size=4)
_perhaps_unbound = values.map(lambda value: value | UNBOUND)

_beings: st.SearchStrategy[Condition] = st.builds(
    Being,
    st.sampled_from(["created", "suspended", "closed"]),
    st.just("how"),
    st.integers(1, 2),
)
_waiting: st.SearchStrategy[Condition] = st.one_of(
    st.builds(
        Pending,
        st.just(SITE),
        st.sampled_from(Operation),
        _generators,
        st.one_of(_generators, st.just(UNKNOWN)),
    ),
    st.builds(Done, st.just(SITE), st.integers(1, 2)),
)


def _conditions(one: st.SearchStrategy[Condition]) -> st.SearchStrategy[frozenset[Condition]]:
    return st.one_of(st.just(frozenset({LOST})), st.frozensets(one, min_size=1, max_size=3))


paths = st.builds(
    Path,
    closing=st.sampled_from([0, 3, 4]),
    yielded=st.sampled_from([0, 5, 6]),
    thrown=st.booleans(),
    doubtful=st.booleans(),
    failing=st.booleans(),
    guessed=st.booleans(),
)


@st.composite
def stores(draw: st.DrawFn, *, unbound: bool = True) -> Store:
    """A store with a state for each object that something refers to.

    Without `unbound`, all variables are bound: a variable that is bound on some paths only is read
    as if it was bound.
    """
    choice = st.one_of(values, _perhaps_unbound, st.just(UNBOUND)) if unbound else values
    places = draw(st.dictionaries(st.sampled_from(PLACES), choice, max_size=4))
    objects = {target: draw(_conditions(_beings)) for target in GENERATORS}
    objects |= {target: draw(_conditions(_waiting)) for target in AWAITABLES}
    shared = draw(st.frozensets(st.sampled_from(("x", "y")), max_size=1))
    store = Store(places, objects, draw(paths), shared)
    held = {target: objects[target] for target in _referred_to(store)}
    return Store(places, held, store.path, shared)


# What it means for one abstract value to stand for another.


def covers(whole: Store, part: Store) -> bool:
    """Whatever `part` takes for possible, `whole` takes for possible too.

    Whether it takes that for likely is another question: rules about what *may* happen ask for it.
    """
    return (
        all(_covers_value(whole, place, part) for place in {*whole.places, *part.places})
        and all(
            _covers_object(whole, part, target)
            for target in {*_referred_to(part)} & {*_referred_to(whole)}
        )
        and part.shared <= whole.shared
        and part.rebound <= whole.rebound
        and (whole.path.merged or _same_kind(whole.path, part.path))
    )


def _referred_to(store: Store) -> list[Object]:
    return [t for t in store.objects if any(store.refers(place, t) for place in store.places)]


def _covers_value(whole: Store, place: str, part: Store) -> bool:
    value = whole.places.get(place, UNKNOWN)
    atoms = part.places.get(place, UNKNOWN)
    return value >= UNKNOWN or all(_covers_atom(whole, value, atom, part) for atom in atoms)


def _covers_atom(whole: Store, value: Value, atom: Atom, part: Store) -> bool:
    """Is the atom one of the value, or one of those that something more general stands for?"""
    if atom in value:
        return True
    if isinstance(atom, Thrown) and any(_is_more_general(kept, atom) for kept in value):
        return True
    alone = part.with_places({"atom": frozenset({atom})})
    return any(isinstance(kept, Known) and _allows(kept.constant, atom) for kept in value) and all(
        _is_given_up(whole, target) for target in _referred_to(alone)
    )


def _is_more_general(kept: Atom, atom: Thrown) -> bool:
    return (
        isinstance(kept, Thrown)
        and not kept.exact
        and atom.raised.is_subclass_of(kept.raised)
        and not any(atom.raised.is_subclass_of(other) for other in kept.excluded - atom.excluded)
    )


def _allows(constant: Constant, atom: Atom) -> bool:
    if constant is Constant.NOT_NONE:
        return is_none(atom) is not True
    if constant in (Constant.TRUTHY, Constant.FALSY):
        return truth(atom) is not (constant is Constant.FALSY)
    return False


def _covers_object(whole: Store, part: Store, target: Object) -> bool:
    known = whole.conditions(target)
    if LOST not in known:
        return _but_for_origins(part.conditions(target)) <= _but_for_origins(known)
    # Unknown code has hold of it, and of all that it leads to.
    return all(
        _is_given_up(whole, atom.object)
        for condition in part.conditions(target)
        if isinstance(condition, Pending)
        for atom in condition.receiver | condition.argument
        if isinstance(atom, Generator)
    )


def _is_given_up(store: Store, target: Object) -> bool:
    """The store claims nothing of the object that unknown code could change."""
    return all(condition == LOST or is_final(condition) for condition in store.conditions(target))


def _but_for_origins(conditions: frozenset[Condition]) -> set[object]:
    return {Done(0, 0) if isinstance(c, Done) else kind(c) for c in conditions}


def _same_kind(first: Path, second: Path) -> bool:
    return (
        bool(first.closing) == bool(second.closing)
        and bool(first.yielded) == bool(second.yielded)
        and first.thrown == second.thrown
        and first.scopes == second.scopes
    )
