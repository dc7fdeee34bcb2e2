"""A search that learns: it goes on from runs which came to something new.

What a run came to is told by its choices: where in the program each was asked for, what came out,
and which choice was made before. A place behind many conditions is reached step by step, where runs
that know nothing of each other would have to make all the right choices at once.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from fuzz.decisions import Sampled, below

FILE: Final = "<program>"
MOST_PHASES: Final = 8
LIVELY: Final = 40
KEPT: Final = 0.5
MOST_OPTIONS: Final = 10

#: A choice, the line that asked for it, the lines that asked before, and how far the driver was.
Feature: TypeAlias = tuple[int, int, int, int, int]


@dataclass
class Guided(Sampled):
    """Makes the choices of `prefix`, then random ones, and notes down what it came to, and when.

    Behind the prefix what is rare is as likely as anything else, once.
    """

    prefix: list[int]
    taken: list[int] = field(default_factory=list)
    came_to: dict[Feature, int] = field(default_factory=dict)
    phase: int = 0
    before: tuple[int, int] = (0, 0)

    def choose(self, common: int, rare: int = 0) -> int:
        place = len(self.taken)
        if place < len(self.prefix) and self.prefix[place] < common + rare:
            choice = self.prefix[place]
        elif place == len(self.prefix):
            choice = below(common + rare, self.rng)
        else:
            choice = super().choose(common, rare)
        line = _asking_line()
        self.phase = min(self.phase + (not line), MOST_PHASES)
        self.came_to.setdefault((choice, line, *self.before, self.phase), place)
        self.before = line, self.before[0]
        self.taken.append(choice)
        return choice


def _asking_line() -> int:
    """The line of the program that asks for a choice; 0 where whoever drives it does."""
    frame = sys._getframe(2)
    while frame.f_back is not None and frame.f_code.co_filename != FILE:
        frame = frame.f_back
    return frame.f_lineno if frame.f_back is not None else 0


@dataclass
class Exploration:
    """Choosers for any number of runs of one function. It can be gone on with."""

    seed: str
    runs: int
    exhaustive: bool = False
    _known: set[Feature] = field(default_factory=set)
    _promising: list[list[int]] = field(default_factory=lambda: [[]])
    _rng: random.Random | None = None

    def choosers(self) -> Iterator[Guided]:
        """One chooser for each of the next runs."""
        rng = self._rng = self._rng or random.Random(self.seed)
        for _ in range(self.runs):
            some = self._promising[-LIVELY:] if rng.random() < 0.5 else self._promising
            chooser = Guided(rng, _changed(rng, rng.choice(some)))
            yield chooser
            new = chooser.came_to.keys() - self._known
            if new:
                self._known |= new
                last = max(chooser.came_to[each] for each in new)
                self._promising.append(chooser.taken[: last + 1])


def _changed(rng: random.Random, choices: list[int]) -> list[int]:
    """All the choices, to be gone on from; or those up to one of them; or all but one."""
    place = rng.randint(0, len(choices))
    if place == len(choices) or rng.random() < KEPT:
        return choices
    if rng.random() < KEPT:
        return choices[:place]
    return [*choices[:place], rng.randrange(MOST_OPTIONS), *choices[place + 1 :]]
