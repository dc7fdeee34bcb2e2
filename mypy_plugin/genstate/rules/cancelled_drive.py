"""generator-cancelled-drive

What:   a generator is used again after an operation on it ran into a timeout.
Why:    the timeout cancels the operation, and the cancellation ends the body: the generator is
        closed. To try again gives StopAsyncIteration, as if there were no more values.
Example:
    import asyncio
    from collections.abc import AsyncGenerator

    async def ticks() -> AsyncGenerator[int, None]:
        while True:
            await asyncio.sleep(1)
            yield 1

    async def main() -> None:
        source = ticks()
        while True:
            try:
                print(await asyncio.wait_for(anext(source), 5))     # reported
            except asyncio.TimeoutError:
                print("still waiting")

Fix:    keep one task for the operation over all turns, and wait for `asyncio.shield(task)`; or make
        a new generator after the timeout.

    import asyncio
    from collections.abc import AsyncGenerator

    async def ticks() -> AsyncGenerator[int, None]:
        while True:
            await asyncio.sleep(1)
            yield 1

    async def main() -> None:
        source = ticks()
        step = asyncio.ensure_future(anext(source))
        while True:
            try:
                print(await asyncio.wait_for(asyncio.shield(step), 5))
            except asyncio.TimeoutError:
                print("still waiting")
            else:
                step = asyncio.ensure_future(anext(source))

Known:  a `with` block that has a time limit (`asyncio.timeout`, `move_on_after` …) counts where it
        waits for one thing alone: for one `await`, or in one `async for`. Silent where the limit
        may be None, or is zero; where the program has asked something in the meantime that may tell
        it of the timeout, or that may fail because a variable has no value; where some way through
        the body never waits, or only with a limit of time of its own; and where what the body waits
        for may handle the cancellation, or is not cut off by one, such as a thread of anyio or
        trio. What other modules do is trusted to wait, and to let a cancellation pass.
Ref:    https://github.com/python/cpython/issues/86296
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from genstate.cfg.terminators import Next
from genstate.cfg.vocabulary import Operation
from genstate.rules.finding import Finding
from genstate.rules.preconditions import makes_generators
from genstate.rules.selection import function_name
from genstate.rules.wording import inside
from genstate.typestate.conditions import Being
from genstate.typestate.facts import Use
from genstate.typestate.solution import FunctionFlow
from genstate.typestate.values import ordered

CODE: Final = "generator-cancelled-drive"
MESSAGE: Final = (
    'Generator "{name}" is used again after a timeout, which has closed it: '
    "there are no more values"
)
CLOSED: Final = "The operation at line {line} was cancelled by its timeout"
EARLIER: Final = "In an earlier turn of the loop, the operation was cancelled by its timeout"
FIX: Final = (
    'Wait for "asyncio.shield(task)" of a task that is kept until it is done, '
    "or make a new generator after the timeout"
)


may_apply: Final = makes_generators


def check(flow: FunctionFlow) -> Iterator[Finding]:
    """Report each operation that some path reaches with a generator closed by a timeout."""
    for operation, uses in flow.facts.uses.values():
        wrong = [use for use in uses if not use.store.path.doubtful and timed_out(use)]
        if not wrong or (not isinstance(operation, Next) and _is_harmless(wrong[0])):
            continue
        line = min(being.line for use in wrong for being in timed_out(use))
        at = {operation.line, *(use.at.line for use in wrong)}
        origin = (EARLIER if line in at else CLOSED.format(line=line)) + inside(wrong)
        text = MESSAGE.format(name=function_name(wrong))
        yield Finding(CODE, operation.node, text, (origin, FIX))


def timed_out(use: Use) -> list[Being]:
    """The states of the generators, if a timeout has closed them all on this path."""
    states = use.states() or ()
    return list(ordered(states)) if all(being.is_late for being in states) else []


def _is_harmless(use: Use) -> bool:
    return use.request.operation is Operation.CLOSE or use.request.default
