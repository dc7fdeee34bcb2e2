"""Draw what a terminal shows of `genstate check`, for the README: docs/terminal.svg."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.text import Text

ROOT: Final = Path(__file__).resolve().parent.parent
PICTURE: Final = ROOT / "docs" / "terminal.svg"
COMMAND: Final = ("genstate", "check", "examples/wrong/stream_done.py")
COLUMNS: Final = 104
# Nothing is to be loaded from elsewhere: the reader's own fixed-width font is as good.
FONTS: Final = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


def shown() -> str:
    """What the command prints on a terminal, colours and all.

    Raises:
        RuntimeError: it did not find what it should.
    """
    program = Path(sys.executable).with_name(COMMAND[0])
    environment = {**os.environ, "FORCE_COLOR": "1", "COLUMNS": str(COLUMNS)}
    ran = subprocess.run(
        [program, *COMMAND[1:]], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    if ran.returncode != 1:
        raise RuntimeError(f"{' '.join(COMMAND)}: {ran.stdout}{ran.stderr}")
    return ran.stdout


def drawn(output: str) -> str:
    """The picture of a terminal in which the command has printed `output`."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    console.print(f"[bold]$[/] {' '.join(COMMAND)}", highlight=False)
    console.print(Text.from_ansi(output))
    return FONTS.sub("", console.export_svg(title="genstate", unique_id="terminal"))


def main() -> None:
    """Write the picture anew."""
    PICTURE.write_text(drawn(shown()), encoding="utf-8")
    print(f"wrote {PICTURE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
