"""Diagnostics as SARIF 2.1.0, the format in which code hosts and editors take up such reports."""

from __future__ import annotations

import json
import os
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from genstate import __version__
from genstate.cli.pages import pages

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from genstate.cli.diagnostics import Diagnostic
    from genstate.cli.pages import Page

SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
VERSION: Final = "2.1.0"
ROOT: Final = "%SRCROOT%"

Object = dict[str, Any]


def document(diagnostics: Sequence[Diagnostic]) -> str:
    """The whole report, the pages of the rules included."""
    rules = _rules(diagnostics)
    places = {rule["id"]: index for index, rule in enumerate(rules)}
    run = {
        "tool": {"driver": {"name": "genstate", "version": __version__, "rules": rules}},
        "originalUriBaseIds": {ROOT: {"description": {"text": "The directory of the run."}}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(found, places) for found in diagnostics],
    }
    return json.dumps({"$schema": SCHEMA, "version": VERSION, "runs": [run]}, indent=2)


def _rules(diagnostics: Iterable[Diagnostic]) -> list[Object]:
    """The rules of genstate, and the other codes that were found: mypy's own."""
    own = pages()
    others = {found.code for found in diagnostics if found.code} - own.keys()
    return [*map(_rule, own.values()), *({"id": code} for code in sorted(others))]


def _rule(page: Page) -> Object:
    return {
        "id": page.code,
        "shortDescription": {"text": page.summary},
        "help": {"text": page.text},
        "defaultConfiguration": {"enabled": page.default, "level": "error"},
    }


def _result(found: Diagnostic, places: dict[str, int]) -> Object:
    rule = {"ruleId": found.code, "ruleIndex": places[found.code]} if found.code else {}
    return {
        **rule,
        "level": "error" if found.is_error else "note",
        "message": {"text": "\n".join((found.message, *found.notes))},
        "locations": [{"physicalLocation": _location(found)}],
    }


def _location(found: Diagnostic) -> Object:
    artifact = {"artifactLocation": _artifact(found.path)}
    if found.line < 1:
        return artifact
    region = {"startLine": found.line, "startColumn": found.column_from_1}
    return {**artifact, "region": region}


def _artifact(path: str) -> Object:
    if os.path.isabs(path):
        return {"uri": Path(path).as_uri()}
    return {"uri": quote(PurePath(path).as_posix()), "uriBaseId": ROOT}
