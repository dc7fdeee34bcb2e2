"""generator-closed

What:   a generator is used after it has been closed, has run to its end, or has failed.
Why:    it cannot be started again. `anext` and `asend` raise StopAsyncIteration, an `async for`
        does nothing, and `athrow` gives None: the exception is lost. A synchronous generator raises
        StopIteration, `throw` hands the exception straight back, and what iterates over it (`for`,
        `list`, `sum` …) finds nothing.
Example:
    from collections.abc import AsyncGenerator

    async def lines() -> AsyncGenerator[str, None]:
        yield "first"
        yield "second"

    async def main() -> None:
        source = lines()
        print(await anext(source))
        await source.aclose()
        print(await anext(source))      # reported

Fix:    make a new generator by calling the function again.

    from collections.abc import AsyncGenerator

    async def lines() -> AsyncGenerator[str, None]:
        yield "first"
        yield "second"

    async def main() -> None:
        source = lines()
        print(await anext(source))
        await source.aclose()
        source = lines()
        print(await anext(source))

Known:  `anext(gen, default)` and a second `aclose()` are no misuse. Silent where it is not certain
        on every path that the generator is closed, and where an `assert`, or a method of a test
        case, asks what is left in it, or a loop over it just fails; and behind a condition that
        asks for its state, such as `inspect.getgeneratorstate(gen)`. `map`, `zip` and the like are
        followed where they are used on the spot (`list(map(str, gen))`), not where a variable keeps
        them. Unpacking a closed generator (`a, b = gen`) is not reported.
Ref:    PEP 342; PEP 525; https://github.com/python/mypy/issues/8640
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from genstate.cfg.events import Consume
from genstate.cfg.terminators import Next
from genstate.cfg.vocabulary import GENEXPR, Operation, Protocol
from genstate.rules.cancelled_drive import timed_out
from genstate.rules.finding import Finding
from genstate.rules.preconditions import makes_generators
from genstate.rules.selection import certain, function_name, is_expected, meets, protocol_of
from genstate.rules.wording import origins
from genstate.typestate import contract
from genstate.typestate.contract import State
from genstate.typestate.facts import Driving, Use
from genstate.typestate.solution import FunctionFlow

CODE: Final = "generator-closed"
STOPPED: Final = '"{spelling}" on generator "{name}", which is closed{when}, raises {stop}'
LOST: Final = (
    '"{spelling}" on generator "{name}", which is closed{when}, gives None: the exception is lost'
)
BACK: Final = (
    '"{spelling}" on generator "{name}", which is closed{when}: the exception comes straight back'
)
NOTHING: Final = '"{spelling}" finds nothing in generator "{name}", which is closed{when}'
EMPTY: Final = (
    'Iterating over generator "{name}", which is closed{when}: the body of the loop never runs'
)
FIX: Final = 'A closed generator cannot be started again: make a new one with a call of "{name}"'
FIX_EXPRESSION: Final = (
    "A closed generator cannot be started again: write the expression again, or keep a list"
)


may_apply: Final = makes_generators


def check(flow: FunctionFlow) -> Iterator[Finding]:
    """Report each use that certainly meets a closed generator."""
    for operation, uses in certain(flow, is_misuse):
        yield finding(CODE, operation, uses, "")


def is_misuse(use: Use) -> bool:
    """An operation other than closing meets a closed generator, and no test asks for its end."""
    if use.request.operation is Operation.CLOSE or use.request.default or use.again:
        return False
    if timed_out(use) or not meets(use, State.CLOSED) or _is_asserted(use.operation):
        return False
    return not is_expected(use, contract.stop(protocol_of([use])))


def finding(code: str, operation: Driving, uses: list[Use], when: str) -> Finding:
    """The finding for a use after the end; `when` limits it to some paths."""
    name = function_name(uses)
    protocol = protocol_of(uses)
    stop = contract.stop(protocol).short_name
    spelling = "yield from" if isinstance(operation, Next) else operation.spelling
    message = _template(operation, protocol).format(
        spelling=spelling, name=name, when=when, stop=stop
    )
    fix = FIX_EXPRESSION if name == GENEXPR else FIX.format(name=name)
    return Finding(code, operation.node, message, (origins(uses), fix))


def _template(operation: Driving, protocol: Protocol) -> str:
    if isinstance(operation, Next):
        return NOTHING if operation.delegates else EMPTY
    if isinstance(operation, Consume):
        return NOTHING
    if operation.operation is Operation.THROW:
        return LOST if protocol is Protocol.ASYNC else BACK
    return STOPPED


def _is_asserted(operation: Driving) -> bool:
    """A test asks what is left in it."""
    return isinstance(operation, (Next, Consume)) and operation.asserted
