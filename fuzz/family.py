"""The families of programs: each one asks about some of the codes."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from fuzz.batch import Report
from fuzz.tally import Verdict
from fuzz.tree import Body

Judge: TypeAlias = Callable[[str, list[Report]], Iterator[Verdict]]


@dataclass(frozen=True)
class Family:
    """How its programs are written and judged.

    `function` is the name of the function in each of them that the rules are tried on.
    `codes` are held to the figures. `optional` codes are off by default; they are counted only.
    """

    name: str
    function: str
    program: Callable[[random.Random], Body]
    judge: Judge
    codes: tuple[str, ...]
    optional: tuple[str, ...] = ()

    def numbered(self, seed: str, number: int) -> Body:
        """The program with this number; it depends on nothing else."""
        return self.program(random.Random(f"{self.name}/{seed}/{number}"))


def family(name: str) -> Family:
    """The family called `name`.

    Raises:
        KeyError: there is none.
    """
    return {each.name: each for each in families()}[name]


def families() -> list[Family]:
    """All families."""
    from fuzz import bodies, callers

    return [callers.FAMILY, bodies.FAMILY]
