"""What really happens: the program is run on CPython for every outcome of its opaque conditions.

A program is run in two ways. *As it is*; and *blind*, where the bodies of its generator functions and
all that is opaque may do anything: yield, end, raise any exception that the program has a handler
for. What is certain as it is, but not blind, follows from the bodies alone.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from types import CodeType
from typing import Any, Final

from fuzz import captured
from fuzz.callers.instrument import RECORDER, Stream, instrumented, streams
from fuzz.callers.recorder import Events, Recorder
from fuzz.decisions import Chooser, Search
from fuzz.world import Opaque, World

BROKEN: Final = (NameError, SyntaxError, AttributeError)
FILE: Final = "<program>"
Sweeper = Callable[[object], None]


@dataclass
class Observed:
    """What all runs of a program did."""

    events: Events
    exhaustive: bool
    broken: str = ""


@dataclass(frozen=True)
class Runnable:
    """A program, ready to run."""

    code: CodeType
    streams: dict[str, Stream]
    raises: tuple[type[BaseException], ...]


def runnable(source: str, blind: bool) -> Runnable:
    """Make `source` ready to run.

    Raises:
        SyntaxError: `source` is no program.
    """
    tree = ast.parse(source)
    raises = _caught(tree) if blind else ()
    known = streams(tree)
    recorded = instrumented(tree, captured.names(source), blind)
    return Runnable(compile(recorded, FILE, "exec"), known, raises)


def _caught(tree: ast.Module) -> tuple[type[BaseException], ...]:
    """The exception classes that the program has a word for, and one that it has not."""
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    found = {getattr(builtins, name, None) for name in names} | {KeyError}
    classes = [kind for kind in found if isinstance(kind, type) and issubclass(kind, BaseException)]
    return tuple(sorted(classes, key=lambda kind: kind.__name__))


def observe(program: Runnable, search: Search) -> Observed:
    """Run the program for all the choosers of `search`."""
    observed = Observed(defaultdict(Counter), exhaustive=False)
    for chooser in search.choosers():
        error = _run(program, chooser, observed.events)
        if isinstance(error, BROKEN):
            observed.broken = repr(error)
    observed.exhaustive = search.exhaustive
    return observed


def _run(program: Runnable, chooser: Chooser, events: Events) -> BaseException | None:
    world = World(chooser, program.raises)
    recorder = Recorder(world, program.streams, events)
    names: dict[str, Any] = {RECORDER: recorder, "__name__": "program", "c": Opaque(world)}
    if program.raises:
        names["range"] = lambda *_: Opaque(world).items()
    hooks = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(None, _forget)
    try:
        exec(program.code, names)
        steps = _main(names, world)
        steps.send(None)
    except StopIteration:
        return None
    except BaseException as error:
        return error
    finally:
        world.over = True
        sys.set_asyncgen_hooks(*hooks)
    raise AssertionError("a program waited")


def _forget(generator: object) -> None:
    """The finalizer of abandoned generators: their bodies are not run."""


def _main(names: dict[str, Any], world: World) -> Coroutine[object, None, object]:
    main = names["main"]
    arguments = [getattr(Opaque(world), name)() for name in inspect.signature(main).parameters]
    made = main(*arguments)
    assert inspect.iscoroutine(made)
    return made


