"""What the solved flow says about each use of a generator and each yield: what rules read."""

from __future__ import annotations

from dataclasses import dataclass, field

from genstate.cfg.events import Await, Constant, Discard, Event, Next, Operate, Return, Yield
from genstate.cfg.exceptions import ExceptionClass
from genstate.typestate.operations import Request
from genstate.typestate.store import Path, Store
from genstate.typestate.values import Being, Generator, Value, constant


@dataclass(frozen=True, slots=True)
class Use:
    """An operation takes effect, in one store.

    Attributes:
        operation: the event at which the operation is written.
        at: the event at which it takes effect.
        request: what is done to what.
        store: the state before it.
    """

    operation: Operate | Next
    at: Await | Next
    request: Request
    store: Store

    def generators(self) -> list[Generator] | None:
        """The generators that it is done to; None where they are not all known."""
        found = [atom for atom in self.request.receiver if isinstance(atom, Generator)]
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


@dataclass(slots=True)
class Facts:
    """Collected in one last pass over the solved flow, store by store."""

    uses: dict[tuple[Operate | Next, Event], list[Use]] = field(default_factory=dict)
    yields: dict[Yield, set[Path]] = field(default_factory=dict)
    discards: dict[Discard, list[Store]] = field(default_factory=dict)
    returns: dict[Return, set[Path]] = field(default_factory=dict)
    results: dict[Return, set[Value]] = field(default_factory=dict)
    escaping: dict[Event, set[tuple[ExceptionClass, Path]]] = field(default_factory=dict)

    def used(self, use: Use) -> None:
        self.uses.setdefault((use.operation, use.at), []).append(use)

    def yielded(self, event: Yield, store: Store) -> None:
        self.yields.setdefault(event, set()).add(store.path)

    def discarded(self, event: Discard, store: Store) -> None:
        self.discards.setdefault(event, []).append(store)

    def returned(self, event: Return, store: Store) -> None:
        self.returns.setdefault(event, set()).add(store.path)
        value = constant(Constant.NONE) if event.place is None else store.value(event.place)
        self.results.setdefault(event, set()).add(value)

    def left_by(self, event: Event, raised: ExceptionClass, path: Path) -> None:
        """An exception that `event` raised leaves the function."""
        self.escaping.setdefault(event, set()).add((raised, path))
