"""What really happens: every generator function of a program is driven on CPython, in all ways."""

from __future__ import annotations

import ast
import asyncio
import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from fuzz.bodies.drive import MOST_STEPS, Recorder, Shown, close_anywhere, enter_and_leave
from fuzz.bodies.explore import Exploration
from fuzz.bodies.instrument import RECORDER, functions, instrumented
from fuzz.decisions import Search
from fuzz.exceptions import named
from fuzz.world import Opaque, World

FILE: Final = "<program>"


@dataclass(frozen=True)
class Runnable:
    """A program, ready to run, with its generator functions.

    Attributes:
        names: its module, with all that its top level has made.
        heads: the lines of their heads.
        ends: their last lines.
        raises: the exceptions that opaque calls may raise.
    """

    names: dict[str, Any]
    heads: dict[str, int]
    ends: dict[str, int]
    raises: tuple[type[BaseException], ...]

    def has(self, line: int) -> bool:
        """The line belongs to one of the functions."""
        return any(head <= line <= self.ends[name] for name, head in self.heads.items())


def runnable(source: str) -> Runnable:
    """Make `source` ready to run.

    Raises:
        SyntaxError: `source` is no program.
    """
    tree = ast.parse(source)
    heads = {name: node.lineno for name, node in functions(tree).items()}
    ends = {name: node.end_lineno or 0 for name, node in functions(tree).items()}
    raises = (*named(tree), asyncio.CancelledError)
    names: dict[str, Any] = {"__name__": "program"}
    exec(compile(instrumented(tree), FILE, "exec"), names)
    return Runnable(names, heads, ends, raises)


def observe(program: Runnable, search: Search | Exploration, shown: Shown) -> bool:
    """Drive the program for all the choosers of `search`; whether these were all there are."""
    hooks = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(None, _forget)
    exhaustive = True
    try:
        for name, head in program.heads.items():
            driven = _driven(program.names[name])
            for chooser in search.choosers():
                world = World(chooser, program.raises)
                _run(program.names, driven, Recorder(world, shown, head))
            exhaustive &= search.exhaustive
    finally:
        sys.set_asyncgen_hooks(*hooks)
    return exhaustive


@dataclass(frozen=True)
class Driven:
    """A generator function: as it is called, and without its decorator."""

    function: Callable[[], Any]
    plain: Callable[[], Any]
    is_async: bool


def _driven(function: Callable[[], Any]) -> Driven:
    plain = inspect.unwrap(function)
    return Driven(function, plain, inspect.isasyncgenfunction(plain))


def _run(names: dict[str, Any], driven: Driven, recorder: Recorder) -> None:
    """One run. Nothing at the top level of a program changes: only what it knows of the outside."""
    opaque = Opaque(recorder.world)
    names.update({RECORDER: recorder, "c": opaque, "range": opaque.range})
    _drive(driven, recorder)
    recorder.world.over = True


def _drive(driven: Driven, recorder: Recorder) -> None:
    made = driven.function()
    recorder.world.kept.append(made)
    if made.__class__.__module__ != "contextlib":
        close_anywhere(made, driven.is_async, recorder, MOST_STEPS)
    elif recorder.world.chooser.choose(2):
        enter_and_leave(made, driven.is_async, recorder)
    else:
        # Nobody drives these by hand: what comes of it is true, but need not be told.
        recorder.world.unlikely = True
        made = driven.plain()
        recorder.world.kept.append(made)
        close_anywhere(made, driven.is_async, recorder, 4)


def _forget(generator: object) -> None:
    """The finalizer of abandoned generators: their bodies are not run."""
