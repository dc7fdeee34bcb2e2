"""How findings speak of states: where the state of a generator came from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from genstate.cfg.vocabulary import Protocol
from genstate.typestate.conditions import Being
from genstate.typestate.facts import Use

#: More lines than these help nobody.
MOST_LINES: Final = 3
_PHRASES: Final = {
    "created": "was created at line {lines} and never started",
    "resumed": "waits at the yield that it came to at line {lines}",
    "closed": "was closed at line {lines}",
    "exhausted": "ran to its end at line {lines}",
    "failed": "was ended at line {lines} by an exception out of its body",
    "timed out": "was closed at line {lines} by the timeout of an operation",
    "cancelled": "was closed at line {lines} by the cancellation of a task",
    "thrown": "was ended at line {lines} by the exception thrown in",
}


def origins(uses: Iterable[Use]) -> str:
    """One sentence on where the state of a generator came from, and who uses it then."""
    uses = list(uses)
    return sentence({being for use in uses for being in use.states() or ()}) + inside(uses)


def inside(uses: Iterable[Use]) -> str:
    """The end of a sentence, on what a function that is called does to the generator."""
    found = sorted({(use.request.line, use.inside) for use in uses if use.inside})
    return f'; "{found[0][1]}" uses it at line {found[0][0]}' if found else ""


def sentence(beings: Iterable[Being]) -> str:
    """One sentence on what a generator has come through, on one path or another."""
    lines: dict[str, list[int]] = {}
    for line, how in sorted({(being.line, being.how) for being in beings}):
        lines.setdefault(how, []).append(line)
    return f"It {' or '.join(_phrase(how, found) for how, found in lines.items())}"


def _phrase(how: str, lines: Sequence[int]) -> str:
    return _PHRASES[how].format(lines=_listed(lines))


def _listed(lines: Sequence[int]) -> str:
    words = [str(line) for line in lines[:MOST_LINES]]
    if len(lines) > MOST_LINES:
        words.append("elsewhere")
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last


_STARTS: Final = {Protocol.ASYNC: '"await anext(…)"', Protocol.SYNC: '"next(…)"'}


def start(protocol: Protocol) -> str:
    """How a generator is started."""
    return _STARTS[protocol]
