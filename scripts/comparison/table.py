"""The programs of the comparison, which reports count, and the table of them in README.md.

A tool finds the misuse that the example of a rule shows if it reports something on a line that the
example marks, by a check which is silent on the program that is put right.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from genstate.cli.pages import pages
from scripts.comparison.tools import ROOT, TOOLS, Report
from scripts.docsite import rule_pages

GENSTATE: Final = "genstate"
README: Final = ROOT / "README.md"
BEGIN: Final = "<!-- compared: begin -->\n"
END: Final = "<!-- compared: end -->\n"
MARK: Final = "# reported"
_PROGRAM: Final = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Programs(NamedTuple):
    """The two programs of a rule: the names of the files, and the lines that are wrong."""

    wrong: str
    right: str
    lines: frozenset[int]


def write_programs(folder: Path) -> dict[str, Programs]:
    """Write the example of each rule and the example put right; by the code of the rule."""
    written = {}
    for code, page in pages().items():
        example, right = _PROGRAM.findall(rule_pages.markdown(page))
        name = code.replace("-", "_")
        written[code] = Programs(f"{name}_wrong.py", f"{name}_right.py", _marked(example))
        # Some tools have views on comments, so the marks are left out.
        (folder / written[code].wrong).write_text(re.sub(rf" *{MARK}.*", "", example))
        (folder / written[code].right).write_text(right)
    return written


def _marked(example: str) -> frozenset[int]:
    numbered = enumerate(example.splitlines(), start=1)
    return frozenset(number for number, line in numbered if MARK in line)


def lines(
    programs: Mapping[str, Programs], found: Mapping[str, Collection[Report]], day: date
) -> list[str]:
    """The table, and above it with what and when it was measured."""
    names = [GENSTATE, *(tool.name for tool in TOOLS)]
    rows = {code: [_checks(pair, found[name]) for name in names] for code, pair in programs.items()}
    totals = (sum(map(bool, column)) for column in zip(*rows.values(), strict=True))
    return [
        measured(day),
        "",
        f"| example of | {' | '.join(names)} |",
        f"|---{'|---' * len(names)}|",
        *(
            f"| `{code}` | {' | '.join(_cell(code, cell) for cell in row)} |"
            for code, row in rows.items()
        ),
        f"| together | {' | '.join(f'{total} of {len(programs)}' for total in totals)} |",
    ]


def measured(day: date) -> str:
    """The line that says with what the table was measured, and when."""
    versions = ", ".join(f"{tool.name} {tool.version}" for tool in TOOLS)
    return f"Measured on {day} by `make compare`: {versions}."


def _checks(pair: Programs, reports: Collection[Report]) -> list[str]:
    """The checks of a tool that find the misuse."""
    places = {(pair.wrong, line) for line in pair.lines}
    wrong = {found.check for found in reports if (found.file, found.line) in places}
    right = {found.check for found in reports if found.file == pair.right}
    return sorted(wrong - right)


def _cell(code: str, checks: list[str]) -> str:
    if checks == [code]:
        return "yes"
    return ", ".join(f"`{check}`" for check in checks) or "no"


def put_into_readme(table: list[str]) -> None:
    """Replace the table in README.md."""
    text = README.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    README.write_text(f"{before}{BEGIN}{chr(10).join(table)}\n{END}{after}", "utf-8")
