"""generator-leak

What:   an `async for` over a generator that has something to clean up can be left early, and
        nothing closes the generator.
Why:    it goes on waiting at its yield until it is collected: its `finally` runs late, in a task of
        its own, or never.
Example:
    from collections.abc import AsyncGenerator

    async def lines(path: str) -> AsyncGenerator[str, None]:
        with open(path) as file:
            for line in file:
                yield line

    async def main() -> None:
        async for line in lines("log"):     # reported
            if line.startswith("error"):
                break

Fix:    close it on every way out, with `contextlib.aclosing`.

    from collections.abc import AsyncGenerator
    from contextlib import aclosing

    async def lines(path: str) -> AsyncGenerator[str, None]:
        with open(path) as file:
            for line in file:
                yield line

    async def main() -> None:
        async with aclosing(lines("log")) as source:
            async for line in source:
                if line.startswith("error"):
                    break

Known:  off by default: the event loop closes what is left, at its own time. The body has to stand
        in the same module; an `except` in it that lets GeneratorExit pass cleans nothing up. A
        `yield` in the loop counts as a way out: the generator around it may be closed there. An
        exception out of the block of the loop does not count, but for one that a `raise` or an
        `assert` there raises.
Ref:    PEP 533; https://github.com/python/cpython/issues/88684
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from genstate.cfg.graph import Graph
from genstate.cfg.terminators import Next
from genstate.cfg.vocabulary import Protocol
from genstate.rules.finding import Finding
from genstate.rules.preconditions import makes_any_generators
from genstate.typestate.solution import FunctionFlow

CODE: Final = "generator-leak"
MESSAGE: Final = (
    'The loop over generator "{name}" can be left early, and nothing closes the generator then: '
    "its cleanup runs late, or never"
)
FIX: Final = 'Close it on every way out: "async with aclosing({name}(…)) as …", and loop over that'


def may_apply(graph: Graph) -> bool:
    """A generator is made, and looped over."""
    return makes_any_generators(graph) and any(
        isinstance(event, Next) and event.is_async for _, event in graph.events()
    )


def check(flow: FunctionFlow) -> Iterator[Finding]:
    """Report each loop that leaves behind a generator with something to clean up."""
    loops = {
        event.line: event
        for _, event in flow.graph.events()
        if isinstance(event, Next) and event.is_async
    }
    seen: set[object] = set()
    for generator, lines in flow.facts.lost.items():
        function = generator.function
        if not function.body.cleans_up or function.protocol is not Protocol.ASYNC:
            continue
        for line in sorted(lines & loops.keys()):
            if loops[line].node not in seen:
                seen.add(loops[line].node)
                text = MESSAGE.format(name=function.name)
                yield Finding(CODE, loops[line].node, text, (FIX.format(name=function.name),))
