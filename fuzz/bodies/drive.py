"""Drives a body in every way that it can be driven, and notes the breaches that this shows."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from fuzz.world import EndOfRun, World, run

EXIT_YIELD: Final = "exit-yield"
STOP_ITERATION: Final = "stop-iteration"
MANAGER_YIELDS: Final = "contextmanager-yields"
MOST_STEPS: Final = 9
Breach: TypeAlias = tuple[str, int]


@dataclass
class Shown:
    """What all runs have shown: breaches, with the lines where they may be reported."""

    breaches: dict[tuple[str, frozenset[int]], bool] = field(default_factory=dict)
    yields: set[int] = field(default_factory=set)
    raises: set[int] = field(default_factory=set)
    returns: set[int] = field(default_factory=set)
    managers: set[int] = field(default_factory=set)

    def reached(self, line: int) -> bool:
        """Whether any run came to the yield, `raise`, `return` or head on that line."""
        return line in self.yields | self.raises | self.returns | self.managers

    def add(self, code: str, lines: frozenset[int], likely: bool) -> None:
        """A run has shown it. `likely`: without anything far-fetched."""
        self.breaches[code, lines] = self.breaches.get((code, lines), False) or likely


@dataclass
class Recorder:
    """One run of one function."""

    world: World
    shown: Shown
    head: int
    path: list[int] = field(default_factory=list)
    last_end: int = 0
    last_raise: int = 0
    in_with: bool = False
    handled: list[tuple[BaseException | None, int]] = field(default_factory=list)

    def tick(self) -> None:
        self.world.tick()

    def yielding(self, head: int, line: int, value: object) -> object:
        if head == self.head:
            self.path.append(line)
            self.shown.yields.add(line)
            if self.in_with and len(self.path) == 2:
                self.note(MANAGER_YIELDS, line)
        return value

    def returning(self, head: int, line: int) -> None:
        if head == self.head:
            self.last_end = line
            self.shown.returns.add(line)

    def ended(self, head: int) -> None:
        if head == self.head:
            self.last_end = head

    def raising(self, head: int, line: int) -> None:
        if head == self.head:
            self.last_raise = line
            self.handled.append((sys.exc_info()[1], line))
            self.shown.raises.add(line)

    def note(self, code: str, *lines: int) -> None:
        """A breach. That a cleanup fails of itself matters only to what it raises then."""
        if not self.world.over:
            unlikely = self.world.unlikely or (self.world.failing and code != STOP_ITERATION)
            self.shown.add(code, frozenset(lines), likely=not unlikely)


def close_anywhere(generator: Any, is_async: bool, recorder: Recorder, most: int) -> None:
    """Step a generator up to `most` times, throw into it now and then, and close it."""
    steps = AsyncSteps(generator) if is_async else SyncSteps(generator)
    world = recorder.world
    with _judged(recorder):
        steps.resume()
        for _ in range(world.chooser.choose(most)):
            choice = world.chooser.choose(1, len(world.raises))
            if choice:
                steps.throw(world.made(world.raises[choice - 1]))
            else:
                steps.resume()
        world.leaving = True
        steps.close(lambda line: recorder.note(EXIT_YIELD, line))


def enter_and_leave(manager: Any, is_async: bool, recorder: Recorder) -> None:
    """Use a context manager: its block ends, or raises."""
    world = recorder.world
    recorder.in_with = True
    recorder.shown.managers.add(recorder.head)
    enter, leave = _protocol(manager, is_async)
    with _judged(recorder):
        enter()
        choice = world.chooser.choose(2, len(world.raises))
        if choice <= 1:
            leave(None, None, None)
        else:
            error = world.made(world.raises[choice - 2])
            world.leaving = True
            leave(type(error), error, None)


def _protocol(manager: Any, is_async: bool) -> tuple[Callable[[], object], Callable[..., object]]:
    if not is_async:
        return manager.__enter__, manager.__exit__
    return (lambda: run(manager.__aenter__())), (lambda *info: run(manager.__aexit__(*info)))


@contextmanager
def _judged(recorder: Recorder) -> Iterator[None]:
    """Take what comes out of a body for what it says of the body."""
    try:
        yield
    except EndOfRun:
        return
    except RuntimeError as error:
        _judge(error, recorder)
    except BaseException:
        return


def _judge(error: RuntimeError, recorder: Recorder) -> None:
    words, cause = str(error), error.__cause__
    if words == "generator didn't yield":
        recorder.note(MANAGER_YIELDS, recorder.last_end)
    elif "raised Stop" in words and cause is not None:
        _judge_stop(cause, recorder)


def _judge_stop(cause: BaseException, recorder: Recorder) -> None:
    """The body let an end of iteration out: one of its own, or one that it passed on."""
    if recorder.in_with and len(recorder.path) > 1:
        # The second yield was the breach; this is what came of it.
        recorder.world.unlikely = True
    if not recorder.world.is_own(cause):
        recorder.note(STOP_ITERATION, *_lines(cause), recorder.last_raise)
        return
    lines = [line for handled, line in recorder.handled if handled is cause]
    if lines:
        recorder.world.unlikely = True
        recorder.note(STOP_ITERATION, *lines)


def _lines(error: BaseException) -> Iterator[int]:
    """The lines of the body that the exception was raised at, and raised again."""
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<program>":
            yield trace.tb_lineno
        trace = trace.tb_next


@dataclass
class SyncSteps:
    """The operations on a generator."""

    generator: Any

    def resume(self) -> None:
        next(self.generator)

    def throw(self, error: BaseException) -> None:
        self.generator.throw(error)

    def close(self, ignored: Callable[[int], None]) -> None:
        """Close it; `ignored` hears at which line it yielded instead."""
        try:
            self.generator.close()
        except RuntimeError as error:
            if "ignored GeneratorExit" not in str(error):
                raise
            ignored(self.generator.gi_frame.f_lineno)


@dataclass
class AsyncSteps:
    """The same operations on an async generator."""

    generator: Any

    def resume(self) -> None:
        run(self.generator.__anext__())

    def throw(self, error: BaseException) -> None:
        run(self.generator.athrow(error))

    def close(self, ignored: Callable[[int], None]) -> None:
        try:
            run(self.generator.aclose())
        except RuntimeError as error:
            if "ignored GeneratorExit" not in str(error):
                raise
            ignored(self.generator.ag_frame.f_lineno)
