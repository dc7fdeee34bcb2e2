"""How synchronous programs are recorded and run."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from types import GeneratorType
from typing import Any, Final

from fuzz.callers.counts import ENDLESS, MANY, RUNS, Count, lets_out
from fuzz.callers.instrument import MAIN
from fuzz.callers.oracle import Speech, arguments
from fuzz.decisions import Chooser, Search
from fuzz.exceptions import named
from fuzz.sync.instrument import instrumented, streams
from fuzz.sync.recorder import SyncRecorder
from fuzz.world import Opaque, World


def drive(main: Callable[..., Any], world: World) -> None:
    """Run `main` to its end, or as far as the chooser likes where it is a generator."""
    made = main(*arguments(main, world, "s"))
    world.kept.append(made)
    if not (isinstance(made, GeneratorType) and made.gi_code is main.__code__):
        return
    next(made)
    while choice := world.chooser.choose(2, 1):
        next(made) if choice == 1 else made.throw(ValueError)
    made.close()


def counts(tree: ast.Module, names: Iterator[str]) -> Mapping[str, Count]:
    """How many values the module's own functions with these `names` give."""
    functions = [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and not (node.decorator_list or node.name == MAIN)
    ]
    by_name = {node.name: node for node in functions}
    wanted = by_name.keys() & set(names)
    alone = ast.Module([node for node in functions if node.name in wanted], [])
    code = compile(ast.fix_missing_locations(alone), "<streams>", "exec")
    found = {}
    for name in sorted(wanted):
        choosers = Search(RUNS, 0, name).choosers()
        given = [_given(code, name, chooser, named(tree)) for chooser in choosers]
        most = max(values for values, _ in given)
        least = min((values for values, ended in given if ended), default=ENDLESS)
        found[name] = Count(least, None if most == MANY else most, lets_out(by_name[name]))
    return found


def _given(
    code: Any, name: str, chooser: Chooser, raises: tuple[type[BaseException], ...]
) -> tuple[int, bool]:
    """How many values one generator gives, and whether it ends then."""
    world = World(chooser, raises)
    opaque = Opaque(world)
    names: dict[str, Any] = {"c": opaque, "range": opaque.range, "__annotations__": {}}
    exec(code, names)
    generator = names[name]()
    world.kept.append(generator)
    for values in range(MANY):
        try:
            next(generator)
        except StopIteration:
            return values, True
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException:
            world.over = True
            return values, False
    world.over = True
    return MANY, False


SYNC: Final = Speech(streams, instrumented, SyncRecorder, drive, counts)
