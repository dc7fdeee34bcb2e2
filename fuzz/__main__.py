"""`python -m fuzz`: random programs, run on CPython and compared with what genstate says."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence

from fuzz import tree
from fuzz.family import Family, families, family
from fuzz.run import Task, batch, run
from fuzz.shrink import shrink
from fuzz.tally import LEAST_RECALL, Finding, Tally


def main(arguments: Sequence[str] | None = None) -> int:
    """The command. Its status: 0 where genstate and CPython agree, 1 where they do not."""
    options = _parser().parse_args(arguments)
    its = family(options.family)
    if options.show is not None:
        print(tree.source(its.numbered(options.seed, options.show)))
        return 0
    total, started = Tally(), time.monotonic()
    parts = (
        map(batch, [Task(its.name, options.seed, options.only)])
        if options.only
        else run(its.name, options.seed, options.programs, options.processes)
    )
    for part in parts:
        total.add(part)
        print(f"{total.programs} programs, {time.monotonic() - started:.0f} s", file=sys.stderr)
    _print_findings(its, total, options)
    print("\n".join(total.table((*its.codes, *its.optional))))
    failures = list(total.failures(its.codes, options.recall))
    if options.floors:
        failures += total.shortages(its.codes)
    print(f"\nseed {options.seed}:", "failed" if failures else "ok", *failures, sep="\n  ")
    return 1 if failures else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("--family", choices=[each.name for each in families()], required=True)
    parser.add_argument("--programs", type=int, default=2000, metavar="N")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--processes", type=int, default=2, metavar="N")
    parser.add_argument(
        "--most", type=int, default=5, help="findings printed for each code and kind"
    )
    parser.add_argument("--shrink", action="store_true", help="cut the printed findings down")
    parser.add_argument(
        "--floors", action="store_true", help="fail where something is asked too seldom"
    )
    parser.add_argument(
        "--recall", type=float, default=LEAST_RECALL, metavar="SHARE", help="the least, for a code"
    )
    parser.add_argument("--only", type=int, nargs="*", metavar="NUMBER", help="these programs")
    parser.add_argument("--show", type=int, metavar="NUMBER", help="print one program, and stop")
    return parser


def _print_findings(its: Family, total: Tally, options: argparse.Namespace) -> None:
    seen: dict[tuple[str, str], int] = {}
    for finding in sorted(total.findings, key=lambda each: len(each.source)):
        key = finding.verdict.kind, finding.verdict.code
        seen[key] = seen.get(key, 0) + 1
        if seen[key] <= options.most:
            _print_finding(its, finding, options)


def _print_finding(its: Family, finding: Finding, options: argparse.Namespace) -> None:
    verdict, source = finding.verdict, finding.source
    if options.shrink:
        whole = its.numbered(options.seed, finding.number)
        body, verdict = shrink(its, whole, verdict.kind, verdict.code)
        source = tree.source(body)
    print(f"--- {verdict.kind} {verdict.code}, line {verdict.line}: {verdict.text}")
    print(f"    (program {finding.number} of seed {options.seed})")
    for number, text in enumerate(source.splitlines(), 1):
        print(f"{'>' if number == verdict.line else ' '}{number:3} {text}")
    print()


if __name__ == "__main__":
    sys.exit(main())
