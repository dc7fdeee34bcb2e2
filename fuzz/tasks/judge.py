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
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain
from typing import Any, Final

from fuzz import tally
from fuzz.batch import Report
from fuzz.bodies.explore import Exploration
from fuzz.decisions import Choosers, Search, Walk
from fuzz.exceptions import named
from fuzz.tally import Verdict
from fuzz.tasks.instrument import HELPERS, MAIN, RECORDER, instrumented
from fuzz.tasks.loop import Impatient
from fuzz.tasks.operation import Event, Events, waits
from fuzz.tasks.record import Recorder, Waiting
from fuzz.world import World

CERTAIN: Final[dict[str, Callable[[Event], bool]]] = {
    "reused-awaitable": lambda event: event.reused and not event.called,
    "concurrent": lambda event: event.busy and not event.reused,
    "closed": lambda event: event.state == "closed" and event.name != "aclose" and not event.reused,
    "unstarted-send": lambda event: event.state == "created" and event.value and not event.reused,
    "unstarted-throw": lambda event: (
        event.state == "created" and event.name == "athrow" and not event.reused
    ),
}
LATE: Final = "cancelled-drive"
CODES: Final = (*CERTAIN, LATE)
FEW: Final = 32
MANY: Final = 120
DEEP: Final = 2000
AGAIN: Final = 4
LOOK: Final = 50
RAISES: Final = (ValueError, KeyError)


@dataclass
class Runs:
    """The runs of one program: as it is; many more; and as a careful reader has to think of it.

    Such a reader does not know the bodies, nor which of several tasks comes to its end first.
    """

    source: str
    thorough: bool

    @cached_property
    def as_it_is(self) -> Events:
        runs = MANY if self.thorough else FEW
        return self._observed(Search(runs, runs, self.source))

    @cached_property
    def deep(self) -> Events:
        return self._observed(Search(DEEP, DEEP, self.source, rare=2))

    @cached_property
    def very_cautious(self) -> Events:
        found = self._observed(Search(DEEP, DEEP, self.source, rare=2), cautious=True)
        for place, more in self._observed(
            Exploration(self.source, 4 * DEEP), cautious=True
        ).items():
            found[place].update(more)
        return found

    @cached_property
    def cautious(self) -> Events:
        return self._observed(Search(MANY, 2 * MANY, self.source), cautious=True)

    def all_ways(self) -> Iterator[Events]:
        """More and more runs."""
        yield self.deep
        yield self._observed(Walk(DEEP, self.source))
        yield self.cautious
        yield self.very_cautious
        yield self._observed(Exploration(f"{self.source}again", 2 * DEEP), cautious=True)

    def cautious_ways(self) -> Iterator[Events]:
        """Many more runs, now and then, as a careful reader has to think of them."""
        yield from self._growing(Search(DEEP, DEEP, self.source, rare=2))
        for attempt in range(AGAIN):
            yield from self._growing(Exploration(f"{self.source}{attempt}", 4 * DEEP))

    def _observed(self, search: Choosers, *, cautious: bool = False) -> Events:
        *_, events = self._growing(search, cautious=cautious)
        return events

    def _growing(self, search: Choosers, *, cautious: bool = True) -> Iterator[Events]:
        """The events of more and more runs, and of all in the end."""
        tree = ast.parse(self.source)
        raises: tuple[type[BaseException], ...] = RAISES
        if cautious:
            raises = (*RAISES, *named(tree), TimeoutError, asyncio.TimeoutError)
        streams = {
            node.name: waits(node)
            for node in tree.body
            if isinstance(node, ast.AsyncFunctionDef) and node.name not in (MAIN, *HELPERS)
        }
        code = compile(instrumented(tree, blind=cautious), "<program>", "exec")
        events: Events = defaultdict(Counter)
        hooks = sys.get_asyncgen_hooks()
        for number, chooser in enumerate(search.choosers(), 1):
            world = World(chooser, raises)
            _run(code, world, Recorder(world, events, streams, cautious))
            if number % LOOK == 0:
                yield events
        sys.set_asyncgen_hooks(*hooks)
        yield events


