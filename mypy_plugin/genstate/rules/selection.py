"""Which uses of generators a rule is about: those that certainly, or possibly, go wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from genstate.cfg.events import Await, Operate, Start
from genstate.cfg.exceptions import ExceptionClass
from genstate.cfg.vocabulary import Operation, Protocol
from genstate.typestate.contract import State
from genstate.typestate.facts import Driving, Use
from genstate.typestate.operations import sends_none
from genstate.typestate.solution import FunctionFlow

Misuse: TypeAlias = Callable[[Use], bool]


def certain(flow: FunctionFlow, misuse: Misuse) -> Iterator[tuple[Driving, list[Use]]]:
    """The operations that are a misuse on every path on which they take effect."""
    for operation, uses in flow.facts.uses.values():
        handed_over = any(isinstance(use.at, Start) for use in uses)
        overtaken = handed_over and operation.node in flow.facts.overtaken
        if not overtaken and all(map(misuse, uses)):
            yield operation, uses


def possible(flow: FunctionFlow, misuse: Misuse) -> Iterator[tuple[Driving, list[Use]]]:
    """The operations that are a misuse on some path that reaches them, but not on every one."""
    known = {operation.node for operation, _ in certain(flow, misuse)}
    for operation, uses in flow.facts.uses.values():
        wrong = [use for use in uses if misuse(use) and use.store.path.likely]
        if wrong and operation.node not in known:
            yield operation, wrong


def in_state(use: Use, state: State) -> bool:
    """All generators of the use are certainly in `state`."""
    states = use.states()
    return bool(states) and all(being.state == state.value for being in states or ())


def meets(use: Use, state: State) -> bool:
    """All that is used are certainly generators in `state`, of those that are judged."""
    return in_state(use, state) and all(g.function.judged for g in use.generators() or ())


def sends_value(use: Use) -> bool:
    """Something that is certainly not None is sent."""
    operation = use.operation
    return (
        isinstance(operation, Operate)
        and operation.operation is Operation.SEND
        and sends_none(use.request.argument, never_none=operation.never_none) is False
    )


def resumes_with_none(use: Use) -> bool:
    """None is certainly sent, by any spelling."""
    if use.request.operation is Operation.NEXT:
        return True
    operation = use.operation
    return (
        isinstance(operation, Operate)
        and operation.operation is Operation.SEND
        and sends_none(use.request.argument, never_none=operation.never_none) is True
    )


def is_expected(use: Use, raised: ExceptionClass) -> bool:
    """A test around the operation asks for this very exception by name."""
    return asks_for(use.operation, raised)


def asks_for(event: Driving | Await | Start, raised: ExceptionClass) -> bool:
    """A test around the event asks for this very exception by name."""
    return any(raised.is_subclass_of(wanted) for wanted in event.expected)


def protocol_of(uses: list[Use]) -> Protocol:
    """The protocol of the generators that are used."""
    return next(g.function.protocol for use in uses for g in use.generators() or ())


def function_name(uses: list[Use]) -> str:
    """The name of the generator function whose generator is used."""
    return next(g.function.name for use in uses for g in use.generators() or ())
