"""The page of each rule: the docstring of its file, and whether it is on by default."""

from __future__ import annotations

import ast
from importlib import resources
from typing import NamedTuple

from genstate.cli.failure import CannotRun


class Page(NamedTuple):
    """What there is to read about a rule.

    Attributes:
        code: its error code.
        default: whether it is reported without being asked for.
        summary: what it reports, in one line.
        text: the docstring of its file, less the title.
    """

    code: str
    default: bool
    summary: str
    text: str


def pages() -> dict[str, Page]:
    """The page of each rule, by its code."""
    from genstate.codes import ALL, GENERATOR
    from genstate.rules import RULES

    rules = [code for code in ALL.values() if code is not GENERATOR]
    return {
        code.code: Page(
            code.code,
            code.default_enabled,
            _summary(code.description),
            _text(RULES[code.code].check.__module__),
        )
        for code in rules
    }


def _summary(description: str) -> str:
    """What is reported, of a description in mypy's style: "Warn about what is reported"."""
    what = description.removeprefix("Warn about ")
    return f"{what[:1].upper()}{what[1:]}"


def _text(module: str) -> str:
    """The docstring as it stands in the file: a compiled module has none, nor one under -OO."""
    package, _, name = module.rpartition(".")
    source = resources.files(package) / f"{name}.py"
    if not source.is_file():
        raise CannotRun(f"the page of the rule is missing: there is no {source}")
    documentation = ast.get_docstring(ast.parse(source.read_bytes())) or ""
    _title, _, text = documentation.partition("\n")
    return text.strip("\n")
