"""`make bench`: measure the packages, and put the table into docs/speed.md."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from datetime import date
from typing import Final

from mypy.version import __version__ as mypy_version

from scripts.bench.measure import Measured, measure, ways
from scripts.bench.packages import PACKAGES, ROOT, Package, fetch

PAGE: Final = ROOT / "docs" / "speed.md"
BEGIN: Final = "<!-- measured: begin -->\n"
END: Final = "<!-- measured: end -->\n"
HEAD: Final = (
    "| package | lines | mypy alone | times with genstate | times, compiled "
    "| a cached run | memory, times |",
    "|---|---|---|---|---|---|---|",
)


def main() -> None:
    """Measure, print each row as it comes, and write the page if all were measured."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="rounds of runs for each package")
    parser.add_argument(
        "--compiled",
        type=os.path.abspath,  # the runs have working directories of their own
        required=True,
        help="an interpreter with genstate compiled",
    )
    parser.add_argument("--only", nargs="*", default=[], help="the names of packages")
    given = parser.parse_args()
    wanted = [package for package in PACKAGES if not given.only or package.name in given.only]
    table = [*HEAD]
    print(*HEAD, sep="\n", flush=True)
    for package in wanted:
        fetch(package)
        table.append(row(package, measure(package.place, given.rounds, ways(given.compiled))))
        print(table[-1], flush=True)
    if len(wanted) == len(PACKAGES):
        put_into_page([said(given.rounds), "", *table])
    else:
        print("docs/speed.md is left as it is: not all packages were measured", file=sys.stderr)


def row(package: Package, found: Measured) -> str:
    """A row of the table."""
    cells = (
        f"{package.name} {package.version}",
        f"{package.lines():,}",
        f"{found.alone:.1f} s",
        f"{found.ratio(1):.3f}",
        f"{found.ratio(2):.3f}",
        f"{found.warm_difference(1) * 1000:+.0f} ms",
        f"{found.memory_ratio(1):.3f}",
    )
    return f"| {' | '.join(cells)} |"


def said(rounds: int) -> str:
    """What was measured with, and when."""
    python = platform.python_version()
    return (
        f"Measured on {date.today()} by `make bench`: mypy {mypy_version}, Python {python}, "
        f"user CPU, medians of {rounds} rounds of runs."
    )


def put_into_page(table: list[str]) -> None:
    """Replace the table in docs/speed.md."""
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}{chr(10).join(table)}\n{END}{after}", "utf-8")


if __name__ == "__main__":
    main()
