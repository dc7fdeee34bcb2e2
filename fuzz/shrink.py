"""Cuts a program down as long as genstate and CPython still disagree on it in the same way."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from fuzz import tree
from fuzz.batch import Checked
from fuzz.family import Family
from fuzz.run import check_all, verdicts_on
from fuzz.tally import FALSE, LUCKY, MISPLACED, Verdict

CANDIDATES = 60
OF_REPORTS = (FALSE, LUCKY, MISPLACED)


def shrink(its: Family, body: tree.Body, kind: str, code: str) -> tuple[tree.Body, Verdict]:
    """The smallest program found that has a verdict of this `kind` for `code`, and the verdict.

    Raises:
        ValueError: `body` itself has no such verdict.
    """
    verdict = next(_having(its, [body], kind, code), None)
    if verdict is None:
        raise ValueError(f"no {kind} {code} in this program")
    found = body, verdict[1]
    while True:
        smaller = _one_step(its, found[0], kind, code)
        if smaller is None:
            return found
        found = smaller


def _one_step(
    its: Family, body: tree.Body, kind: str, code: str
) -> tuple[tree.Body, Verdict] | None:
    """The smallest of the candidates that still shows it."""
    candidates = sorted({each for each in tree.smaller(body) if _compiles(each)}, key=tree.size)
    remaining = iter(candidates)
    while some := list(islice(remaining, CANDIDATES)):
        found = next(_having(its, some, kind, code), None)
        if found is not None:
            return found
    return None


def _having(
    its: Family, bodies: list[tree.Body], kind: str, code: str
) -> Iterator[tuple[tree.Body, Verdict]]:
    sources = [tree.source(body) for body in bodies]
    for body, source, checked in zip(bodies, sources, check_all(its, sources), strict=True):
        broken = any("[name-defined]" in error for error in checked.other_errors)
        verdict = None if broken else _verdict(its, source, checked, kind, code)
        if verdict is not None:
            yield body, verdict


def _verdict(its: Family, source: str, checked: Checked, kind: str, code: str) -> Verdict | None:
    """The verdict looked for, if the program has it."""
    if kind in OF_REPORTS and not any(report.code == code for report in checked.reports):
        return None
    try:
        found = verdicts_on(its, source, checked, (code,))
    except ValueError:
        return None
    return next((each for each in found if (each.kind, each.code) == (kind, code)), None)


def _compiles(body: tree.Body) -> bool:
    try:
        compile(tree.source(body), "candidate", "exec")
    except SyntaxError:
        return False
    return True
