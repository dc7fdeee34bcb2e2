"""generator-concurrent

What:   an operation on a generator is handed to a task, or awaited, while an earlier one on the
        same generator cannot have finished.
Why:    a generator does one thing at a time. If its body waits for something in the meantime, the
        second operation raises RuntimeError.
Example:
    import asyncio
    from collections.abc import AsyncGenerator

    async def ticks() -> AsyncGenerator[int, None]:
        while True:
            await asyncio.sleep(1)
            yield 1

    async def main() -> None:
        source = ticks()
        print(await asyncio.gather(anext(source), anext(source)))   # reported

Fix:    await one operation before the next, or give each task a generator of its own.

    import asyncio
    from collections.abc import AsyncGenerator

    async def ticks() -> AsyncGenerator[int, None]:
        while True:
            await asyncio.sleep(1)
            yield 1

    async def main() -> None:
        print(await asyncio.gather(anext(ticks()), anext(ticks())))

Known:  silent where the body may get to its next yield without waiting; the body of another module
        is taken to wait, and so is what the body is given to loop over. Once anything was awaited
        in between, the first operation may be over. Silent where one of the two may be cancelled
        before it begins, where a helper may fail before it comes to its operation, and in a test
        that asks for the RuntimeError.
Ref:    https://github.com/python/cpython/issues/74956
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from genstate.cfg.exceptions import RUNTIME_ERROR
from genstate.rules.finding import Finding
from genstate.rules.preconditions import makes_generators
from genstate.rules.selection import asks_for
from genstate.typestate import contract
from genstate.typestate.facts import Clash
from genstate.typestate.solution import FunctionFlow

CODE: Final = "generator-concurrent"
MESSAGE: Final = (
    'An operation on generator "{name}" begins while another one goes on, '
    "which raises RuntimeError: {words}"
)
FIRST: Final = 'The other one was handed to "{starter}" at line {line}'
FIX: Final = "Await one operation before the next, or give each task a generator of its own"


may_apply: Final = makes_generators


def _may_not_meet(flow: FunctionFlow, clash: Clash) -> bool:
    """One of the two may never begin, or find the generator closed."""
    return not clash.operations.isdisjoint(flow.facts.unbegun | flow.facts.forestalled)


def check(flow: FunctionFlow) -> Iterator[Finding]:
    """Report each operation that begins while another one on its generator is in flight."""
    for node, (event, clashes) in flow.facts.driven.items():
        found = [c for c in clashes if c is not None and not _may_not_meet(flow, c)]
        if not found or len(found) < len(clashes) or asks_for(event, RUNTIME_ERROR):
            continue
        clash = min(found, key=lambda clash: clash.starter.line)
        function = clash.generator.function
        words = contract.running_words(function.protocol)
        yield Finding(
            CODE,
            node,
            MESSAGE.format(name=function.name, words=words),
            (FIRST.format(starter=clash.starter.starter, line=clash.starter.line), FIX),
        )
