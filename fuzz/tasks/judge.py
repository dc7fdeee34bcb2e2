"""Compares what genstate says of operations with what their runs show.

A report of a misuse that is certain is true if all runs that come to the place show it. A timeout
is another matter: that some run uses the generator again is enough.
"""

from __future__ import annotations

import ast
import asyncio
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterator
from functools import cache
from typing import Any, Final

from fuzz import tally
from fuzz.batch import Report
from fuzz.decisions import Chooser, Search
from fuzz.tally import Verdict
from fuzz.tasks.instrument import RECORDER, instrumented
from fuzz.tasks.loop import Impatient
from fuzz.tasks.record import Event, Events, Recorder, Waiting
from fuzz.world import World

CERTAIN: Final[dict[str, Callable[[Event], bool]]] = {
    "reused-awaitable": lambda event: event.reused,
    "concurrent": lambda event: event.busy and not event.reused,
    "closed": lambda event: (
        event.state == "closed" and event.name != "aclose" and not event.late and not event.reused
    ),
    "unstarted-send": lambda event: event.state == "created" and event.value and not event.reused,
    "unstarted-throw": lambda event: (
        event.state == "created" and event.name == "athrow" and not event.reused
    ),
}
LATE: Final = "cancelled-drive"
CODES: Final = (*CERTAIN, LATE)
MANY: Final = 120
DEEP: Final = 1000
RAISES: Final = (ValueError, KeyError)


def judge(source: str, reports: list[Report], codes: Container[str] = CODES) -> Iterator[Verdict]:
    """The verdicts on all places of a program.

    Raises:
        SyntaxError: `source` is no program.
    """
    events: Events = defaultdict(Counter)
    _observe(source, Search(MANY, MANY, source), events)
    said = {(each.code, each.line): each for each in reports if each.code in codes}
    if any(not _is_shown(events, code, line) for code, line in said):
        _observe(source, Search(DEEP, DEEP, source, rare=2), events)
    for (code, line), report in said.items():
        yield Verdict(_reported(events, code, line), code, line, report.text)
    lines = {line for places in events for line, _ in places}
    for code in CODES:
        for line in sorted(lines):
            if code in codes and (code, line) not in said and _at(events, code, line):
                missed = code != LATE and _is_shown(events, code, line)
                yield Verdict(tally.MISSED if missed else tally.SILENT, code, line)


def _reported(events: Events, code: str, line: int) -> str:
    if not _at(events, code, line):
        return tally.UNSEEN
    return tally.TRUE if _is_shown(events, code, line) else tally.FALSE


def _at(events: Events, code: str, line: int) -> list[list[Event]]:
    """What happened at a place: where the operation begins, or is written."""
    begins = code in ("reused-awaitable", "concurrent")
    return [list(found) for place, found in events.items() if place[not begins][0] == line]


def _is_shown(events: Events, code: str, line: int) -> bool:
    found = _at(events, code, line)
    if code == LATE:
        return any(event.late and not event.reused for each in found for event in each)
    return any(all(map(CERTAIN[code], each)) for each in found)


def _observe(source: str, search: Search, events: Events) -> None:
    """Run the program for all the choosers of `search`."""
    code = compile(instrumented(ast.parse(source)), "<program>", "exec")
    hooks = sys.get_asyncgen_hooks()
    for chooser in search.choosers():
        _run(code, chooser, events)
    sys.set_asyncgen_hooks(*hooks)


def _run(code: Any, chooser: Chooser, events: Events) -> None:
    world = World(chooser, RAISES)
    names: dict[str, Any] = {RECORDER: Recorder(world, events), "__name__": "program"}
    names["c"] = Waiting(world)
    exec(code, names)
    loop = _loop()
    asyncio.set_event_loop(loop)
    loop.finish(names["main"]())
    world.over = True


@cache
def _loop() -> Impatient:
    return Impatient()