def judge(source: str, reports: list[Report], codes: Container[str] = CODES) -> Iterator[Verdict]:
    """The verdicts on all places of a program.

    Raises:
        SyntaxError: `source` is no program.
    """
    runs = Runs(source, thorough=bool(reports))
    said = {(each.code, each.line): each for each in reports if each.code in codes}
    for (code, line), report in said.items():
        yield Verdict(_reported(runs, code, line), code, line, report.text)
    lines = sorted({line for places in runs.as_it_is for line, _ in places})
    for code in CODES:
        for line in lines:
            # Where a timeout may be what has closed the generator, that is what is reported.
            told = {code, LATE} if code == "closed" else {code}
            silent = code in codes and not any((each, line) in said for each in told)
            if silent and _at(runs.as_it_is, code, line):
                missed = code != LATE and _is_decidable(runs, code, line)
                yield Verdict(tally.MISSED if missed else tally.SILENT, code, line)


def _reported(runs: Runs, code: str, line: int) -> str:
    if _is_shown(runs.as_it_is, code, line):
        return tally.TRUE
    if not _at(runs.as_it_is, code, line):
        return tally.UNSEEN
    if code == LATE:
        ways = chain(runs.all_ways(), runs.cautious_ways())
        shown = any(_is_shown(events, code, line) for events in ways)
        return tally.TRUE if shown else tally.FALSE
    return tally.UNSEEN if _may_be_elsewhere(runs, code, line) else tally.FALSE


def _may_be_elsewhere(runs: Runs, code: str, line: int) -> bool:
    """No run comes to a place where the operation begins, and nothing speaks against it there."""
    *_, very_many = runs.cautious_ways()
    return any(
        all(CERTAIN[code](event) or event.reused or event.hidden for event in events)
        for found in (runs.very_cautious, very_many)
        for place, events in _at(found, code, line).items()
        if place not in runs.as_it_is
    )


def _is_decidable(runs: Runs, code: str, line: int) -> bool:
    """The misuse is certain, and can be known to be."""
    return (
        _is_shown(runs.as_it_is, code, line, followed=True)
        and _is_shown(runs.cautious, code, line, followed=True)
        and all(
            _is_shown(found, code, line, followed=True) or not _at(found, code, line)
            for found in runs.cautious_ways()
        )
    )


def _at(events: Events, code: str, line: int) -> dict[object, list[Event]]:
    """What happened at a place: where the operation begins, or is written."""
    begins = code in ("reused-awaitable", "concurrent")
    return {place: list(found) for place, found in events.items() if place[not begins][0] == line}


def _is_shown(
    events: Events,
    code: str,
    line: int,
    *,
    followed: bool = False,
) -> bool:
    """The misuse is certain at one of the places."""
    found = _at(events, code, line)
    if code != "reused-awaitable":
        begun = {place: [e for e in each if _counts(e, code)] for place, each in found.items()}
        found = {place: each for place, each in begun.items() if each}
    if code == LATE:
        return any(event.late and not event.reused for each in found.values() for event in each)
    return any(
        all(CERTAIN[code](event) and not (followed and event.hidden) for event in each)
        and not (followed and all(event.late for event in each))
        for each in found.values()
    )


def _counts(event: Event, code: str) -> bool:
    """What is awaited again does nothing. Where that is all that a line does, there is no clash."""
    return not event.reused or (code == "concurrent" and event.elsewhere)


def _run(code: Any, world: World, recorder: Recorder) -> None:
    names: dict[str, Any] = {RECORDER: recorder, "__name__": "program"}
    names["c"] = Waiting(world, may_pass=recorder.cautious)
    exec(code, names)
    loop = recorder.loop = _loop()
    asyncio.set_event_loop(loop)
    if "Holder" in names:
        recorder.fresh = names["s0"]
        world.touchable, world.touched = names["Holder"](), recorder.touched
        names["main"] = world.touchable.main
    loop.finish(names["main"]())
    world.over = True


@cache
def _loop() -> Impatient:
    return Impatient()
