"""Compares what genstate says of bodies with what driving them shows.

The rules for bodies speak of what *some* run does: a report is true if a run shows it, and missing
if a run shows it and nothing is said.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import replace
from itertools import combinations
from typing import Final

from fuzz import tally
from fuzz.batch import Report
from fuzz.bodies.drive import EXIT_YIELD, MANAGER_YIELDS, STOP_ITERATION, Shown
from fuzz.bodies.explore import Exploration
from fuzz.bodies.oracle import Runnable, observe, runnable
from fuzz.decisions import Search
from fuzz.tally import Verdict

CODES: Final = (EXIT_YIELD, STOP_ITERATION, MANAGER_YIELDS)
FEW: Final = 100
MANY: Final = 1000
MOST_EXCEPTIONS: Final = 2
ATTEMPTS: Final = 60


def judge(source: str, reports: list[Report], codes: Container[str] = CODES) -> Iterator[Verdict]:
    """The verdicts on all places of a program, for these `codes`.

    Raises:
        SyntaxError: `source` is no program.
    """
    program = runnable(source)
    shown = _shown(program, source, reports)
    told = {(report.code, report.line): report for report in reports if report.code in codes}
    true = {(code, line) for code, lines in shown.breaches for line in lines}
    for place, report in told.items():
        unshown = tally.FALSE if shown.reached(report.line) else tally.UNSEEN
        kind = tally.TRUE if place in true else unshown
        yield Verdict(kind, report.code, report.line, report.text)
    for (code, lines), likely in shown.breaches.items():
        if code in codes and likely and not any((code, line) in told for line in lines):
            yield Verdict(tally.MISSED, code, max(lines))
    yield from _silent(shown, true | set(told))


def _shown(program: Runnable, source: str, reports: list[Report]) -> Shown:
    """What the runs show; where they do not show all that is reported, many more runs."""
    shown = Shown()
    every_run = observe(program, Search(FEW, FEW, source, rare=2), shown)
    if not every_run or _doubtful(shown, reports, program):
        for name, head in program.heads.items():
            one = replace(program, heads={name: head})
            _explore(one, source, shown, reports)
    return shown


def _explore(program: Runnable, seed: str, shown: Shown, reports: list[Report]) -> None:
    """Search once; as long as that does not show all that is reported, search in other ways.

    Some searches begin anew, others go on: what one of them is blind to, another may see.
    """

    def enough() -> bool:
        return not _doubtful(shown, reports, program)

    observe(program, Exploration(seed, FEW), shown)
    ways = [(each, Exploration(seed, MANY)) for each in _with_few_exceptions(program)]
    for attempt in range(ATTEMPTS):
        for few, exploration in ways:
            for search in (exploration, Exploration(f"{seed}{attempt}", MANY)):
                if enough():
                    return
                observe(few, search, shown, enough)


def _with_few_exceptions(program: Runnable) -> Iterator[Runnable]:
    """Where opaque code has few exceptions to choose from, a search goes deeper."""
    yield program
    for most in range(MOST_EXCEPTIONS + 1):
        for raises in combinations(program.raises, most):
            yield replace(program, raises=raises)


def _doubtful(shown: Shown, reports: list[Report], program: Runnable) -> bool:
    """Something is reported of a function of the program that no run has shown."""
    true = {(code, line) for code, lines in shown.breaches for line in lines}
    return any(
        (each.code, each.line) not in true and program.has(each.line)
        for each in reports
        if each.code in CODES
    )


def _silent(shown: Shown, known: set[tuple[str, int]]) -> Iterator[Verdict]:
    places = (
        (EXIT_YIELD, shown.yields),
        (STOP_ITERATION, shown.raises),
        (MANAGER_YIELDS, shown.managers),
    )
    for code, lines in places:
        for line in lines:
            if (code, line) not in known:
                yield Verdict(tally.SILENT, code, line)
