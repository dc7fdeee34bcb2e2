"""generator-none-resume

What:   a started generator is resumed with None, though its send type excludes None.
Why:    `anext`, `asend(None)` and `async for` all send None; so do `next`, `send(None)`, `for` and
        the like. The body counts on a value of its send type, and breaks where it uses it.
Example:
    from collections.abc import AsyncGenerator

    async def adder() -> AsyncGenerator[int, int]:
        total = 0
        while True:
            total += yield total

    async def main() -> None:
        totals = adder()
        await anext(totals)     # starts it: right
        await anext(totals)     # reported

Fix:    send a value with `asend`, or let the send type include None.

    from collections.abc import AsyncGenerator

    async def adder() -> AsyncGenerator[int, int]:
        total = 0
        while True:
            total += yield total

    async def main() -> None:
        totals = adder()
        await anext(totals)
        await totals.asend(5)

Known:  silent where the body stands in the same module and throws the received value away at each
        of its yields, assigns it to a variable that nobody reads, or does with it only what can be
        done with None: compares it, tells by a test that it is there, or asks whether it is None
        and then leaves or takes another value (not where it raises); and behind a `yield from`,
        which hands on what is sent to it.
Ref:    PEP 342, send(); PEP 525, asend()
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from genstate.cfg.events import Consume, Operate
from genstate.cfg.terminators import Next
from genstate.cfg.vocabulary import Protocol
from genstate.rules.finding import Finding
from genstate.rules.preconditions import makes_generators
from genstate.rules.selection import certain, function_name, meets, protocol_of, resumes_with_none
from genstate.rules.wording import origins
from genstate.typestate.contract import State
from genstate.typestate.facts import Driving, Use
from genstate.typestate.solution import FunctionFlow

CODE: Final = "generator-none-resume"
MESSAGE: Final = (
    'Generator "{name}" is resumed with None, but the type of the values sent to it excludes None'
)
LOOP: Final = (
    '{loop} resumes generator "{name}" with None, '
    "but the type of the values sent to it excludes None"
)
FIX: Final = 'Send a value with "{send}", or let its send type include None'
_SENDS: Final = {Protocol.ASYNC: "asend", Protocol.SYNC: "send"}


may_apply: Final = makes_generators


def check(flow: FunctionFlow) -> Iterator[Finding]:
    """Report each operation, and each loop, that resumes a started generator with None."""
    for operation, uses in certain(flow, _is_misuse):
        if _may_ask_once(operation):
            yield _finding(operation, uses)
    for operation, uses in flow.facts.uses.values():
        wrong = [use for use in uses if _is_misuse(use)]
        if wrong and not _may_ask_once(operation) and all(_can_go_on(use) for use in uses):
            yield _finding(operation, wrong)


def _may_ask_once(operation: Driving) -> bool:
    """A first value may be all that it asks for: then it need not resume anything."""
    if isinstance(operation, Consume):
        return operation.early or operation.through.early
    return isinstance(operation, Operate) or operation.through.unasked


def _is_misuse(use: Use) -> bool:
    generators = use.generators() or []
    if isinstance(use.operation, Next) and use.operation.delegates:
        return False  # what is sent goes on to it
    return (
        resumes_with_none(use)
        and meets(use, State.SUSPENDED)
        and all(generator.function.refuses_none for generator in generators)
    )


def _can_go_on(use: Use) -> bool:
    """The loop is entered with a generator that is not at its end; or it goes round."""
    states = use.states()
    if not states or any(being.state == State.CLOSED.value for being in states):
        return use.again
    return all(generator.function.refuses_none for generator in use.generators() or ())


def _finding(operation: Driving, uses: list[Use]) -> Finding:
    name = function_name(uses)
    message = MESSAGE.format(name=name)
    if isinstance(operation, Next):
        message = LOOP.format(loop="The loop", name=name)
    elif isinstance(operation, Consume):
        message = LOOP.format(loop=f'"{operation.spelling}"', name=name)
    fix = FIX.format(send=_SENDS[protocol_of(uses)])
    return Finding(CODE, operation.node, message, (origins(uses), fix))
