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
from fuzz.bodies.oracle import Runnable, observe, runnable
from fuzz.decisions import Search
from fuzz.tally import Verdict

CODES: Final = (EXIT_YIELD, STOP_ITERATION, MANAGER_YIELDS)
FEW: Final = 250
MANY: Final = 3000
VERY_MANY: Final = 20000


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
    if observe(program, Search(FEW, FEW, source, rare=2), shown):
        return shown
    for raises, most in _deeper(program):
        if not _doubtful(shown, reports):
            break
        observe(replace(program, raises=raises), Search(most, most, source, rare=2), shown)
    return shown


def _deeper(program: Runnable) -> Iterator[tuple[tuple[type[BaseException], ...], int]]:
    """Ever longer searches. With few exception classes to choose from they go deeper."""
    yield (), MANY
    for kind in program.raises:
        yield (kind,), MANY
    for pair in combinations(program.raises, 2):
        yield pair, MANY // 4
    yield program.raises, VERY_MANY


def _doubtful(shown: Shown, reports: list[Report]) -> bool:
    true = {(code, line) for code, lines in shown.breaches for line in lines}
    return any((each.code, each.line) not in true for each in reports if each.code in CODES)


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
