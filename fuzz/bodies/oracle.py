"""What really happens: every generator function of a program is driven on CPython, in all ways."""

from __future__ import annotations

import ast
import asyncio
import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import CodeType
from typing import Any, Final

from fuzz.bodies.drive import MOST_STEPS, Recorder, Shown, close_anywhere, enter_and_leave
from fuzz.bodies.explore import Exploration
from fuzz.bodies.instrument import RECORDER, functions, instrumented
from fuzz.decisions import Chooser, Search
from fuzz.exceptions import named
from fuzz.world import Opaque, World

FILE: Final = "<program>"
LOOK: Final = 50


@dataclass(frozen=True)
class Runnable:
    """A program, ready to run, with its generator functions.

    Attributes:
        heads: the lines of their heads.
        ends: their last lines.
        raises: the exceptions that opaque calls may raise.
    """

    code: CodeType
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
    return Runnable(compile(instrumented(tree), FILE, "exec"), heads, ends, raises)


def observe(
    program: Runnable,
    search: Search | Exploration,
    shown: Shown,
    enough: Callable[[], bool] = lambda: False,
) -> bool:
    """Drive the program for all the choosers of `search`; whether these were all there are.

    Now and then it asks whether what is shown is `enough`.
    """
    hooks = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(None, _forget)
    exhaustive = True
    try:
        for name in program.heads:
            for number, chooser in enumerate(search.choosers(), 1):
                _run(program, name, chooser, shown)
                if number % LOOK == 0 and enough():
                    return False
            exhaustive &= search.exhaustive
    finally:
        sys.set_asyncgen_hooks(*hooks)
    return exhaustive


def _run(program: Runnable, name: str, chooser: Chooser, shown: Shown) -> None:
    world = World(chooser, program.raises)
    recorder = Recorder(world, shown, program.heads[name])
    names: dict[str, Any] = {RECORDER: recorder, "__name__": "program"}
    names["c"] = opaque = Opaque(world)
    names["range"] = opaque.range
    exec(program.code, names)
    _drive(names[name], recorder)
    world.over = True


def _drive(function: Callable[[], Any], recorder: Recorder) -> None:
    made = function()
    recorder.world.kept.append(made)
    plain: Callable[..., object] = inspect.unwrap(function)
    is_async = inspect.isasyncgenfunction(plain)
    if made.__class__.__module__ != "contextlib":
        close_anywhere(made, is_async, recorder, MOST_STEPS)
    elif recorder.world.chooser.choose(2):
        enter_and_leave(made, is_async, recorder)
    else:
        # Nobody drives these by hand: what comes of it is true, but need not be told.
        recorder.world.unlikely = True
        made = plain()
        recorder.world.kept.append(made)
        close_anywhere(made, is_async, recorder, 4)


def _forget(generator: object) -> None:
    """The finalizer of abandoned generators: their bodies are not run."""
