"""The states of generators beside the source, for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Final, TextIO

from genstate.cli.output import BLUE, BOLD, GREEN, RED, YELLOW

if TYPE_CHECKING:
    from genstate.cli.states_seen import Change
    from genstate.cli.states_source import Part, View

    Painter = Callable[[str, str], str]

DIM: Final = "2"
COLOURS: Final = {
    "created": BLUE,
    "suspended": GREEN,
    "in use": YELLOW,
    "running": GREEN,
    "being closed": YELLOW,
    "closed": RED,
    "unknown": DIM,
}
WIDEST: Final = 64
"""Source lines that are longer push what stands beside them to the right."""


def write(view: View, out: TextIO, paint: Painter) -> None:
    """Write the functions of `view`, each line with its generators beside it."""
    parts = list(view.shown())
    for index, part in enumerate(parts):
        if index:
            print(file=out)
        for line in _part(view, part, paint):
            print(line.rstrip(), file=out)
    if not any(part.scope and part.scope.spots for part in parts):
        what = f'"{view.chosen}" in {view.path}' if view.chosen else view.path
        print(f"{what} neither makes a generator nor drives one", file=out)


def _part(view: View, part: Part, paint: Painter) -> Iterator[str]:
    numbers = view.lines_of(part)
    if not numbers:
        return
    yield paint(f"{view.path}: {part.name}", BOLD)
    yield from _origins(part, paint)
    texts = {n: view.lines[n - 1].expandtabs(4) for n in numbers}
    noted = [len(texts[n]) for n in numbers if view.changes(part, n)]
    column = min(max(noted, default=0), WIDEST)
    margin = len(str(numbers[-1]))
    for number in numbers:
        beside = _beside(view.changes(part, number), paint)
        ends = _beside(view.changes(part, number, end=True), paint)
        head = f"{paint(f'{number:{margin}}', BLUE)} {paint('|', BLUE)} "
        yield f"{head}{texts[number]:{column}}  {next(beside, '')}"
        blank = f"{' ' * margin} {paint('|', BLUE)} {' ' * column}  "
        yield from (f"{blank}{more}" for more in beside)
        yield from (f"{blank}{paint('at its end', DIM)} {more}" for more in ends)
        for one in view.reported(number):
            said = (
                f"{paint(f'{one.severity}:', RED)} {one.message}  {paint(f'[{one.code}]', YELLOW)}"
            )
            yield f"{' ' * margin} {paint('|', BLUE)} {said}"


def _origins(part: Part, paint: Painter) -> Iterator[str]:
    """Where each generator was created."""
    created = part.scope.created if part.scope else {}
    for name, lines in sorted(created.items()):
        if lines:
            places = ", ".join(map(str, sorted(lines)))
            yield paint(f"  {name}: created on line {places}", DIM)


def _beside(changes: Iterable[Change], paint: Painter) -> Iterator[str]:
    names: dict[str, list[str]] = {}
    for change in changes:
        before, after = change.words()
        names.setdefault(arrow(_either(before, paint), _either(after, paint)), []).append(
            change.name
        )
    for states, alike in names.items():
        yield f"{', '.join(alike)}: {states}"


def _either(words: Iterable[str], paint: Painter) -> str:
    return " or ".join(paint(word, COLOURS.get(word, BOLD)) for word in words)


def arrow(before: str, after: str) -> str:
    """How the states change on a line."""
    if before == after or not after:
        return before
    return f"-> {after}" if not before else f"{before} -> {after}"
