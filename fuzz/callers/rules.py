"""When an operation is misuse, rule by rule: the run-time meaning of the codes for callers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from fuzz.callers.recorder import Event, Site

NEXT: Final = frozenset({"anext", "__anext__"})
POSSIBLY: Final = "possibly-"


@dataclass(frozen=True)
class Rule:
    """When an execution of one of the `operations` breaks the contract."""

    code: str
    operations: frozenset[str]
    misuse: Callable[[Event], bool]


class Seen(NamedTuple):
    """What the runs show of the operations on a line, for one rule."""

    executed: bool
    certain: bool
    possible: bool
    followed: bool
    columns: frozenset[int]


RULES: Final = (
    Rule(
        "unstarted-send",
        frozenset({"asend"}),
        lambda event: event.state == "created" and not event.sends_none,
    ),
    Rule("unstarted-throw", frozenset({"athrow"}), lambda event: event.state == "created"),
    Rule(
        "closed",
        NEXT | {"asend", "athrow", "for", "some"},
        lambda event: event.state == "closed",
    ),
    Rule(
        "none-resume",
        NEXT | {"anext-default", "asend", "for", "for-next", "some"},
        lambda event: event.needs_value and event.sends_none and event.state == "suspended",
    ),
    Rule("dropped", frozenset({"drop"}), lambda event: event.state == "fresh"),
)
BY_CODE: Final = {rule.code: rule for rule in RULES}
OPTIONAL: Final = tuple(POSSIBLY + code for code in ("unstarted-send", "closed"))
CODES: Final = (*BY_CODE, *OPTIONAL)


def seen(rule: Rule, sites: Iterable[tuple[Site, Counter[Event]]]) -> Seen:
    """What the runs show of the operations at `sites`, which are on one line."""
    each = [(site, _at(rule, list(events))) for site, events in sites]
    relevant = [(site, found) for site, found in each if found.executed]
    certain = [found for _, found in relevant if found.certain]
    return Seen(
        bool(relevant),
        bool(certain),
        any(found.possible for _, found in relevant),
        any(found.followed for found in certain),
        frozenset(column for (_, column), _ in relevant),
    )


def _at(rule: Rule, events: list[Event]) -> Seen:
    events = [event for event in events if event.operation in rule.operations]
    possible = any(map(rule.misuse, events))
    followed = not any(event.escaped for event in events)
    entries = [event for event in events if event.operation == "for"]
    if entries and rule.code == "none-resume":
        certain = all(event.needs_value and event.state != "closed" for event in entries)
    else:
        certain = all(map(rule.misuse, events))
    return Seen(bool(events), certain and bool(events), possible, followed, frozenset())
