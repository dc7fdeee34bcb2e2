"""The states of generators beside the source, as one page for a browser."""

from __future__ import annotations

import io
import json
import keyword
import tokenize
from collections.abc import Iterable, Iterator
from html import escape
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from genstate.cli.states_seen import Change, States
    from genstate.cli.states_source import Part, View

TEMPLATE: Final = "states.html"
_KINDS: Final = {tokenize.STRING: "string", tokenize.COMMENT: "comment"}
_ARROW: Final = "\N{RIGHTWARDS ARROW}"


def page(view: View) -> str:
    """The whole page."""
    template = resources.files("genstate.cli").joinpath(TEMPLATE).read_text("utf-8")
    title = f"{view.path}: {view.chosen}" if view.chosen else view.path
    keys = _Keys(view)
    content = {
        "{{title}}": escape(title),
        "{{lines}}": "\n".join(_lines(view, keys)),
        # In a script, "<" could end it.
        "{{paths}}": json.dumps(keys.paths()).replace("<", "\\u003c"),
    }
    for mark, text in content.items():
        template = template.replace(mark, text)
    return template


class _Keys:
    """Tells the generators of different functions apart, and what happens to each of them."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._owners: dict[int, int] = {}
        for index, part in enumerate(view.parts):
            # Inner functions come behind the outer ones, and take their lines over.
            self._owners.update(dict.fromkeys(range(part.first, part.last + 1), index))

    def part_at(self, line: int) -> Part:
        return self._view.parts[self._owners[line]]

    def key(self, line: int, name: str) -> str | None:
        """The key of what is called `name` on a line; None where it is no generator."""
        index = self._owners[line]
        scope = self._view.parts[index].scope
        if scope is None:
            return None
        known = {change.name for changes in scope.spots.values() for change in changes}
        for spelling in (name, f"{name}()"):
            if spelling in known:
                return f"{index}.{spelling}"
        return None

    def paths(self) -> dict[str, Any]:
        """What happens to each generator, line by line."""
        found: dict[str, Any] = {}
        for index, part in enumerate(self._view.parts):
            for spot, changes in sorted(part.scope.spots.items()) if part.scope else ():
                for change in changes:
                    key = f"{index}.{change.name}"
                    entry = found.setdefault(key, {"name": change.name, "steps": []})
                    entry["steps"].append(_step(spot.line, change))
        for index, part in enumerate(self._view.parts):
            for name, lines in part.scope.created.items() if part.scope else ():
                if entry := found.get(f"{index}.{name}"):
                    entry["created"] = sorted(lines)
        return found


def _step(line: int, change: Change) -> dict[str, Any]:
    before, after = change.words()
    return {
        "line": line,
        "before": before,
        "after": after,
        "changes": before != after and bool(after),
        "why": list(dict.fromkeys(state.why for state in change.after or change.before)),
    }


def _lines(view: View, keys: _Keys) -> Iterator[str]:
    texts = list(_marked(view.lines, keys))
    chosen = next((part for part in view.parts if part.name == view.chosen), view.parts[0])
    for number in range(chosen.first, chosen.last + 1):
        part = keys.part_at(number)
        reported = view.reported(number)
        mark = " reported" if any(one.is_error for one in reported) else ""
        chips = [
            *_chips(view.changes(part, number), keys, number),
            *_chips(view.changes(part, number, end=True), keys, number, "at its end "),
        ]
        yield (
            f'<div class="line{mark}" id="L{number}"><a class="number" href="#L{number}">{number}'
            f"</a><code>{texts[number - 1]}</code>"
            f'<span class="beside">{"".join(chips)}</span></div>'
        )
        for one in reported:
            notes = "".join(f"<br>{escape(note)}" for note in one.notes)
            code = f" <b>{escape(one.code)}</b>" if one.code else ""
            yield f'<div class="report">{escape(one.message)}{code}{notes}</div>'


def _chips(changes: Iterable[Change], keys: _Keys, line: int, lead: str = "") -> Iterator[str]:
    for change in changes:
        key = keys.key(line, change.name) or ""
        before, after = _badges(change.before), _badges(change.after)
        if before == after or not after:
            shown = before
        else:
            shown = f"{before} {_ARROW} {after}" if before else f"{_ARROW} {after}"
        yield (
            f'<span class="chip" tabindex="0" data-key="{escape(key)}">'
            f"{lead}{escape(change.name)}: {shown}</span>"
        )


def _badges(states: States) -> str:
    words: dict[str, list[str]] = {}
    for state in states:
        words.setdefault(state.word, []).append(state.why)
    return " or ".join(
        f'<i class="{word.replace(" ", "-")}" title="{escape("; ".join(why))}">{word}</i>'
        for word, why in words.items()
    )


def _marked(lines: Iterable[str], keys: _Keys) -> Iterator[str]:
    """The lines as HTML, with the names of generators marked."""
    texts = list(lines)
    pieces: dict[int, list[tuple[int, int, str, str]]] = {}
    source = io.StringIO("\n".join(texts) + "\n")
    for token in tokenize.generate_tokens(source.readline):
        (first, start), (last, end) = token.start, token.end
        kind, key = _kind(token, keys)
        for row in range(first, min(last, len(texts)) + 1) if kind else ():
            left = start if row == first else 0
            right = end if row == last else len(texts[row - 1])
            pieces.setdefault(row, []).append((left, right, kind, key))
    for number, text in enumerate(texts, start=1):
        yield "".join(_line(text, pieces.get(number, ())))


def _kind(token: tokenize.TokenInfo, keys: _Keys) -> tuple[str, str]:
    """How a token is shown, and the key of the generator that it stands for."""
    if token.type != tokenize.NAME:
        return _KINDS.get(token.type, ""), ""
    if keyword.iskeyword(token.string):
        return "keyword", ""
    key = keys.key(token.start[0], token.string)
    return ("generator", key) if key else ("", "")


def _line(text: str, pieces: Iterable[tuple[int, int, str, str]]) -> Iterator[str]:
    done = 0
    for left, right, kind, key in pieces:
        yield escape(text[done:left])
        more = f' tabindex="0" data-key="{escape(key)}"' if key else ""
        yield f'<span class="{kind}"{more}>{escape(text[left:right])}</span>'
        done = right
    yield escape(text[done:])
