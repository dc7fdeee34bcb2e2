"""The laws of the lattice of stores."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from genstate.cfg.vocabulary import Constant
from genstate.flow.lattice import Precision
from genstate.typestate.conditions import LOST, Being, Condition
from genstate.typestate.path import Path
from genstate.typestate.store import Store
from genstate.typestate.values import Generator, Object, Value, constant
from tests.typestate.programs import ECHO
from tests.typestate.strategies import GENERATORS, PLACES, covers, paths, stores, values

pytestmark = pytest.mark.any_mypy

precisions = st.sampled_from([p for p in Precision if Precision.EXACT < p < Precision.COARSEST])


@given(stores())
def test_join_is_idempotent(store: Store) -> None:
    assert store.join(store) == store
    equal = Store(store.places, store.objects, store.path, store.shared, store.rebound)
    assert store.join(equal) == store


@given(stores(), stores())
def test_join_is_commutative(first: Store, second: Store) -> None:
    assert first.join(second) == second.join(first)


@given(stores(), stores(), stores())
def test_join_is_associative(first: Store, second: Store, third: Store) -> None:
    """The order decides no more than how early an object gets out of sight."""
    left, right = first.join(second).join(third), first.join(second.join(third))
    assert left.places == right.places
    assert left.path == right.path
    assert (left.shared, left.rebound) == (right.shared, right.rebound)
    for target in left.objects:
        found = {left.conditions(target), right.conditions(target)}
        assert len(found) == 1 or frozenset({LOST}) in found


@given(stores(), stores())
def test_join_is_an_upper_bound(first: Store, second: Store) -> None:
    joined = first.join(second)
    assert covers(joined, first)
    assert covers(joined, second)


@given(stores(), stores())
def test_join_absorbs(first: Store, second: Store) -> None:
    joined = first.join(second)
    assert joined.join(first) == joined
    assert joined.join(second) == joined


@given(stores(), stores())
def test_join_changes_neither_side(first: Store, second: Store) -> None:
    before = [
        (dict(store.places), dict(store.objects), store.path, store.shared, hash(store))
        for store in (first, second)
    ]
    first.join(second)
    after = [
        (dict(store.places), dict(store.objects), store.path, store.shared, hash(store))
        for store in (first, second)
    ]
    assert before == after


@given(stores(), stores(), precisions)
def test_join_keeps_the_key_that_both_sides_have(
    first: Store, second: Store, precision: Precision
) -> None:
    second = second.with_path(first.path)
    assume(first.key(precision) == second.key(precision))
    assert first.join(second).key(precision) == first.key(precision)


def test_how_a_state_came_about_counts_least() -> None:
    gen: Value = frozenset({Generator(Object(0), ECHO)})
    closed = [
        Store({"gen": gen}, {Object(0): frozenset({Being("closed", how, 3)})}, Path())
        for how in ("closed", "exhausted")
    ]
    first, second = closed
    assert first.key(Precision.FINEST) == second.key(Precision.FINEST)


@given(stores(), stores())
def test_equal_stores_have_equal_hashes(first: Store, second: Store) -> None:
    same = Store(dict(first.places), dict(first.objects), first.path, first.shared, first.rebound)
    assert same == first
    assert hash(same) == hash(first)
    assert (first == second) == (second == first)


@given(stores(), values)
def test_what_escapes_is_unknown_and_stays_so(store: Store, value: Value) -> None:
    escaped = store.escape(value)
    assert covers(escaped, store)
    assert escaped.escape(value) == escaped


@given(stores(), st.frozensets(st.sampled_from(PLACES)))
def test_dropping_what_is_not_live_only_forgets(store: Store, live: frozenset[str]) -> None:
    kept = store.restrict(live)
    assert set(kept.places) <= live | store.shared
    assert all(kept.places[place] == store.places[place] for place in kept.places)
    for target in GENERATORS:
        if any(kept.refers(place, target) for place in kept.places):
            assert kept.objects[target] == store.objects[target]


@given(stores(), st.sampled_from(PLACES), values)
def test_binding_replaces(store: Store, place: str, value: Value) -> None:
    bound = store.bind(place, value, {})
    assert bound.places[place] == value
    assert {p: v for p, v in bound.places.items() if p != place} == {
        p: v for p, v in store.places.items() if p != place
    }


def test_binding_forgets_the_conditions_that_read_the_place() -> None:
    true = constant(Constant.TRUE)
    store = Store({"?x": true, "?y": true}, {}, Path())
    assert store.bind("x", true, {"x": ("?x",)}).places == {"x": true, "?y": true}


@pytest.mark.parametrize("target", GENERATORS)
def test_only_the_newest_object_of_a_site_is_updated_strongly(target: Object) -> None:
    created, closed = Being("created"), Being("closed")
    store = Store({}, {target: frozenset({created})}, Path()).with_object(target, [closed])
    assert store.conditions(target) == ({created, closed} if target.older else {closed})


@given(stores(), st.sampled_from([0, 1]))
def test_a_new_object_leaves_the_older_ones_as_they_may_be(store: Store, site: int) -> None:
    newest, older = Object(site), Object(site, older=True)
    nothing: frozenset[Condition] = frozenset()
    before = store.objects.get(newest, nothing) | store.objects.get(older, nothing)
    made, target = store.make(site, Being("created"))
    assert target == newest
    assert made.conditions(newest) == {Being("created")}
    assert made.objects.get(older, nothing) in (before, {LOST})
    assert all(
        getattr(atom, "object", None) != newest for value in made.places.values() for atom in value
    )


@given(paths, paths)
def test_paths_that_differ_are_merged(first: Path, second: Path) -> None:
    joined = first.join(second)
    assert joined == second.join(first)
    assert joined.merged == (first.key(Precision.FINE) != second.key(Precision.FINE))


def test_flags_are_kept_apart_longer_than_answers_to_conditions() -> None:
    yes, no = constant(Constant.TRUE), constant(Constant.FALSE)
    stores = [
        Store({"failed": failed, "?(> a 0)": answer}, {}, Path())
        for failed in (yes, no)
        for answer in (yes, no)
    ]
    medium = {store.key(Precision.MEDIUM) for store in stores}
    coarse = {store.key(Precision.COARSE) for store in stores}
    coarser = {store.key(Precision.COARSER) for store in stores}
    assert (len(medium), len(coarse), len(coarser)) == (4, 2, 1)
