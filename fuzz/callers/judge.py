"""Compares what genstate says of a program with what its runs show."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from fuzz import tally
from fuzz.batch import Report
from fuzz.callers.oracle import ASYNC, Observed, Speech, counted, observe, runnable
from fuzz.callers.rules import BY_CODE, CODES, POSSIBLY, Rule, Seen, seen
from fuzz.decisions import Search
from fuzz.tally import Verdict

FEW: Final = 64
SOME: Final = 200
MANY: Final = 300
DEEP: Final = 3000


@dataclass
class Runs:
    """The runs of one program: as it is, blind, and cautious."""

    source: str
    thorough: bool
    speech: Speech

    @cached_property
    def as_it_is(self) -> Observed:
        return self._observe(blind=False, most=MANY if self.thorough else FEW)

    @cached_property
    def blind(self) -> Observed:
        return self._observe(blind=True, most=SOME)

    @cached_property
    def counted(self) -> Observed:
        return observe(counted(self.source, self.speech), Search(SOME, SOME, self.source))

    @cached_property
    def cautious(self) -> Observed:
        program = runnable(self.source, blind=True, speech=self.speech)
        program = replace(program, raises=(*program.raises, KeyboardInterrupt), cautious=True)
        return observe(program, Search(DEEP, DEEP, self.source, rare=2))

    def _observe(self, blind: bool, most: int) -> Observed:
        program = runnable(self.source, blind, self.speech)
        return observe(program, Search(most, most, self.source))


def judge(
    source: str,
    reports: list[Report],
    codes: Container[str] = CODES,
    *,
    speech: Speech = ASYNC,
) -> Iterator[Verdict]:
    """The verdicts on all places of a program, for these `codes`.

    Raises:
        SyntaxError: `source` is no program.
        ValueError: a run failed in a way that a program of this family must not.
    """
    runs = Runs(source, bool(reports), speech)
    if runs.as_it_is.broken:
        raise ValueError(runs.as_it_is.broken)
    said = {(report.line, report.code): report for report in reports if report.code in CODES}
    for report in said.values():
        if report.code in codes:
            kind = _reported(runs, report) if report.code in BY_CODE else _possibly(runs, report)
            yield Verdict(kind, report.code, report.line, report.text)
    lines = sorted({line for line, _ in runs.as_it_is.events})
    for code in BY_CODE:
        for line in lines:
            if code in codes and (line, code) not in said:
                yield from _unreported(runs, BY_CODE[code], line)


def _reported(runs: Runs, report: Report) -> str:
    rule = BY_CODE[report.code]
    found = _seen(runs.as_it_is, rule, report.line)
    if not found.executed:
        return tally.UNSEEN
    if not found.certain:
        return tally.FALSE
    if report.code != "dropped" and report.column not in found.columns:
        return tally.MISPLACED
    blind = _seen(runs.blind, rule, report.line)
    if not found.possible and not blind.possible:
        return tally.UNSEEN
    if blind.certain or not blind.executed:
        return tally.TRUE
    known = _seen(runs.counted, rule, report.line)
    return tally.TRUE if known.certain or not known.executed else tally.LUCKY


def _possibly(runs: Runs, report: Report) -> str:
    """A path may be one that only a careful reader thinks of: it is looked for in all runs."""
    rule = BY_CODE[report.code.removeprefix(POSSIBLY)]
    found = _seen(runs.as_it_is, rule, report.line)
    if not found.possible:
        found = _seen(runs.blind, rule, report.line)
    if found.executed and not found.possible:
        found = _seen(runs.cautious, rule, report.line)
    if not found.executed:
        return tally.UNSEEN
    return tally.TRUE if found.possible else tally.FALSE


def _unreported(runs: Runs, rule: Rule, line: int) -> Iterator[Verdict]:
    found = _seen(runs.as_it_is, rule, line)
    if not found.executed:
        return
    if not (found.certain and found.possible and found.followed):
        yield Verdict(tally.SILENT, rule.code, line)
        return
    blind = _seen(runs.blind, rule, line)
    missed = blind.certain and blind.possible and blind.followed
    if missed:
        missed = _seen(runs.cautious, rule, line).certain
    yield Verdict(tally.MISSED if missed else tally.BODY, rule.code, line)


def _seen(observed: Observed, rule: Rule, line: int) -> Seen:
    sites = ((site, events) for site, events in observed.events.items() if site[0] == line)
    return seen(rule, sites)
