"""The report: for people with the source or in short, and a summary; or for programs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, TextIO

from genstate.cli import formats
from genstate.cli.excerpt import Sources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from genstate.cli.diagnostics import Diagnostic

    Painter = Callable[[str, str], str]

BOLD: Final = "1"
RED: Final = "1;31"
GREEN: Final = "1;32"
YELLOW: Final = "33"
BLUE: Final = "34"
_SEVERITY_COLOURS: Final = {"error": RED, "note": BLUE}


def by_place(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The diagnostics in the order in which they are shown."""
    return sorted(diagnostics, key=lambda found: (found.path, found.line, found.column))


def write_lines(diagnostics: Iterable[Diagnostic], form: str, out: TextIO) -> int:
    """Write `diagnostics` in a format for programs, and return the number of errors."""
    ordered = by_place(diagnostics)
    for line in formats.lines(ordered, form):
        print(line, file=out)
    return sum(found.is_error for found in ordered)


def write_report(
    diagnostics: Iterable[Diagnostic],
    checked: int,
    out: TextIO,
    environ: Mapping[str, str],
    *,
    sources: bool,
) -> int:
    """Write `diagnostics`, sorted by place, and a summary over the `checked` source files.

    With `sources`, the reported lines are shown; else each message is one line, as mypy has it.
    Returns the number of errors. Colours follow `out` and the variables in `environ`.
    """
    paint = painter(out, environ)
    ordered = by_place(diagnostics)
    files = Sources() if sources else None
    for found in ordered:
        for line in _lines(found, paint) if files is None else _with_source(found, files, paint):
            print(line, file=out)
    errors = [found for found in ordered if found.is_error]
    print(_summary(errors, checked, paint), file=out)
    return len(errors)


def write_statistics(diagnostics: Iterable[Diagnostic], out: TextIO) -> int:
    """Write how many errors there are of each code, most first; return the number of errors."""
    counts = Counter(found.code or "error" for found in diagnostics if found.is_error)
    width = len(str(max(counts.values(), default=0)))
    for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        print(f"{count:{width}}  {code}", file=out)
    return counts.total()


def painter(out: TextIO, environ: Mapping[str, str]) -> Painter:
    """Puts text into a colour, or leaves it as it is, as `out` and the environment ask for."""
    if _wants_colour(out, environ):
        return lambda text, colour: f"\x1b[{colour}m{text}\x1b[0m"
    return lambda text, _: text


def _wants_colour(out: TextIO, environ: Mapping[str, str]) -> bool:
    """Colour is for terminals, unless NO_COLOR or FORCE_COLOR asks otherwise."""
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return True
    return out.isatty() and environ.get("TERM") != "dumb"


def _lines(found: Diagnostic, paint: Painter) -> Iterator[str]:
    yield _headline(found, paint)
    for note in found.notes:
        yield f"{found.place}: {paint('note:', BLUE)} {note}"


def _with_source(found: Diagnostic, files: Sources, paint: Painter) -> Iterator[str]:
    yield _headline(found, paint)
    shown = files.excerpt(found)
    width = len(str(shown.lines[-1][0])) if shown else 0
    margin = " " * width
    if shown:
        bar = paint("|", BLUE)
        yield f"{margin} {bar}"
        for number, text in shown.lines:
            yield f"{paint(f'{number:{width}}', BLUE)} {bar} {text}".rstrip()
            if number == shown.marked and shown.length:
                underline = paint("^" * shown.length, RED)
                yield f"{margin} {bar} {' ' * shown.start}{underline}"
        yield f"{margin} {bar}"
    for note in found.notes:
        yield f"{margin} {paint('= note:', BLUE)} {note}"
    yield ""


def _headline(found: Diagnostic, paint: Painter) -> str:
    code = f"  {paint(f'[{found.code}]', YELLOW)}" if found.code and found.is_error else ""
    severity = paint(f"{found.severity}:", _SEVERITY_COLOURS[found.severity])
    return f"{found.place}: {severity} {found.message}{code}"


def _summary(errors: Sequence[Diagnostic], checked: int, paint: Painter) -> str:
    files = {found.path for found in errors}
    sources = _count(checked, "source file")
    if not errors:
        return paint(f"Success: no issues found in {sources}", GREEN)
    found = f"Found {_count(len(errors), 'error')} in {_count(len(files), 'file')}"
    return f"{paint(found, RED)} (checked {sources})"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
