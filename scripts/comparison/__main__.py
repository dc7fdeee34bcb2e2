"""`make compare`: measure, and put the table into README.md."""

from __future__ import annotations

import sys
import tempfile
from datetime import date
from pathlib import Path

from scripts.comparison import table, tools


def main() -> None:
    """Run each tool on all programs, and write down what it reports."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        programs = table.write_programs(folder)
        tools.configure(folder)
        found = {table.GENSTATE: tools.by_genstate(folder, programs)}
        for tool in tools.TOOLS:
            print(f"{tool.name} {tool.version} ...", file=sys.stderr, flush=True)
            found[tool.name] = tool.reports(folder)
    lines = table.lines(programs, found, date.today())
    table.put_into_readme(lines)
    print(*lines, sep="\n")


if __name__ == "__main__":
    main()
