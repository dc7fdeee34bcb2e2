"""The life of a generator as a state diagram and as a table, both from the contract table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from typing import Final, NamedTuple

from genstate.cfg.vocabulary import Operation, Protocol
from genstate.typestate.contract import TABLE, Gives, Outcome, Raises, Source, State, Version

NAMES: Final = {
    Protocol.ASYNC: {
        Operation.NEXT: "anext",
        Operation.SEND: "asend",
        Operation.THROW: "athrow",
        Operation.CLOSE: "aclose",
    },
    Protocol.SYNC: {
        Operation.NEXT: "next",
        Operation.SEND: "send",
        Operation.THROW: "throw",
        Operation.CLOSE: "close",
    },
}
TITLES: Final = {Protocol.ASYNC: "an async generator", Protocol.SYNC: "a synchronous generator"}

#: The sources of exceptions, in few words.
SOURCES: Final = {Source.THROWN: "what was thrown in", Source.BODY: "what leaves the body"}

WIDTH: Final = 460
BOX: Final = (128, 100, 44)
"""Where the boxes begin, how wide they are, and how high."""
LINE: Final = 18
STYLE: Final = """\
text { font: 14px system-ui, sans-serif; fill: #1b1f24 }
.name { font-weight: 600; text-anchor: middle }
rect { fill: #eef2ff; stroke: #4051b5; stroke-width: 1.5 }
path { fill: none; stroke: #4051b5; stroke-width: 1.5 }
.page { fill: #fff; stroke: none }"""


class Edge(NamedTuple):
    """What leads from one state to another: one line of text for each result."""

    start: State
    end: State
    lines: tuple[str, ...]


def files() -> dict[str, str]:
    """The pictures and the page, by path."""
    made = {f"lifecycle-{p.value}.svg": picture(p) for p in Protocol}
    return {**made, "lifecycle.md": page()}


# What the table says.


def edges(protocol: Protocol) -> list[Edge]:
    """The edges between states, with what leads there."""
    found: dict[tuple[State, State], dict[str, list[str]]] = {}
    for row in TABLE:
        if row.protocol is protocol:
            for outcome in row.outcomes:
                if outcome.state is not None:
                    results = found.setdefault((row.state, outcome.state), {})
                    names = results.setdefault(_said(outcome), [])
                    if NAMES[protocol][row.operation] not in names:  # it is, for an older Python
                        names.append(NAMES[protocol][row.operation])
    return [Edge(*ends, tuple(_lines(results))) for ends, results in found.items()]


def _said(outcome: Outcome) -> str:
    """What the caller gets."""
    if isinstance(outcome, Gives):
        if outcome.returned:
            return "what the body returns"
        return "a value" if outcome.yielded else "None"
    if isinstance(outcome.exception, Source):
        return SOURCES[outcome.exception]
    return outcome.exception.short_name


def _lines(results: dict[str, list[str]]) -> Iterator[str]:
    for said, names in results.items():
        yield "any operation:" if len(names) == len(Operation) else f"{', '.join(names)}:"
        yield f"  {said}"


# The picture.


def picture(protocol: Protocol) -> str:
    """The state diagram, as high as its texts need it."""
    order = (State.CREATED, State.SUSPENDED, State.CLOSED, State.RUNNING)
    by_ends = {(edge.start, edge.end): edge.lines for edge in edges(protocol)}
    parts: list[str] = []
    tops: dict[State, int] = {}
    top = 20
    for state, following in zip(order, (*order[1:], None), strict=True):
        tops[state] = top
        parts += _box(state, top)
        own = by_ends.pop((state, state), ())
        parts += _loop(top, own)
        down = by_ends.pop((state, following), ()) if following else ()
        begin = top + max(BOX[2], LINE * len(own)) + 12
        end = begin + LINE * len(down) + 24
        if down:
            parts += _arrow(top + BOX[2], end, begin, down)
        top = end
    for (start, to), lines in by_ends.items():
        parts += _curve(tops[start], tops[to], lines)
    return _svg(TITLES[protocol], top, parts)


def _svg(title: str, height: int, parts: Iterable[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'width="{WIDTH}" height="{height}" role="img">'
        f"<title>The states of {title}</title><style>{STYLE}</style>"
        '<defs><marker id="tip" markerWidth="9" markerHeight="9" refX="8" refY="4.5" '
        'orient="auto" markerUnits="userSpaceOnUse">'
        '<path d="M0,0 L9,4.5 L0,9 z" style="fill: #4051b5"/></marker></defs>'
        f'<rect class="page" width="{WIDTH}" height="{height}"/>'
    )
    return "\n".join([head, *parts, "</svg>", ""])


def _box(state: State, top: int) -> Iterator[str]:
    left, width, height = BOX
    yield f'<rect x="{left}" y="{top}" width="{width}" height="{height}" rx="8"/>'
    middle = left + width // 2
    yield f'<text class="name" x="{middle}" y="{top + height // 2 + 5}">{state.value}</text>'


def _loop(top: int, lines: tuple[str, ...]) -> Iterator[str]:
    """An arrow from a box back to it, with its text to the right."""
    if not lines:
        return
    right = BOX[0] + BOX[1]
    yield _path(
        f"M{right},{top + 12} C{right + 40},{top} {right + 40},{top + 44} {right},{top + 32}"
    )
    yield from _text(right + 50, top + 14, lines)


def _arrow(start: int, end: int, text: int, lines: tuple[str, ...]) -> Iterator[str]:
    middle = BOX[0] + BOX[1] // 2
    yield _path(f"M{middle},{start} L{middle},{end}")
    yield from _text(middle + 14, text + LINE, lines)


def _curve(start: int, end: int, lines: tuple[str, ...]) -> Iterator[str]:
    """An arrow past the boxes in between, on their left; its text stands beside it, turned."""
    left, height = BOX[0], BOX[2]
    yield _path(
        f"M{left},{start + height // 2} C{left - 40},{start + height} {left - 40},{end} "
        f"{left},{end + height // 2}"
    )
    middle = (start + end + height) // 2
    pairs = [f"{names} {said.strip()}" for names, said in zip(lines[::2], lines[1::2], strict=True)]
    for number, text in enumerate(reversed(pairs)):
        place = f"translate({left - 40 - LINE * number},{middle}) rotate(-90)"
        yield f'<text text-anchor="middle" transform="{place}">{escape(text)}</text>'


def _path(way: str) -> str:
    return f'<path d="{way}" marker-end="url(#tip)"/>'


def _text(left: int, top: int, lines: Iterable[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        indent = 14 * line.startswith(" ")
        place = f'x="{left + indent}" y="{top + LINE * number}"'
        yield f"<text {place}>{escape(line.strip())}</text>"


# The page.

_PAGE: Final = """\
# The life of a generator

A call of a generator function runs nothing of its body. It makes a generator, which is then driven
from outside: started, resumed, closed. What an operation does depends on the state that the
generator is in. The pictures and tables here are made from the table by which genstate itself
judges. A test of the project runs real generators through every row of it.

`asend` and `send` stand for sending a value. Sending `None` does what `anext` and `next` do.

- **created**: made, and not started. It stands before the first line of its body.
- **suspended**: it waits at a `yield`.
- **running**: an operation on it goes on.
- **closed**: it has come to its end, was closed, or has failed. It cannot be started again.

"""


def page() -> str:
    """The page with both pictures, and as tables what they show."""
    return _PAGE + "\n".join(_section(protocol) for protocol in Protocol)


def _section(protocol: Protocol) -> str:
    title = TITLES[protocol]
    return "\n".join(
        [
            f"## The states of {title}",
            "",
            f"![The states of {title}](lifecycle-{protocol.value}.svg)",
            "",
            "| state | operation | what may come of it |",
            "|---|---|---|",
            *_rows(protocol),
            "",
        ]
    )


def _rows(protocol: Protocol) -> Iterator[str]:
    for row in TABLE:
        if row.protocol is protocol and row.until is None:
            results = "<br>".join(_sentence(outcome, row.since) for outcome in row.outcomes)
            yield f"| {row.state.value} | `{NAMES[protocol][row.operation]}` | {results} |"


def _sentence(outcome: Outcome, since: Version) -> str:
    said = _said(outcome)
    if isinstance(outcome, Raises):
        said = f"raises {said if isinstance(outcome.exception, Source) else f'`{said}`'}"
        said += f' "{outcome.words}"' if outcome.words else ""
    else:
        said = f"gives {'`None`' if said == 'None' else said}"
        said += f" (from Python {since[0]}.{since[1]} on)" if outcome.returned else ""
    after = "its state is not known" if outcome.state is None else f"{outcome.state.value} then"
    return f"{said}; {after}"
