"""generator-reused-awaitable

What:   the awaitable of an operation (`anext`, `asend`, `athrow`, `aclose`) is awaited a second
        time.
Why:    it stands for one operation, and is used up by the first await, even by one that failed.
        Where two tasks await it at the same time, one of them fails.
Example:
    import asyncio
    from collections.abc import AsyncGenerator

    async def ticks() -> AsyncGenerator[int, None]:
        while True:
            await asyncio.sleep(1)
            yield 1

    async def main() -> None:
        source = ticks()
        step = source.asend(None)
        print(await step)
        print(await step)       # reported

Fix:    call the method again for each operation.

    import asyncio
    from collections.abc import AsyncGenerator

    async def ticks() -> AsyncGenerator[int, None]:
        while True:
            await asyncio.sleep(1)
            yield 1

    async def main() -> None:
        source = ticks()
        print(await source.asend(None))
        print(await source.asend(None))

Known:  silent where it is not certain on every path that it was awaited, and in a test that asks
        for the RuntimeError. `gather(step, step)` awaits it once. A cancellation does not use up
        the awaitable of `athrow` or `aclose` before Python 3.13: silent behind one.
Ref:    PEP 525; CPython's Objects/genobject.c
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from genstate.cfg.exceptions import RUNTIME_ERROR
from genstate.cfg.graph import Graph
from genstate.rules.finding import Finding
from genstate.rules.preconditions import keeps_awaitables
from genstate.rules.selection import asks_for
from genstate.typestate import contract
from genstate.typestate.facts import Reuse
from genstate.typestate.solution import FunctionFlow

CODE: Final = "generator-reused-awaitable"
MESSAGE: Final = (
    'The awaitable of "{spelling}" is awaited a second time, which raises RuntimeError: {words}'
)
TWICE: Final = (
    'The awaitable of "{spelling}" is awaited a second time while its first await goes on: '
    "one of the two raises RuntimeError: {words}"
)
EITHER: Final = (
    'The awaitable of "{spelling}" is awaited a second time: '
    "one of the two raises RuntimeError: {words}"
)
FIRST: Final = "It was awaited at line {line}"
HANDED: Final = "It was handed over at line {line}"
FIX: Final = 'Call "{spelling}" again: each call makes one operation'

_MESSAGES: Final[dict[bool | None, str]] = {False: MESSAGE, True: TWICE, None: EITHER}


def may_apply(graph: Graph) -> bool:
    """The awaitable of an operation is kept."""
    return keeps_awaitables(graph)


def check(flow: FunctionFlow) -> Iterator[Finding]:
    """Report each await of what was certainly awaited before."""
    for node, (event, reuses) in flow.facts.awaited.items():
        found = [reuse for reuse in reuses if reuse is not None]
        if not found or len(found) < len(reuses) or asks_for(event, RUNTIME_ERROR):
            continue
        first = min(found, key=lambda reuse: reuse.line)
        operation = first.operation
        words = contract.reused_words(operation.operation)
        message = _MESSAGES[_going_on(found)]
        origin = FIRST if first.goes_on is False else HANDED
        yield Finding(
            CODE,
            node,
            message.format(spelling=operation.spelling, words=words),
            (origin.format(line=first.line), FIX.format(spelling=operation.spelling)),
        )


def _going_on(found: list[Reuse]) -> bool | None:
    """Whether the first await goes on; None where that is not the same on all paths."""
    answers = {reuse.goes_on for reuse in found}
    return answers.pop() if len(answers) == 1 else None
