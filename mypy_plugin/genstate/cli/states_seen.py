"""What `genstate states` shows: for each line, the states that each generator may be in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from genstate.cfg.vocabulary import Place, Role
from genstate.rules.wording import sentence
from genstate.typestate.conditions import Being, Busy, Condition
from genstate.typestate.store import Store
from genstate.typestate.values import Closer, Driven, Generator, Value
from genstate.typestate.watching import Seen, Spot, Watched, is_variable, watch

if TYPE_CHECKING:
    from mypy.checker import TypeChecker

    from genstate.cfg.graph import Graph

UNKNOWN: Final = "unknown"
IN_USE: Final = "in use"
RUNNING: Final = "running"
CLOSING: Final = "being closed"
#: The states, in the order in which a generator goes through them.
ORDER: Final = ("created", "suspended", IN_USE, RUNNING, CLOSING, "closed", UNKNOWN)
CLASSES: Final = ("typing.AsyncGenerator", "typing.Generator")
#: What a loop over something else than a generator goes through.
ITERATOR: Final = "builtins.iter"


class State(NamedTuple):
    """A state that a generator may be in, and how it came there."""

    word: str
    why: str


States: TypeAlias = tuple[State, ...]


class Change(NamedTuple):
    """A generator at a spot: its possible states before it and behind it."""

    name: str
    before: States
    after: States

    def words(self) -> tuple[list[str], list[str]]:
        """The states alone, each once."""
        return _words(self.before), _words(self.after)


@dataclass
class Scope:
    """A function, or the top level of a module.

    Attributes:
        line: of its `def`; 0 for a module.
        spots: the generators at each of its spots.
        created: where each generator was created, by its name.
    """

    line: int
    spots: dict[Spot, list[Change]] = field(default_factory=dict)
    created: dict[str, list[int]] = field(default_factory=dict)


class Collector:
    """Is shown each function of a module, and keeps what there is to see."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._scopes: dict[tuple[int, int], Scope] = {}

    def __call__(self, checker: TypeChecker, graph: Graph) -> None:
        if checker.path == self._path:
            place = (getattr(graph.node, "line", 0), getattr(graph.node, "column", 0))
            self._scopes[place] = scope_of(graph)

    def scopes(self) -> list[Scope]:
        """The functions in the order of the source."""
        return [self._scopes[place] for place in sorted(self._scopes)]


def scope_of(graph: Graph) -> Scope:
    """Solve a function, and name its generators."""
    watched = watch(graph)
    naming = _Naming(graph, watched)
    scope = Scope(getattr(graph.node, "line", 0))
    for spot in sorted(watched.spots):
        changes = list(naming.changes(watched.spots[spot]))
        if changes:
            scope.spots[spot] = changes
    shown = {change.name for changes in scope.spots.values() for change in changes}
    scope.created = {name: sorted(naming.created[name]) for name in shown & naming.created.keys()}
    return scope


class _Naming:
    """The generators of a function by the names under which a reader knows them."""

    def __init__(self, graph: Graph, watched: Watched) -> None:
        self._graph = graph
        self._origins = watched.origins
        self._given = frozenset(_given(graph))
        self.created: dict[str, list[int]] = {}
        self._variables = set(self._given)
        stores = [s for seen in watched.spots.values() for s in (*seen.before, *seen.after)]
        for store in dict.fromkeys(stores):
            self._look_at(store)

    def _look_at(self, store: Store) -> None:
        for place, value in store.places.items():
            for generator in _generators(value):
                if is_variable(place):
                    self._variables.add(place)
                name = _bare(place) if is_variable(place) else f"{generator.function.name}()"
                line = self._origins.get(generator.object.site, 0)
                lines = self.created.setdefault(name, [])
                if line and line not in lines:
                    lines.append(line)

    def changes(self, seen: Seen) -> Iterator[Change]:
        before, after = self._states(seen.before), self._states(seen.after)
        for name in sorted(before.keys() | after.keys()):
            yield Change(name, _in_order(before.get(name, ())), _in_order(after.get(name, ())))

    def _states(self, stores: Iterable[Store]) -> dict[str, set[State]]:
        found: dict[str, set[State]] = {}
        closing = Counter[int]()
        for store in stores:
            if store.path.likely:
                closing[store.path.closing] += 1
            named = self._named(store)
            for name, states in (*named.items(), *self._nameless(store).items()):
                found.setdefault(name, set()).update(states)
        if self._graph.yields is not None and self._graph.role is Role.PLAIN:
            states = {
                State(CLOSING, f'GeneratorExit was raised at the "yield" on line {line}')
                for line in closing
                if line
            }
            if states:
                if closing[0]:
                    states.add(State(RUNNING, "The body runs"))
                found[f"{self._graph.name} (this generator)"] = states
        return found

    def _named(self, store: Store) -> dict[str, set[State]]:
        found: dict[str, set[State]] = {}
        for place in self._variables:
            if store.is_unbound(place):
                continue
            states = set(_states_of(store.value(place), store, given=place in self._given))
            if states:
                found.setdefault(_bare(place), set()).update(states)
        return found

    def _nameless(self, store: Store) -> dict[str, set[State]]:
        """Generators that no variable holds, such as one that a loop goes through."""
        held = {
            generator.object
            for place in self._variables
            for generator in _generators(store.places.get(place, frozenset()))
        }
        found: dict[str, set[State]] = {}
        for place, value in store.places.items():
            for generator in () if is_variable(place) else _generators(value):
                if generator.object not in held:
                    states = _states_of(frozenset({generator}), store, given=False)
                    found.setdefault(f"{generator.function.name}()", set()).update(states)
        return found


def _given(graph: Graph) -> Iterator[Place]:
    """The parameters that are generators by their types."""
    for argument in getattr(graph.node, "arguments", ()):
        kind = argument.variable.type
        bases = getattr(getattr(kind, "type", None), "mro", ())
        if any(base.fullname in CLASSES for base in bases):
            yield argument.variable.name


def _generators(value: Value) -> Iterator[Generator]:
    for atom in value:
        if isinstance(atom, Closer):
            yield from _generators(atom.value)
            continue
        held = atom.generator if isinstance(atom, Driven) else atom
        if isinstance(held, Generator) and held.function.fullname != ITERATOR:
            yield held


def _states_of(value: Value, store: Store, *, given: bool) -> Iterator[State]:
    generators = list(_generators(value))
    for generator in generators:
        yield from map(_state, store.conditions(generator.object))
    if not generators and not any(_is_something_else(atom) for atom in value):
        why = "It comes from outside of this function" if given else "genstate has lost sight of it"
        yield State(UNKNOWN, why)


def _is_something_else(atom: object) -> bool:
    """Is it certainly no generator?"""
    return type(atom).__name__ != "Unknown"


def _state(condition: Condition) -> State:
    if isinstance(condition, Busy):
        return State(IN_USE, "An operation on it was handed over and goes on")
    if isinstance(condition, Being) and condition.state:
        return State(condition.state, sentence([condition]))
    return State(UNKNOWN, "Code that genstate does not follow has got hold of it")


def _bare(place: Place) -> str:
    """The variable of a comprehension has a number behind its name."""
    return place.partition("'")[0]


def _in_order(states: Iterable[State]) -> States:
    return tuple(sorted(states, key=lambda state: (ORDER.index(state.word), state.why)))


def _words(states: Collection[State]) -> list[str]:
    return list(dict.fromkeys(state.word for state in states))
