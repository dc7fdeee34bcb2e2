"""What the solved flow says about each use of a generator and each yield: what rules read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from genstate.cfg.events import Await, Consume, Discard, Event, Operate, Start, Yield
from genstate.cfg.exceptions import ExceptionClass
from genstate.cfg.terminators import Next, Return
from genstate.cfg.vocabulary import Constant, Place
from genstate.typestate.conditions import Being
from genstate.typestate.operations import Request
from genstate.typestate.path import Path
from genstate.typestate.store import Store
from genstate.typestate.values import Driven, Generator, Value, constant, ordered

#: The events that take values out of generators, or do something else to them.
Driving: TypeAlias = Operate | Next | Consume


@dataclass(frozen=True, slots=True)
class Use:
    """An operation takes effect, in one store.

    Attributes:
        operation: the event at which the operation is written.
        at: the event at which it takes effect.
        request: what is done to what.
        store: the state before it.
        again: a loop goes round, which has entered the generator before.
        inside: the function of the same module that does it, when it is called here.
    """

    operation: Driving
    at: Event
    request: Request
    store: Store
    again: bool = False
    inside: str = ""

    def generators(self) -> list[Generator] | None:
        """The generators that it is done to; None where they are not all known."""
        found = [atom for atom in ordered(self.request.receiver) if isinstance(atom, Generator)]
        return found if len(found) == len(self.request.receiver) else None

    def states(self) -> frozenset[Being] | None:
        """The states that these may be in; None where they are not all known."""
        generators = self.generators()
        if generators is None:
            return None
        found: set[Being] = set()
        for generator in generators:
            for condition in self.store.conditions(generator.object):
                if not isinstance(condition, Being) or not condition.state:
                    return None
                found.add(condition)
        return frozenset(found)


@dataclass(frozen=True, slots=True)
class End:
    """A way out of the function.

    Attributes:
        store: the state behind it.
        value: what the function returns, or raises.
        raises: it is an exception.
    """

    store: Store
    value: Value
    raises: bool


@dataclass(frozen=True, slots=True)
class Reuse:
    """An awaitable is awaited that was awaited before.

    Attributes:
        operation: the event that made it.
        line: where it was awaited first.
        goes_on: that is not over yet; None where it may be over, or not.
    """

    operation: Operate
    line: int
    goes_on: bool | None = False


@dataclass(frozen=True, slots=True)
class Clash:
    """An operation meets another one on the same generator, which cannot have finished.

    Attributes:
        generator: the generator.
        starter: the event that handed the other one over.
        operations: where the two are written, if both are still to be begun.
    """

    generator: Generator
    starter: Start
    operations: frozenset[Event]


E = TypeVar("E", bound=Event)
T = TypeVar("T")

#: Facts by place in the source: what is laid down in several copies is judged by all of them.
ByPlace: TypeAlias = dict[object, tuple[E, list[T]]]


@dataclass(slots=True)
class Facts:
    """Collected in one last pass over the solved flow, store by store.

    Attributes:
        overtaken: operations that were handed over, to begin when the function waits; before that,
            something else may be done to their generator.
        unbegun: of these, those that may be cancelled before they begin.
        forestalled: those whose generator may be closed before they begin.
        fails: some exception leaves the function.
        ends: the ways out of the function; None where nobody asks for them.
    """

    uses: ByPlace[Driving, Use] = field(default_factory=dict)
    yields: ByPlace[Yield, Path] = field(default_factory=dict)
    discards: ByPlace[Discard, tuple[Place, Store]] = field(default_factory=dict)
    returns: ByPlace[Return, Path] = field(default_factory=dict)
    results: ByPlace[Return, Value] = field(default_factory=dict)
    awaited: ByPlace[Await | Start, Reuse | None] = field(default_factory=dict)
    driven: ByPlace[Await | Next | Start, Clash | None] = field(default_factory=dict)
    lost: dict[Generator, set[int]] = field(default_factory=dict)
    escaping: ByPlace[Event, tuple[ExceptionClass, Path]] = field(default_factory=dict)
    overtaken: set[object] = field(default_factory=set)
    unbegun: set[Event] = field(default_factory=set)
    forestalled: set[Event] = field(default_factory=set)
    fails: bool = False
    ends: list[End] | None = None

    def used(self, use: Use) -> None:
        """An operation takes effect. Where it was made before, it may do so at several places."""
        _note(self.uses, use.operation, use.operation.node, use)

    def reused(self, event: Await | Start, node: object, reuse: Reuse | None) -> None:
        """An awaitable is awaited at `node`, or handed over: for the second time, or not."""
        _note(self.awaited, event, node, reuse)

    def drives(self, event: Await | Next | Start, node: object, clash: Clash | None) -> None:
        """An operation begins at `node`: while another one goes on, or not."""
        _note(self.driven, event, node, clash)

    def left(self, store: Store, after: Store | None) -> None:
        """Control goes on, or out of the function: what nothing refers to any more is lost.

        A generator that is waiting at a yield then goes on waiting, until it is collected.
        """
        if store.path.doubtful:
            return
        for generator in _generators(store):
            if after is not None and generator.object in after.objects:
                continue
            conditions = store.conditions(generator.object)
            if all(isinstance(c, Being) and c.state == "suspended" for c in conditions):
                lines = {c.line for c in conditions if isinstance(c, Being)}
                self.lost.setdefault(generator, set()).update(lines)

    def yielded(self, event: Yield, store: Store) -> None:
        _note(self.yields, event, event.node, store.path)

    def discarded(self, event: Discard, store: Store) -> None:
        _note(self.discards, event, event.node, (event.value, store))

    def returned(self, event: Return, store: Store) -> None:
        _note(self.returns, event, event.node, store.path)
        value = constant(Constant.NONE) if event.place is None else store.value(event.place)
        _note(self.results, event, event.node, value)
        if self.ends is not None:
            self.ends.append(End(store, value, raises=False))

    def failed(self, store: Store, exception: Value) -> None:
        """An exception leaves the function."""
        self.fails = True
        if self.ends is not None:
            self.ends.append(End(store, exception, raises=True))

    def left_by(self, event: Event, raised: ExceptionClass, path: Path) -> None:
        """An exception that `event` raised leaves the function."""
        _note(self.escaping, event, event.node, (raised, path))


def _generators(store: Store) -> Iterator[Generator]:
    """The generators that places hold, themselves or as what a loop drives."""
    for value in store.places.values():
        for atom in value:
            held = atom.generator if isinstance(atom, Driven) else atom
            if isinstance(held, Generator):
                yield held


def _note(found: ByPlace[E, T], event: E, place: object, fact: T) -> None:
    found.setdefault(place, (event, []))[1].append(fact)
