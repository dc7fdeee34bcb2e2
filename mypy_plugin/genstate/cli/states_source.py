"""A source file beside what is known of its generators."""

from __future__ import annotations

import ast
import difflib
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from genstate.cli.failure import CannotRun

if TYPE_CHECKING:
    from genstate.cli.diagnostics import Diagnostic
    from genstate.cli.states_seen import Change, Scope

MODULE = "the top level of the module"


@dataclass(frozen=True)
class Part:
    """A function of the file, or the statements outside of all functions.

    Attributes:
        name: the function's name, behind those of the classes and functions around it.
        first: its first line, that of a decorator maybe.
        last: its last line.
        scope: what is known of its generators; None if genstate has not looked at it.
    """

    name: str
    first: int
    last: int
    scope: Scope | None


@dataclass(frozen=True)
class View:
    """What is to be shown.

    Attributes:
        path: the file.
        lines: its text.
        parts: its functions in the order of the source, the top level first.
        found: what genstate reports in it.
        chosen: the name of the one part to show, if one was asked for.
    """

    path: str
    lines: Sequence[str]
    parts: Sequence[Part]
    found: Sequence[Diagnostic]
    chosen: str = ""

    @classmethod
    def of(cls, path: str, scopes: Sequence[Scope], found: Sequence[Diagnostic]) -> View:
        with tokenize.open(path) as file:
            text = file.read()
        by_line = {scope.line: scope for scope in scopes}
        lines = text.splitlines()
        parts = [Part(MODULE, 1, len(lines), by_line.get(0))]
        for name, line, first, last in _functions(ast.parse(text), ""):
            parts.append(Part(name, first, last, by_line.get(line)))
        return cls(path, lines, parts, found)

    def only(self, function: str) -> View:
        """Only this function.

        Raises:
            CannotRun: there is none of this name.
        """
        names = [part.name for part in self.parts[1:]]
        if function in names:
            return replace(self, chosen=function)
        nearest = difflib.get_close_matches(function, names, n=1)
        hint = f': did you mean "{nearest[0]}"?' if nearest else ""
        raise CannotRun(f'there is no function "{function}" in {self.path}{hint}')

    def shown(self) -> Iterator[Part]:
        """The parts to show: those with a generator, or the one that was asked for."""
        for part in self.parts:
            if part.name == self.chosen or (not self.chosen and self._has_content(part)):
                yield part

    def changes(self, part: Part, line: int, *, end: bool = False) -> Sequence[Change]:
        """The generators at a line of a part: at its beginning, or at the end of a `with`."""
        if part.scope is None:
            return ()
        return next(
            (
                found
                for spot, found in part.scope.spots.items()
                if spot.line == line and spot.is_end == end
            ),
            (),
        )

    def reported(self, line: int) -> list[Diagnostic]:
        return [one for one in self.found if one.line == line]

    def lines_of(self, part: Part) -> list[int]:
        """The lines to show of a part; of the top level, those alone that hold something."""
        numbers = range(part.first, part.last + 1)
        if part.name != MODULE:
            return list(numbers)
        inner = {n for p in self.parts[1:] for n in range(p.first, p.last + 1)}
        known = {spot.line for spot in part.scope.spots} if part.scope else set()
        return [n for n in numbers if n in known or (n not in inner and self.reported(n))]

    def _has_content(self, part: Part) -> bool:
        if part.name == MODULE:
            return bool(self.lines_of(part))
        reported = any(part.first <= one.line <= part.last for one in self.found)
        return bool(part.scope and part.scope.spots) or (reported and self._is_innermost(part))

    def _is_innermost(self, part: Part) -> bool:
        """No function inside of this one holds all that is reported in it."""
        own = [one.line for one in self.found if part.first <= one.line <= part.last]
        inner = [p for p in self.parts[1:] if part.first < p.first and p.last <= part.last]
        return any(not any(p.first <= line <= p.last for p in inner) for line in own)


def _functions(node: ast.AST, prefix: str) -> Iterator[tuple[str, int, int, int]]:
    """The name of each function, the line of its `def`, and its first and last line."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield from _functions(child, prefix)
            continue
        name = f"{prefix}{child.name}"
        if not isinstance(child, ast.ClassDef):
            first = min([child.lineno, *(each.lineno for each in child.decorator_list)])
            yield name, child.lineno, first, child.end_lineno or child.lineno
        yield from _functions(child, f"{name}.")
