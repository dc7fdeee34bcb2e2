"""generator-possibly-unstarted-send

What:   on some paths, a value is sent to a generator that has never been started.
Why:    as `generator-unstarted-send`: TypeError, whenever one of these paths is taken.
Example:
    from collections.abc import AsyncGenerator

    async def adder() -> AsyncGenerator[int, int]:
        total = 0
        while True:
            total += yield total

    async def main(warm: bool) -> None:
        totals = adder()
        if warm:
            await anext(totals)
        await totals.asend(10)      # reported

Fix:    start the generator on every path that leads to the send.

    from collections.abc import AsyncGenerator

    async def adder() -> AsyncGenerator[int, int]:
        total = 0
        while True:
            total += yield total

    async def main() -> None:
        totals = adder()
        await anext(totals)
        await totals.asend(10)

Known:  off by default: the program may know that only the other paths are taken.
Ref:    PEP 525, asend()
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from genstate.rules.finding import Finding
from genstate.rules.preconditions import makes_generators
from genstate.rules.selection import function_name, possible, protocol_of
from genstate.rules.unstarted_send import is_misuse
from genstate.rules.wording import origins, start
from genstate.typestate import contract
from genstate.typestate.solution import FunctionFlow

CODE: Final = "generator-possibly-unstarted-send"
MESSAGE: Final = (
    'Sending a value to generator "{name}", which on some paths was never started: '
    'TypeError "{words}"'
)
FIX: Final = "Start it on every path, with {start}"


may_apply: Final = makes_generators


def check(flow: FunctionFlow) -> Iterator[Finding]:
    """Report each send that meets a generator in its created state on some paths only."""
    for operation, uses in possible(flow, is_misuse):
        protocol = protocol_of(uses)
        words = contract.unstarted_words(protocol)
        yield Finding(
            CODE,
            operation.node,
            MESSAGE.format(name=function_name(uses), words=words),
            (origins(uses), FIX.format(start=start(protocol))),
        )
