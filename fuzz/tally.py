"""Counting verdicts, and the table that a run prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

TRUE: Final = "true"
FALSE: Final = "false"
MISSED: Final = "missed"
SILENT: Final = "silent"
LUCKY: Final = "lucky"
BODY: Final = "body"
UNSEEN: Final = "unseen"
MISPLACED: Final = "misplaced"
COLUMNS: Final = (TRUE, FALSE, MISSED, SILENT, LUCKY, BODY, UNSEEN, MISPLACED)
CRASH: Final = "crash"
WRONG: Final = (FALSE, MISSED, LUCKY, MISPLACED, CRASH)
LEAST_EVENTS: Final = 1000 / 50_000
LEAST_SHARE: Final = 0.01
LEAST_RECALL: Final = 0.99
LEGEND: Final = """\
true: reported, and so it is in every run.  false: reported, and in some run it is not so.
missed: certain, decidable, and not reported.  silent: no certain misuse, and no report.
lucky: reported and true, but not for every body that the called generator function could have.
body: certain only because of that body, and not reported.
unseen: reported on a line that no run reaches.  misplaced: reported away from the operation."""


class Verdict(NamedTuple):
    """What a place of a program turned out to be, for one code."""

    kind: str
    code: str
    line: int
    text: str = ""


class Finding(NamedTuple):
    """A verdict that should not be, and the program."""

    verdict: Verdict
    number: int
    source: str


@dataclass
class Tally:
    """What many programs gave."""

    programs: int = 0
    lines: int = 0
    untyped: int = 0
    verdicts: Counter[tuple[str, str]] = field(default_factory=Counter)
    constructs: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    broken: list[Finding] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Count what `other` counted as well."""
        self.programs += other.programs
        self.lines += other.lines
        self.untyped += other.untyped
        self.verdicts += other.verdicts
        self.constructs += other.constructs
        self.findings += other.findings
        self.broken += other.broken

    def failures(self, codes: Iterable[str], least_recall: float) -> Iterator[str]:
        """Why the run has failed, a line each."""
        if self.broken:
            yield f"{len(self.broken)} programs are broken: {self.broken[0].verdict.text}"
        count = self.verdicts
        if count["", CRASH]:
            yield f"genstate failed in {count['', CRASH]} functions"
        for code in codes:
            for kind in (FALSE, LUCKY, MISPLACED):
                if count[code, kind]:
                    yield f"{code}: {count[code, kind]} {kind}"
            if self._recall(code) < least_recall:
                yield f"{code}: recall {self._recall(code):.2%}"

    def shortages(self, codes: Iterable[str]) -> Iterator[str]:
        """What the programs ask too seldom."""
        for code in codes:
            if self.verdicts[code, TRUE] < LEAST_EVENTS * self.programs:
                yield f"{code}: only {self.verdicts[code, TRUE]} true events"
        for name, count in sorted(self.constructs.items()):
            if count < LEAST_SHARE * self.programs:
                yield f"{name}: in only {count / self.programs:.2%} of the programs"

    def table(self, codes: Iterable[str]) -> Iterator[str]:
        """The table, line by line."""
        yield f"{self.programs} programs, {self.lines / max(self.programs, 1):.0f} lines each"
        yield f"{self.untyped} of them with errors of mypy's own"
        yield ""
        yield f"{'':26}" + "".join(f"{name:>10}" for name in (*COLUMNS, "recall"))
        for code in codes:
            counts = "".join(f"{self.verdicts[code, kind]:>10}" for kind in COLUMNS)
            yield f"{code:26}{counts}{self._recall(code):>10.2%}"
        yield ""
        yield LEGEND
        yield ""
        yield "Share of the programs in which a construct stands:"
        for name, count in self.constructs.most_common():
            yield f"  {name:32}{count / self.programs:>8.2%}"

    def _recall(self, code: str) -> float:
        found, missed = self.verdicts[code, TRUE], self.verdicts[code, MISSED]
        return found / (found + missed) if found + missed else 1.0
