"""Diagnostics for programs: one JSON object a line, GitHub's workflow commands, or SARIF."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from genstate.cli.diagnostics import Diagnostic


def _json(found: Diagnostic) -> str:
    return json.dumps(
        {
            "path": found.path,
            "line": found.line,
            "column": found.column_from_1,
            "severity": found.severity,
            "code": found.code,
            "message": found.message,
            "notes": list(found.notes),
        }
    )


def _github(found: Diagnostic) -> str:
    command = "error" if found.is_error else "notice"
    properties = {"file": found.path}
    if found.line > 0:
        properties |= {"line": str(found.line), "col": str(found.column_from_1)}
    if found.code:
        properties["title"] = found.code
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{command} {listed}::{_escaped(chr(10).join((found.message, *found.notes)))}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


def _sarif(diagnostics: Sequence[Diagnostic]) -> list[str]:
    from genstate.cli import sarif

    return [sarif.document(diagnostics)]


_BY_LINE: Final[dict[str, Callable[[Diagnostic], str]]] = {"json": _json, "github": _github}


def lines(diagnostics: Sequence[Diagnostic], form: str) -> list[str]:
    """What to write for `diagnostics` in the format named `form`."""
    if form == "sarif":
        return _sarif(diagnostics)
    return [_BY_LINE[form](found) for found in diagnostics]
