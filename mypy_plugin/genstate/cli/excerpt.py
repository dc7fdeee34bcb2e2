"""The piece of source around a diagnostic, with the reported expression underlined."""

from __future__ import annotations

import ast
import os
import re
import tokenize
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from genstate.cli.diagnostics import Diagnostic

AROUND: Final = 2
"""How many lines are shown before the reported one, and how many behind it."""
TAB: Final = 4
_HEAD: Final = re.compile(r"(?:async\s+)?def\s+\w+")


class Excerpt(NamedTuple):
    """Some lines of a file.

    Attributes:
        lines: their numbers and texts, tabs replaced by spaces.
        marked: the number of the reported line.
        start: where in it the underline begins, counted from 0.
        length: how long the underline is; 0 if there is none.
    """

    lines: list[tuple[int, str]]
    marked: int
    start: int
    length: int


class _File:
    """A source file; it has no lines if it cannot be read."""

    def __init__(self, path: str) -> None:
        try:
            with tokenize.open(path) as file:
                self.lines = file.read().split("\n")
        except (OSError, SyntaxError, UnicodeError):
            self.lines = []

    def around(self, line: int) -> Iterator[tuple[int, str]]:
        """The lines to show for `line`, without empty ones at the edges."""
        numbers = range(max(line - AROUND, 1), min(line + AROUND, len(self.lines)) + 1)
        filled = [number for number in numbers if self.lines[number - 1].strip()]
        for number in range(filled[0], filled[-1] + 1):
            yield number, self.lines[number - 1].expandtabs(TAB)

    def end(self, line: int, column: int) -> int:
        """Where on `line` the largest expression or statement that begins at `column` ends."""
        ends = self._ends.get((line, column), [])
        if any(end_line > line for end_line, _ in ends):
            return len(self.lines[line - 1].rstrip())
        return max((end for _, end in ends), default=column + 1)

    @cached_property
    def _ends(self) -> dict[tuple[int, int], list[tuple[int, int]]]:
        """Where what may be reported ends, by the place at which it begins."""
        try:
            tree = ast.parse("\n".join(self.lines))
        except (SyntaxError, ValueError):
            return {}
        found: dict[tuple[int, int], list[tuple[int, int]]] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.expr | ast.Raise | ast.Return):
                end = (node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)
                found.setdefault((node.lineno, node.col_offset), []).append(end)
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                head = _HEAD.match(self.lines[node.lineno - 1], node.col_offset)
                end = (node.lineno, head.end() if head else node.col_offset + 1)
                found.setdefault((node.lineno, node.col_offset), []).append(end)
        return found


class Sources:
    """The files that a report speaks of; of diagnostics sorted by file, each is read once."""

    def __init__(self) -> None:
        self._path = ""
        self._file = _File(os.devnull)

    def excerpt(self, found: Diagnostic) -> Excerpt | None:
        """The lines around `found`, or None if it is on no line, or on one that is not there."""
        file = self._open(found.path)
        if not 0 < found.line <= len(file.lines) or not file.lines[found.line - 1].strip():
            return None
        around = list(file.around(found.line))
        text = file.lines[found.line - 1]
        if not text.isascii():
            # What a column of such a line means, mypy's two parsers do not agree on.
            return Excerpt(around, found.line, 0, 0)
        column = max(found.column, 0)
        start = _width(text[:column])
        end = _width(text[: file.end(found.line, column)])
        return Excerpt(around, found.line, start, max(end - start, 1))

    def _open(self, path: str) -> _File:
        if path != self._path:
            self._path, self._file = path, _File(path)
        return self._file


def _width(text: str) -> int:
    return len(text.expandtabs(TAB))
