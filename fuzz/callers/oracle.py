"""What really happens: the program is run on CPython for every outcome of its opaque conditions.

A program is run in two ways. *As it is*; and *blind*, where the bodies of its generator functions
and all that is opaque may do anything: yield, end, raise any exception that the program has a
handler for. What is certain as it is, but not blind, follows from the bodies alone. A blind run may
be *cautious* as well: exit stacks may swallow, `g is h` may be either, attributes may fail, what is
opaque may be interrupted, a parameter does what it likes, and so does a generator that has escaped,
or has ignored GeneratorExit, until it is closed. Or it may be *counted*: then the bodies give as
many values as the real ones.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import CodeType
from typing import Any, Final

from fuzz import captured
from fuzz.callers.counts import Count, counts
from fuzz.callers.instrument import MAIN, RECORDER, Stream, instrumented, streams
from fuzz.callers.recorder import Events, Recorder
from fuzz.decisions import Chooser, Search
from fuzz.exceptions import named
from fuzz.world import Fragile, Opaque, Waited, World, run

BROKEN: Final = (NameError, SyntaxError, AttributeError, Waited)
FILE: Final = "<program>"


@dataclass
class Observed:
    """What all runs of a program did."""

    events: Events
    exhaustive: bool
    broken: str = ""


@dataclass(frozen=True)
class Speech:
    """How programs of one protocol are recorded and run."""

    streams: Callable[[ast.Module], dict[str, Stream]]
    instrumented: Callable[[ast.Module, frozenset[str], bool], ast.Module]
    recorder: type[Recorder]
    drive: Callable[[Any, World], None]
    counts: Callable[[ast.Module, Iterator[str]], Mapping[str, Count]]


@dataclass(frozen=True)
class Runnable:
    """A program, ready to run."""

    code: CodeType
    speech: Speech
    streams: dict[str, Stream]
    raises: tuple[type[BaseException], ...]
    cautious: bool = False
    counts: Mapping[str, Count] = field(default_factory=dict)


def counted(source: str, speech: Speech) -> Runnable:
    """Make `source` ready to run blind, but with bodies that give as many values as they should."""
    tree = ast.parse(source)
    known = speech.counts(tree, iter(speech.streams(tree)))
    return replace(runnable(source, blind=True, speech=speech), counts=known)


def runnable(source: str, blind: bool, speech: Speech) -> Runnable:
    """Make `source` ready to run.

    Raises:
        SyntaxError: `source` is no program.
    """
    tree = ast.parse(source)
    raises = named(tree) if blind else ()
    known = speech.streams(tree)
    recorded = speech.instrumented(tree, captured.names(source), blind)
    return Runnable(compile(recorded, FILE, "exec"), speech, known, raises)


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
    world = World(chooser, program.raises, program.cautious)
    recorder = program.speech.recorder(world, program.streams, events, program.counts)
    names: dict[str, Any] = {RECORDER: recorder, "__name__": "program", "c": Opaque(world)}
    if program.raises and not program.counts:
        names["range"] = Opaque(world).range
    if program.cautious:
        names["c"] = Fragile(world)
    hooks = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(None, _forget)
    try:
        exec(program.code, names)
        program.speech.drive(names[MAIN], world)
    except BaseException as error:
        return error
    finally:
        world.over = True
        sys.set_asyncgen_hooks(*hooks)
    return None


def _forget(generator: object) -> None:
    """The finalizer of abandoned generators: their bodies are not run."""


def _drive(main: Callable[..., Any], world: World) -> None:
    """Run `main` to its end, or as far as the chooser likes where it is a generator."""
    made = main(*arguments(main, world))
    world.kept.append(made)
    if inspect.iscoroutine(made):
        run(made)
        return
    run(made.asend(None))
    while choice := world.chooser.choose(2, 1):
        run(made.asend(None) if choice == 1 else made.athrow(ValueError))
    run(made.aclose())


def arguments(main: Callable[..., Any], world: World, prefix: str = "") -> list[object]:
    """What `main` is given: by `c`, which has names with that `prefix` for the kinds."""
    code = main.__code__
    names = code.co_varnames[inspect.ismethod(main) : code.co_argcount]
    return [getattr(Opaque(world), prefix + name)() for name in names]


ASYNC: Final = Speech(streams, instrumented, Recorder, _drive, counts)
