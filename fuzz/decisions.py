"""The outcomes of opaque conditions: all of them in order, then a random sample.

A run asks for a choice whenever its program meets something opaque. Choices are numbered from 0;
the first is the dullest. The last ones may be marked as rare: exceptions, mostly. An ordered search
takes few rare choices in a run, or it would see little else.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Protocol

LONGEST: Final = 14
RARE: Final = 0.12
DULL: Final = 0.88


class Chooser(Protocol):
    """Who decides what an opaque expression does."""

    def choose(self, common: int, rare: int = 0) -> int:
        """A number below `common + rare`; those from `common` on are rare."""


class Choosers(Protocol):
    """What makes the runs of a program."""

    def choosers(self) -> Iterator[Chooser]:
        """One chooser for each run."""


@dataclass
class Ordered:
    """Follows `prefix`, then takes the first choice everywhere."""

    prefix: list[int]
    rare_left: int
    taken: list[tuple[int, int]] = field(default_factory=list)
    cut: bool = False

    def choose(self, common: int, rare: int = 0) -> int:
        place = len(self.taken)
        if place >= LONGEST:
            self.cut = True
            return 0
        options = common + (rare if self.rare_left else 0)
        choice = self.prefix[place] if place < len(self.prefix) else 0
        if choice >= common:
            self.rare_left -= 1
        self.taken.append((choice, options))
        return choice

    def following(self) -> list[int] | None:
        """The prefix of the next run, or None after the last."""
        taken = list(self.taken)
        while taken:
            choice, options = taken.pop()
            if choice + 1 < options:
                return [earlier for earlier, _ in taken] + [choice + 1]
        return None


def below(end: int, rng: random.Random) -> int:
    """Any number below `end`: what `randrange` gives, in a third of its time."""
    return int(rng.random() * end)


@dataclass
class Sampled:
    """Chooses at random."""

    rng: random.Random

    def choose(self, common: int, rare: int = 0) -> int:
        if rare and self.rng.random() < RARE:
            return common + below(rare, self.rng)
        return below(common, self.rng)


@dataclass
class Dull:
    """Makes the first choice nearly everywhere, and comes far with it."""

    rng: random.Random

    def choose(self, common: int, rare: int = 0) -> int:
        return 0 if self.rng.random() < DULL else below(common + rare, self.rng)


@dataclass
class Walk:
    """Choosers for `runs` in which hardly anything happens, and that but late."""

    runs: int
    seed: str

    def choosers(self) -> Iterator[Chooser]:
        """One chooser for each run."""
        rng = random.Random(self.seed)
        for _ in range(self.runs):
            yield Dull(rng)


@dataclass
class Search:
    """Choosers for `ordered` runs in order and, where these are not all, `sampled` ones at random.

    An ordered run takes up to `rare` rare choices.
    """

    ordered: int
    sampled: int
    seed: str
    rare: int = 1
    exhaustive: bool = False

    def choosers(self) -> Iterator[Chooser]:
        """One chooser for each run; `exhaustive` is right once they are used up."""
        prefix: list[int] | None = []
        cut = False
        for _ in range(self.ordered):
            if prefix is None:
                break
            chooser = Ordered(prefix, self.rare)
            yield chooser
            cut |= chooser.cut
            prefix = chooser.following()
        self.exhaustive = prefix is None and not cut
        if not self.exhaustive:
            rng = random.Random(self.seed)
            for _ in range(self.sampled):
                yield Sampled(rng)
