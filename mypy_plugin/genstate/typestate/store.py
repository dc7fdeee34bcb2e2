"""The abstract state of a function at one point of a path: places, objects, and the path."""

from __future__ import annotations

import functools
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import replace
from typing import Final

from genstate.cfg.vocabulary import REMEMBERED, Constant, Place
from genstate.flow.lattice import Precision
from genstate.typestate import references
from genstate.typestate.conditions import LOST, Being, Busy, Condition, Done, either, is_final
from genstate.typestate.path import Path
from genstate.typestate.uniting import is_too_much, united
from genstate.typestate.values import UNBOUND, UNKNOWN, Object, Unbound, Value, constant

#: The values by which paths are told apart as long as possible.
_FLAGS: Final = frozenset({constant(Constant.TRUE), constant(Constant.FALSE)})


class Store:
    """Immutable. `places` holds what is known of places (a missing one: nothing is),
    `objects` the possible states of the objects that places refer to.
    """

    __slots__ = ("_hash", "objects", "path", "places", "rebound", "shared")

    def __init__(
        self,
        places: Mapping[Place, Value],
        objects: Mapping[Object, frozenset[Condition]],
        path: Path,
        shared: frozenset[Place] = frozenset(),
        rebound: frozenset[Place] = frozenset(),
    ) -> None:
        self.places = places
        self.objects = objects
        self.path = path
        self.shared = shared
        self.rebound = rebound
        self._hash: int | None = None

    def __hash__(self) -> int:
        """Found out when it is first asked for: that of most stores never is."""
        if self._hash is None:
            objects = frozenset(self.objects.items())
            self._hash = hash((self.path, objects, frozenset(self.places.items())))
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, Store)
            and hash(self) == hash(other)
            and self.path == other.path
            and self.places == other.places
            and self.objects == other.objects
            and self.shared == other.shared
            and self.rebound == other.rebound
        )

    # Reading.

    def value(self, place: Place) -> Value:
        """What `place` may hold when it is read."""
        value = self.places.get(place, UNKNOWN)
        return value - UNBOUND if len(value) > 1 else value

    def is_unbound(self, place: Place) -> bool:
        """Reading `place` certainly raises."""
        return self.places.get(place) == UNBOUND

    def conditions(self, target: Object) -> frozenset[Condition]:
        """The states that an object may be in."""
        return self.objects.get(target, frozenset({LOST}))

    def refers(self, place: Place, target: Object) -> bool:
        """Code that reads `place` can get at the object."""
        return target in references.reachable(self.places.get(place, UNKNOWN), self.objects)

    @property
    def is_late(self) -> bool:
        """The time of some operation was over: what is asked now may be whether it was."""
        return any(
            isinstance(condition, Being) and condition.is_late
            for conditions in self.objects.values()
            for condition in conditions
        )

    # Writing: each gives a new store.

    def bind(
        self, place: Place, value: Value, dependents: Mapping[Place, tuple[Place, ...]]
    ) -> Store:
        """`place` gets `value`; answers to conditions that read it (`dependents`) are forgotten."""
        places = dict(self.places)
        for condition in dependents.get(place, ()):
            places.pop(condition, None)
        store = self
        if place in self.shared:
            store = self.escape(value)
            if place in self.rebound:
                value = UNKNOWN
        if value == UNKNOWN:
            places.pop(place, None)
        else:
            places[place] = value
        return store.with_places(places)

    def refine(self, place: Place, value: Value) -> Store:
        """The value of `place` is found to be one of `value`."""
        if self.places.get(place, UNKNOWN) == value or place in self.rebound:
            return self
        return self.with_places({**self.places, place: value})

    def with_places(self, places: Mapping[Place, Value]) -> Store:
        return Store(places, self.objects, self.path, self.shared, self.rebound)

    def with_path(self, path: Path) -> Store:
        if path == self.path:
            return self
        return Store(self.places, self.objects, path, self.shared, self.rebound)

    def doubted(self) -> Store:
        """The same, on a way that is not likely to be taken."""
        if self.path.doubtful:
            return self
        return self.with_path(replace(self.path, doubtful=True))

    def doubted_if_late(self) -> Store:
        """Behind a timeout, what is not known to happen may be nothing that can happen there."""
        return self.doubted() if self.is_late else self

    def with_object(self, target: Object, conditions: Iterable[Condition]) -> Store:
        """The object is in one of `conditions` now."""
        found = frozenset(conditions)
        old = self.objects.get(target)
        if old is not None and LOST in old:
            return self
        if target.older and old is not None:
            found = either(found, old)
        if found == old:
            return self
        objects = {**self.objects, target: found}
        return Store(self.places, objects, self.path, self.shared, self.rebound)

    def end(self, target: Object, being: Being) -> Store:
        """The object is at its end now, whatever was known of it: nobody can start it again."""
        if target.older:
            return self
        objects = {**self.objects, target: frozenset({being})}
        return Store(self.places, objects, self.path, self.shared, self.rebound)

    def make(self, site: int, condition: Condition) -> tuple[Store, Object]:
        """A new object of `site`; the one before joins the older ones of that site."""
        newest = Object(site)
        store = self._age(newest) if newest in self.objects else self
        objects = {**store.objects, newest: frozenset({condition})}
        return Store(store.places, objects, store.path, store.shared, store.rebound), newest

    def _age(self, newest: Object) -> Store:
        older = Object(newest.site, older=True)
        places = {
            place: frozenset(references.renamed(atom, newest, older) for atom in value)
            for place, value in self.places.items()
        }
        objects: dict[Object, frozenset[Condition]] = {}
        for target, conditions in self.objects.items():
            renamed = older if target == newest else target
            conditions = frozenset(references.aged(c, newest, older) for c in conditions)
            objects[renamed] = either(objects.get(renamed, frozenset()), conditions)
        store = Store(places, objects, self.path, self.shared, self.rebound)
        if LOST in objects.get(older, ()):
            for value in references.awaited(
                self.objects[newest] | self.objects.get(older, frozenset())
            ):
                store = store.escape(value)
        return store

    def share(self, captured: Iterable[Place], rebound: Iterable[Place]) -> Store:
        """From now on closures may read `captured` and rebind `rebound`."""
        store = self
        places = dict(self.places)
        for place in captured:
            store = store.escape(self.places.get(place, UNKNOWN))
        for place in rebound:
            places.pop(place, None)
        shared = self.shared.union(captured)
        return Store(places, store.objects, self.path, shared, self.rebound.union(rebound))

    def touched(self, places: frozenset[Place]) -> Store:
        """Code that is not followed may now have read and rebound `places`."""
        known = self.places.keys() & places
        store = self
        for place in known:
            store = store.escape(self.places[place])
        return store.without(known)

    def suspended(self, *, surely: bool = False) -> Store:
        """The function may wait: what is in flight may go on, and come to its end.

        `surely`: it does wait.
        """
        changed: dict[Object, frozenset[Condition]] = {}
        for target, conditions in self.objects.items():
            if any(isinstance(condition, (Busy, Done)) for condition in conditions):
                found = frozenset(_gone_on(condition, surely=surely) for condition in conditions)
                if found != conditions:
                    changed[target] = found
        if not changed:
            return self
        objects = {**self.objects, **changed}
        return Store(self.places, objects, self.path, self.shared, self.rebound)

    def without(self, forgotten: Iterable[Place]) -> Store:
        """Nothing is known of these places any more."""
        places = dict(self.places)
        for place in forgotten:
            places.pop(place, None)
        return self if len(places) == len(self.places) else self.with_places(places)

    def escape(self, value: Value) -> Store:
        """Code that is not followed gets hold of what `value` refers to."""
        store = self
        if not references.refers(value):
            return store
        for target in references.reachable(value, self.objects):
            conditions = store.objects.get(target)
            if conditions is not None and not all(is_final(c) for c in conditions):
                store = Store(
                    store.places,
                    {**store.objects, target: references.let_go(conditions)},
                    store.path,
                    store.shared,
                    store.rebound,
                )
        return store

    def restrict(self, live: frozenset[Place]) -> Store:
        """Drop the places that are not live, and the objects that only they refer to."""
        if len(live) + len(self.shared) < len(self.places) // 2:
            return self._only(live | self.shared)
        dead = [place for place in self.places if place not in live and place not in self.shared]
        if not dead:
            return self
        places = dict(self.places)
        garbage: set[Object] = set()
        for place in dead:
            value = places.pop(place)
            if references.refers(value):
                garbage.update(references.reachable(value, self.objects))
        objects = self.objects
        if garbage:
            held = references.held(places.values(), garbage, self.objects)
            objects = {t: c for t, c in objects.items() if t not in garbage or t in held}
        return Store(places, objects, self.path, self.shared, self.rebound)

    def _only(self, live: frozenset[Place]) -> Store:
        """Keep a few places, and the objects that they refer to."""
        places = {place: self.places[place] for place in live if place in self.places}
        kept = {
            target
            for value in places.values()
            for target in references.reachable(value, self.objects)
        }
        objects = {target: self.objects[target] for target in kept if target in self.objects}
        return Store(places, objects, self.path, self.shared, self.rebound)

    # Lattice.

    def key(self, precision: Precision) -> Hashable:
        """Paths are told apart by what has happened on them as long as possible, then by flags, by
        the answers to conditions, by the states of objects, and by what refers to which object.
        How objects came into their states counts least.
        """
        path = self.path.key(precision)
        if precision >= Precision.COARSER:
            return path
        flags = [(place, value) for place, value in self.places.items() if value in _FLAGS]
        if precision is Precision.COARSE:
            return (path, frozenset(flag for flag in flags if not flag[0].startswith(REMEMBERED)))
        if precision is Precision.MEDIUM:
            return (path, frozenset(flags))
        states = frozenset(zip(self.objects, map(_states, self.objects.values()), strict=True))
        if precision is Precision.FINE:
            return (path, frozenset(flags), states)
        return (path, frozenset(self.places.items()), states)

    def join(self, other: Store) -> Store:
        if self == other:
            return self
        places = dict(self.places)
        lost: list[Value] = []
        for place, value in self.places.items():
            held = other.places.get(place, UNKNOWN)
            if held is value:
                continue
            joined = united(value, held)
            if joined >= UNKNOWN or is_too_much(joined):
                lost.append(joined)
                del places[place]
            else:
                places[place] = joined
        lost += [value for place, value in other.places.items() if place not in self.places]
        objects = dict(self.objects)
        for target, theirs in other.objects.items():
            ours = objects.get(target, theirs)
            objects[target] = found = ours if ours is theirs else either(ours, theirs)
            if LOST in found:
                lost += references.awaited(ours | theirs)
        shared = self.shared | other.shared
        rebound = self.rebound | other.rebound
        store = Store(places, objects, self.path.join(other.path), shared, rebound)
        for value in lost:
            store = store.escape(value)
        return store


def _gone_on(condition: Condition, *, surely: bool) -> Condition:
    if isinstance(condition, Done) and condition.pending is not None:
        begun = condition.begun or (surely and not condition.cancelled)
        return replace(condition, begun=begun)
    if not isinstance(condition, Busy):
        return condition
    begun = condition.begun or surely
    return replace(condition, unfinished=False, fresh=False, begun=begun)


@functools.lru_cache(maxsize=1024)
def _states(conditions: frozenset[Condition]) -> Hashable:
    """The conditions, without how they came about, but for a timeout."""
    return frozenset((c.state, c.is_late) if isinstance(c, Being) else c for c in conditions)


def initial(
    unbound: Iterable[Place],
    bound: Mapping[Place, Value],
    objects: Mapping[Object, frozenset[Condition]],
) -> Store:
    """The store at the entry of a function: its own variables have no values yet."""
    return Store({**dict.fromkeys(unbound, frozenset({Unbound()})), **bound}, objects, Path())
