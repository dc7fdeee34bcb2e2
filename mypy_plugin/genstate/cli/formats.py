"""Diagnostics for programs: one JSON object a line, or GitHub's workflow commands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from genstate.cli.diagnostics import Diagnostic


def _json(found: Diagnostic) -> str:
    return json.dumps(
        {
            "path": found.path,
            "line": found.line,
            "column": _column(found),
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
        properties |= {"line": str(found.line), "col": str(_column(found))}
    if found.code:
        properties["title"] = found.code
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{command} {listed}::{_escaped(chr(10).join((found.message, *found.notes)))}"


def _column(found: Diagnostic) -> int:
    """The column, counted from 1; mypy's JSON counts from 0."""
    return max(found.column, 0) + 1


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


_LINES: Final[dict[str, Callable[[Diagnostic], str]]] = {"json": _json, "github": _github}


def lines(diagnostics: Iterable[Diagnostic], form: str) -> list[str]:
    """One line for each of `diagnostics`, in the format named `form`."""
    return [_LINES[form](found) for found in diagnostics]
