"""generator-unstarted-send

What:   a value is sent to a generator that has never been started.
Why:    there is no `yield` yet that could receive it: the call raises TypeError.
Example:
    gen = counter()
    await gen.asend(10)         # reported
Fix:    start the generator first: `await anext(gen)`, or `await gen.asend(None)`.
Known:  silent where the generator may have been started out of sight (a parameter, an attribute,
        a container, a closure, an imported function under a decorator).
Ref:    PEP 525, asend(); https://github.com/python/mypy/issues/11023
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from genstate.cfg.events import Operate, Operation
from genstate.rules.finding import Finding
from genstate.rules.wording import origins
from genstate.typestate import contract
from genstate.typestate.contract import State
from genstate.typestate.facts import Use
from genstate.typestate.operations import sends_none
from genstate.typestate.solution import FunctionFlow

CODE: Final = "generator-unstarted-send"
MESSAGE: Final = (
    'Sending a value to generator "{name}" before it is started raises TypeError: {words}'
)
FIX: Final = "Start it first, for example with {start}"


def check(flow: FunctionFlow) -> Iterator[Finding]:
    """Report each send that certainly meets a generator in its created state."""
    for (operation, _), uses in flow.facts.uses.items():
        if not isinstance(operation, Operate) or operation.operation is not Operation.SEND:
            continue
        if all(_is_misuse(operation, use) for use in uses):
            yield _finding(operation, uses)


def _is_misuse(operation: Operate, use: Use) -> bool:
    states = use.states()
    return (
        bool(states)
        and states is not None
        and all(being.state == State.CREATED.value for being in states)
        and sends_none(use.request.argument, never_none=operation.never_none) is False
    )


def _finding(operation: Operate, uses: list[Use]) -> Finding:
    generator = next(g for use in uses for g in use.generators() or ())
    words = contract.unstarted_words(generator.function.protocol)
    return Finding(
        CODE,
        operation.node,
        MESSAGE.format(name=generator.function.name, words=words),
        (origins(uses), FIX.format(start='"await anext(…)"')),
    )
