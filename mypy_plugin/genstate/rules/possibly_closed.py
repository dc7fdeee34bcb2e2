"""generator-possibly-closed

What:   on some paths, a generator is used after it has been closed, has run to its end, or failed.
Why:    as `generator-closed`, whenever one of these paths is taken.
Example:
    from collections.abc import AsyncGenerator

    async def lines() -> AsyncGenerator[str, None]:
        yield "first"
        yield "second"

    async def main(done: bool) -> None:
        source = lines()
        if done:
            await source.aclose()
        await anext(source)     # reported

Fix:    leave, or make a new generator, on the paths that close it.

    from collections.abc import AsyncGenerator

    async def lines() -> AsyncGenerator[str, None]:
        yield "first"
        yield "second"

    async def main(done: bool) -> None:
        source = lines()
        if done:
            await source.aclose()
            return
        await anext(source)

Known:  off by default: the program may know that only the other paths are taken.
Ref:    PEP 525
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from genstate.rules import cancelled_drive, closed
from genstate.rules.finding import Finding
from genstate.rules.preconditions import makes_generators
from genstate.rules.selection import possible
from genstate.typestate.solution import FunctionFlow

CODE: Final = "generator-possibly-closed"
WHEN: Final = " on some paths"


may_apply: Final = makes_generators


def check(flow: FunctionFlow) -> Iterator[Finding]:
    """Report each use that meets a closed generator on some paths only.

    Where a timeout has closed it on one of them, `generator-cancelled-drive` tells it.
    """
    timed_out = {found.node for found in cancelled_drive.check(flow)}
    for operation, uses in possible(flow, closed.is_misuse):
        if operation.node in timed_out:
            continue
        yield closed.finding(CODE, operation, uses, WHEN)
