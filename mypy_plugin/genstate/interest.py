"""Which lines of a module can matter to a rule, by the words in them.

Most functions neither are generators nor drive one, and mypy checks thousands of them. Even to look
at the statements of them all would cost too much, so the module's text is searched for the words
without which no rule has anything to say. Comments and other things of the same name do no harm:
they only let a function be analysed that need not be.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_STEMS: Final = (b"yield", b"next", b"send", b"throw", b"close", b"async", b"contextmanager")
_WORDS: Final = re.compile(
    rb"\b(?:yield|async\s+for|(?:__)?a?next(?:__)?|a?send|a?throw|a?close)\b"
    rb"|@[ \t]*[\w.]*contextmanager\b"
)
_PARENTHESES: Final = re.compile(rb"=[\s\\]*\(")
_INSIDE: Final = re.compile(rb"[()]|(?<!\w)for\b")
#: So many bytes before its first `for` a generator expression may have.
_LONGEST: Final = 4_000
#: What stands before a call that may be kept; or before one of an attribute of another's result,
#: or of an element: there it is farther away.
_KEEPS: Final = re.compile(
    rb"(?:[^\n]*(?:[=:;,\[]|\b(?:and|or|else)\b))?[ \t(]*[\w.]*\Z|[^\n]*[\])]\.[\w.]*\Z"
)
#: In so many bytes before the call. A line can be as long as a file.
_BEFORE: Final = 200
_OPENS: Final = re.compile(rb"[\s\\)]*\(")

# Every byte that is neither part of a name nor a bracket becomes a space.
_WITHOUT_SIGNS: Final = re.sub(rb"[^\w\x80-\xff(]", b" ", bytes(range(256)))


class Lines:
    """Numbers of the lines that matter."""

    def __init__(self, numbers: Iterable[int]) -> None:
        self._sorted: Sequence[int] = sorted(numbers)

    def __bool__(self) -> bool:
        return bool(self._sorted)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Lines) and self._sorted == other._sorted

    def __hash__(self) -> int:
        return hash(tuple(self._sorted))

    def __iter__(self) -> Iterator[int]:
        return iter(self._sorted)

    def any_in(self, first: int, last: int) -> bool:
        """Is there one from `first` to `last`, both included?"""
        index = bisect_left(self._sorted, first)
        return index < len(self._sorted) and self._sorted[index] <= last

    def without(self, spans: Iterable[tuple[int, int]]) -> Lines:
        """Those that are in none of `spans`."""
        inside = {number for span in spans for number in self._in(*span)}
        return Lines(number for number in self._sorted if number not in inside)

    def _in(self, first: int, last: int) -> Sequence[int]:
        return self._sorted[bisect_left(self._sorted, first) : bisect_left(self._sorted, last + 1)]

    def __or__(self, other: Lines) -> Lines:
        return Lines({*self._sorted, *other._sorted})


class Names(NamedTuple):
    """Names of generator functions and methods, as they are in a source text.

    Attributes:
        called: those of asynchronous ones, and of others whose generators are sent values: every
            call of one matters.
        kept: those of the other synchronous ones. Most of their generators are looped over on the
            spot, and many have names that are common, so a call matters where it is kept.
    """

    called: set[bytes]
    kept: set[bytes]


def lines_of_interest(text: bytes) -> Lines:
    """The lines of a module's `text` that hold a word of the generator protocol.

    Or a generator expression that is assigned to something.
    """
    starts = set(_line_starts(text, _expressions(text)))
    for stem in _STEMS:
        searched = 0
        # To find a fixed string takes a tenth of the time that a regular expression takes.
        for found in _positions(text, stem):
            if found < searched:
                continue
            start, end = text.rfind(b"\n", 0, found) + 1, text.find(b"\n", found)
            searched = len(text) if end == -1 else end
            if _WORDS.search(text, start, searched):
                starts.add(start)
    return Lines(_line_numbers(text, sorted(starts)))


def names_called(text: bytes) -> set[bytes]:
    """The names of the functions and methods that a module's `text` calls."""
    pieces = text.translate(_WITHOUT_SIGNS).split(b"(")
    return {piece.rstrip().rpartition(b" ")[2] for piece in pieces}


def lines_that_matter(text: bytes, names: Names) -> Lines:
    """The lines in which the `text` calls something with one of `names`, so that it matters."""
    return lines_that_call(text, names.called) | lines_that_keep(text, names.kept)


def lines_that_call(text: bytes, names: Iterable[bytes]) -> Lines:
    """The lines that hold the call of a function or method with one of `names`."""
    starts = set(_line_starts(text, _calls(text, names)))
    return Lines(_line_numbers(text, sorted(starts)))


def lines_that_keep(text: bytes, names: Iterable[bytes]) -> Lines:
    """The lines that bind the result of such a call, or throw it away."""
    calls = [*_calls(text, names)]
    starts: set[int] = set()
    for call, start in zip(calls, _line_starts(text, calls), strict=True):
        if start not in starts and _KEEPS.match(text, max(start, call - _BEFORE), call):
            starts.add(start)
    return Lines(_line_numbers(text, sorted(starts)))


def _expressions(text: bytes) -> Iterator[int]:
    """Where a generator expression in parentheses may be assigned to something."""
    for found in _PARENTHESES.finditer(text):
        depth = 1
        for sign in _INSIDE.finditer(text, found.end(), found.end() + _LONGEST):
            depth += {b"(": 1, b")": -1}.get(sign.group(), 0)
            if depth == 1 and sign.group() == b"for":
                yield found.start()
            if depth == 0:
                break


def _calls(text: bytes, names: Iterable[bytes]) -> Iterator[int]:
    """Where the `text` calls something with one of `names`: all are looked for at once."""
    wanted = frozenset(names)
    if not wanted:
        return
    start = 0
    for piece in text.translate(_WITHOUT_SIGNS).split(b"("):
        before = piece.rstrip()
        name = before.rpartition(b" ")[2]
        if name in wanted and _OPENS.match(text, start + len(before)):
            yield start + len(before) - len(name)
        start += len(piece) + 1


def _positions(text: bytes, piece: bytes) -> Iterator[int]:
    found = text.find(piece)
    while found != -1:
        yield found
        found = text.find(piece, found + len(piece))


def _line_starts(text: bytes, places: Iterable[int]) -> Iterator[int]:
    """Where the line begins that each of `places` is in. Most places come in their order."""
    start = last = 0
    for place in places:
        if place < last:
            start = last = 0
        start = text.rfind(b"\n", last, place) + 1 or start
        last = place
        yield start


def _line_numbers(text: bytes, starts: Iterable[int]) -> Iterable[int]:
    number, last = 1, 0
    for start in starts:
        number += text.count(b"\n", last, start)
        last = start
        yield number
