"""What the program generator remembers while it writes a function.

It guesses the states of the generators that it has made, to write operations that make sense more
often than not. A wrong guess does no harm: what is right and what is wrong is for the run to say.
"""

from __future__ import annotations

import copy
import itertools
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from fuzz.tree import Statement

STRICT, LOOSE = "strict", "loose"
ANNOTATIONS = {STRICT: "AsyncGenerator[int, int]", LOOSE: "AsyncGenerator[int, int | None]"}
CREATED, SUSPENDED, CLOSED = "created", "suspended", "closed"
ANY_STATE = frozenset({CREATED, SUSPENDED, CLOSED})


@dataclass(frozen=True)
class Maker:
    """An expression that makes a generator."""

    text: str
    kind: str
    known: bool = True


@dataclass
class Room:
    """How many statements may still be written, and names that are free."""

    statements: int
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def name(self, prefix: str) -> str:
        return f"{prefix}{next(self.numbers)}"


@dataclass
class Scope:
    """The variables that are certainly bound at a place in a function."""

    rng: random.Random
    room: Room
    makers: list[Maker]
    kinds: dict[str, str] = field(default_factory=dict)
    objects: dict[str, int] = field(default_factory=dict)
    states: dict[int, frozenset[str]] = field(default_factory=dict)
    flags: list[str] = field(default_factory=list)
    optionals: list[str] = field(default_factory=list)
    awaitables: dict[str, int] = field(default_factory=dict)
    loops: int = 0
    depth: int = 0
    yields: bool = False
    more: tuple[tuple[Callable[[Scope], Iterator[Statement]], int], ...] = ()

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def inner(self, loop: bool = False) -> Scope:
        """A scope for a nested block; what it binds stays in it."""
        made = copy.copy(self)
        for name in ("kinds", "objects", "states", "awaitables"):
            setattr(made, name, dict(getattr(self, name)))
        made.flags, made.optionals = list(self.flags), list(self.optionals)
        made.loops += loop
        made.depth += 1
        return made

    def join(self, *branches: Scope) -> None:
        """Go on after `branches`, of which any may have been taken."""
        for made, states in self.states.items():
            ends = (each.states.get(made, states) for each in branches)
            self.states[made] = frozenset[str]().union(*ends)
        for name, made in self.objects.items():
            others = [each for each in branches if each.objects.get(name, made) != made]
            if others:
                ends = (each.state(name) for each in others)
                self._bind_to(name, self.states[made].union(*ends))

    def bind(self, name: str, maker: Maker) -> None:
        """`name` is a generator that `maker` has just made."""
        self.kinds[name] = maker.kind
        self._bind_to(name, frozenset({CREATED}) if maker.known else ANY_STATE)

    def _bind_to(self, name: str, states: frozenset[str]) -> None:
        made = next(self.room.numbers)
        self.objects[name] = made
        self.states[made] = states

    def alias(self, name: str, other: str) -> None:
        """`name` is what `other` is."""
        self.kinds[name] = self.kinds[other]
        self.objects[name] = self.objects[other]

    def either(self, name: str, others: Iterable[str]) -> None:
        """`name` is one of `others`."""
        chosen = list(others)
        self.kinds[name] = self.kinds[chosen[0]]
        self._bind_to(name, frozenset[str]().union(*(self.state(other) for other in chosen)))

    def state(self, name: str) -> frozenset[str]:
        return self.states[self.objects[name]]

    def becomes(self, name: str, *states: str) -> None:
        self.states[self.objects[name]] = frozenset(states)

    def maker(self, kind: str | None = None) -> Maker:
        return self.rng.choice([each for each in self.makers if kind in (None, each.kind)])

    @property
    def back(self) -> str:
        """The statement that leaves the function."""
        return "return" if self.yields else "return None"

    def generators(self, kind: str | None = None) -> list[str]:
        return [name for name, its in self.kinds.items() if kind in (None, its)]

    def generator(self, kind: str | None = None) -> str | None:
        found = self.generators(kind)
        return self.rng.choice(found) if found else None
