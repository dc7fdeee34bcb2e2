"""The families of programs: each one asks about some of the codes."""

from __future__ import annotations

import random
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from typing import Protocol

from fuzz.batch import Report
from fuzz.tally import Verdict
from fuzz.tree import Body


class Judge(Protocol):
    """Compares what genstate says of a program with its runs."""

    def __call__(
        self, source: str, reports: list[Report], codes: Container[str] = ...
    ) -> Iterator[Verdict]:
        """The verdicts for `codes`; all of the family's by default.

        Raises:
            SyntaxError: `source` is no program.
            ValueError: it is no program of the family.
        """


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
    from fuzz import bodies, callers, sync, tasks

    return [callers.FAMILY, bodies.FAMILY, tasks.FAMILY, sync.FAMILY]
