"""Runs a family: programs in batches, in two processes."""

from __future__ import annotations

import multiprocessing
import sys
import warnings
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from fuzz import tree
from fuzz.batch import PREFIX, Checked, check
from fuzz.constructs import constructs
from fuzz.family import Family, family
from fuzz.tally import CRASH, WRONG, Finding, Tally, Verdict
from genstate.codes import ALL

BATCH = 500
FRESH = 4


class Task(NamedTuple):
    """A batch: the programs with these numbers."""

    family: str
    seed: str
    numbers: Sequence[int]


def run(name: str, seed: str, programs: int, processes: int) -> Iterator[Tally]:
    """The tallies of all batches, as they come in."""
    starts = range(0, programs, BATCH)
    tasks = [Task(name, seed, range(start, min(start + BATCH, programs))) for start in starts]
    if processes == 1 or len(tasks) == 1:
        yield from map(batch, tasks)
        return
    context = multiprocessing.get_context("spawn")
    with context.Pool(processes, maxtasksperchild=FRESH) as pool:
        yield from pool.imap_unordered(batch, tasks)


def batch(task: Task) -> Tally:
    """Write, check and judge the programs of one batch."""
    _be_quiet()
    its = family(task.family)
    sources = [tree.source(its.numbered(task.seed, number)) for number in task.numbers]
    found = Tally()
    for number, source, checked in zip(task.numbers, sources, check_all(its, sources), strict=True):
        found.programs += 1
        found.lines += source.count("\n")
        found.untyped += bool(checked.other_errors)
        found.constructs.update(constructs(source, its.function))
        try:
            verdicts = verdicts_on(its, source, checked, (*its.codes, *its.optional))
        except (SyntaxError, ValueError) as error:
            broken = Verdict("broken", "", 0, repr(error))
            found.broken.append(Finding(broken, number, source))
            continue
        found.verdicts.update((verdict.code, verdict.kind) for verdict in verdicts)
        wrong = (verdict for verdict in verdicts if verdict.kind in WRONG)
        found.findings += [Finding(verdict, number, source) for verdict in wrong]
    return found


def verdicts_on(its: Family, source: str, checked: Checked, codes: Sequence[str]) -> list[Verdict]:
    """What the family's judge says, for `codes`, and where genstate failed.

    Raises:
        SyntaxError: `source` is no program.
        ValueError: it is no program of this family.
    """
    crashes = [Verdict(CRASH, "", failure.line, failure.text) for failure in checked.failures]
    return [*its.judge(source, checked.reports, codes), *crashes]


def _be_quiet() -> None:
    """Random programs leave coroutines unawaited, and generators that will not close."""
    warnings.simplefilter("ignore")
    sys.unraisablehook = lambda _: None


def check_all(its: Family, sources: Sequence[str]) -> list[Checked]:
    """What genstate says of `sources`, with the family's opt-in codes."""
    return check(sources, [PREFIX + code for code in its.optional if PREFIX + code in ALL])
