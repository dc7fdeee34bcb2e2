"""What mypy reports, read from its `--output json`, and which part of it is genstate's own."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@dataclass(frozen=True)
class Diagnostic:
    """An error with its notes, or a note that belongs to no error."""

    path: str
    line: int
    column: int
    severity: str
    message: str
    code: str | None
    notes: tuple[str, ...]

    @property
    def place(self) -> str:
        """The file and, where there is one, the line."""
        return f"{self.path}:{self.line}" if self.line > 0 else self.path

    @property
    def column_from_1(self) -> int:
        """The column, counted from 1; mypy's JSON counts from 0, and has -1 where there is none."""
        return max(self.column, 0) + 1

    @property
    def is_error(self) -> bool:
        """Does it make the check fail? A note does not."""
        return self.severity == "error"


def parse(text: str) -> Diagnostic | None:
    """The diagnostic in one line of mypy's JSON, or None if the line is not JSON.

    Some of what stops a run is told in plain text by some mypy versions.
    """
    try:
        fields = json.loads(text)
    except ValueError:
        return None
    return Diagnostic(
        path=fields["file"],
        line=fields["line"],
        column=fields["column"],
        severity=fields["severity"],
        message=fields["message"],
        code=fields["code"],
        notes=tuple((fields["hint"] or "").splitlines()),
    )


def only_genstate(diagnostics: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """Those of `diagnostics` that genstate reported, without mypy's own."""
    from genstate.codes import ALL, GENERATOR
    from genstate.report import FAILURE

    failure = FAILURE.partition("{")[0]
    for found in diagnostics:
        if found.code in ALL:
            yield found
            continue
        # mypy's JSON hangs a note on the last error at the same place, whoever reported that.
        start = next((i for i, note in enumerate(found.notes) if note.startswith(failure)), None)
        if start is not None:
            message, *notes = found.notes[start:]
            yield replace(
                found, severity="note", message=message, code=GENERATOR.code, notes=tuple(notes)
            )
