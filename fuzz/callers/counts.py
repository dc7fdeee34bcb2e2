"""How many values the generator functions of a program give: they are run, in all ways."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from fuzz.callers.instrument import MAIN
from fuzz.decisions import Chooser, Search
from fuzz.exceptions import named
from fuzz.world import Opaque, World, run

RUNS: Final = 200
MANY: Final = 6
ENDLESS: Final = 900
AROUND: Final = frozenset({"Try", "TryStar", "With", "AsyncWith"})


class Count(NamedTuple):
    """What is known of a body.

    Attributes:
        least: the fewest values before an end.
        most: the most; None where there may be many.
        lets_out: what is thrown in at a yield leaves it at once.
    """

    least: int = 0
    most: int | None = None
    lets_out: bool = False


def lets_out(function: ast.AST) -> bool:
    """No `try` or `with` of the function has a yield in it."""
    around = (node for node in ast.walk(function) if type(node).__name__ in AROUND)
    return not any(isinstance(part, ast.Yield) for node in around for part in ast.walk(node))


def counts(tree: ast.Module, names: Iterator[str]) -> Mapping[str, Count]:
    """The counts of the module's own functions with these `names`.

    Methods are left out: a class may override them. So is what is decorated; and the function that
    drives the others, which need not end.
    """
    functions = [
        node
        for node in tree.body
        if isinstance(node, ast.AsyncFunctionDef) and not (node.decorator_list or node.name == MAIN)
    ]
    by_name = {node.name: node for node in functions}
    wanted = by_name.keys() & set(names)
    alone = ast.Module([node for node in functions if node.name in wanted], [])
    code = compile(ast.fix_missing_locations(alone), "<streams>", "exec")
    found = {}
    for name in sorted(wanted):
        given = [
            _given(code, name, chooser, named(tree)) for chooser in Search(RUNS, 0, name).choosers()
        ]
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
    make: Callable[[], Any] = names[name]
    generator = make()
    world.kept.append(generator)
    for values in range(MANY):
        try:
            run(generator.asend(None))
        except StopAsyncIteration:
            return values, True
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException:
            world.over = True
            return values, False
    world.over = True
    return MANY, False
