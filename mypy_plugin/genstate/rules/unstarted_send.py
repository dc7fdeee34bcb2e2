"""generator-unstarted-send

What:   a value is sent to a generator that has never been started.
Why:    there is no `yield` yet that could receive it: awaiting the call raises TypeError. So does
        the call itself, where the generator is a synchronous one: `gen.send(10)`.
Example:
    from collections.abc import AsyncGenerator

    async def average() -> AsyncGenerator[float, float | None]:
        total, count = 0.0, 0
        while True:
            value = yield total / max(count, 1)
            if value is not None:
                total, count = total + value, count + 1

    async def main() -> None:
        averages = average()
        await averages.asend(10)    # reported

Fix:    start the generator first: `await anext(gen)`, or `await gen.asend(None)`.

    from collections.abc import AsyncGenerator

    async def average() -> AsyncGenerator[float, float | None]:
        total, count = 0.0, 0
        while True:
            value = yield total / max(count, 1)
            if value is not None:
                total, count = total + value, count + 1

    async def main() -> None:
        averages = average()
        await anext(averages)
        await averages.asend(10)

Known:  silent where the generator may have been started out of sight: where it is a parameter, in
        a container or a closure, in an attribute that something else may have changed, or made by
        an imported function under a decorator.
Ref:    PEP 342, send(); PEP 525, asend(); https://github.com/python/mypy/issues/11023
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from genstate.cfg.exceptions import TYPE_ERROR
from genstate.rules.finding import Finding
from genstate.rules.preconditions import makes_generators
from genstate.rules.selection import (
    certain,
    function_name,
    is_expected,
    meets,
    protocol_of,
    sends_value,
)
from genstate.rules.wording import origins, start
from genstate.typestate import contract
from genstate.typestate.contract import State
from genstate.typestate.facts import Use
from genstate.typestate.solution import FunctionFlow

CODE: Final = "generator-unstarted-send"
MESSAGE: Final = (
    'Sending a value to generator "{name}", which was never started: TypeError "{words}"'
)
FIX: Final = "Start it first, with {start}"


may_apply: Final = makes_generators


def check(flow: FunctionFlow) -> Iterator[Finding]:
    """Report each send that certainly meets a generator in its created state."""
    for operation, uses in certain(flow, is_misuse):
        protocol = protocol_of(uses)
        words = contract.unstarted_words(protocol)
        yield Finding(
            CODE,
            operation.node,
            MESSAGE.format(name=function_name(uses), words=words),
            (origins(uses), FIX.format(start=start(protocol))),
        )


def is_misuse(use: Use) -> bool:
    """A value meets a created generator, and no test asks for the TypeError."""
    return sends_value(use) and meets(use, State.CREATED) and not is_expected(use, TYPE_ERROR)
