"""generator-unstarted-throw

What:   an exception is thrown into a generator that has never been started.
Why:    the body never sees it: the exception comes straight back, and the generator is closed. The
        same holds for `throw` on a synchronous generator.
Example:
    from collections.abc import AsyncGenerator

    async def lines() -> AsyncGenerator[str, None]:
        try:
            yield "first"
        except TimeoutError:
            yield "too late"

    async def main() -> None:
        source = lines()
        await source.athrow(TimeoutError())     # reported

Fix:    start the generator first, or raise the exception where it is needed.

    from collections.abc import AsyncGenerator

    async def lines() -> AsyncGenerator[str, None]:
        try:
            yield "first"
        except TimeoutError:
            yield "too late"

    async def main() -> None:
        source = lines()
        await anext(source)
        await source.athrow(TimeoutError())

Known:  silent where the generator may have been started out of sight.
Ref:    PEP 342, throw(); PEP 525, athrow()
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from genstate.cfg.vocabulary import Operation
from genstate.rules.finding import Finding
from genstate.rules.preconditions import makes_generators
from genstate.rules.selection import certain, function_name, meets, protocol_of
from genstate.rules.wording import origins, start
from genstate.typestate.contract import State
from genstate.typestate.facts import Use
from genstate.typestate.solution import FunctionFlow
from genstate.typestate.values import Thrown

CODE: Final = "generator-unstarted-throw"
MESSAGE: Final = (
    'Throwing into generator "{name}", which was never started: its body never sees the exception, '
    "which comes straight back"
)
FIX: Final = "Start it first, with {start}, or raise the exception here"


may_apply: Final = makes_generators


def check(flow: FunctionFlow) -> Iterator[Finding]:
    """Report each throw that certainly meets a generator in its created state."""
    for operation, uses in certain(flow, _is_misuse):
        yield Finding(
            CODE,
            operation.node,
            MESSAGE.format(name=function_name(uses)),
            (origins(uses), FIX.format(start=start(protocol_of(uses)))),
        )


def _is_misuse(use: Use) -> bool:
    return (
        use.request.operation is Operation.THROW
        and meets(use, State.CREATED)
        and not _asked_for(use)
    )


def _asked_for(use: Use) -> bool:
    """A test around the operation asks for what is thrown."""
    return any(
        isinstance(atom, Thrown) and atom.raised.is_subclass_of(wanted)
        for atom in use.request.argument
        for wanted in use.operation.expected
    )
