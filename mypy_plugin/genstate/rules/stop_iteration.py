"""generator-stop-iteration

What:   a `raise StopIteration` (or StopAsyncIteration, in an async generator) can leave the body of
        a generator function; or that of a `next`, on a generator that is certainly at its end.
Why:    the interpreter turns it into RuntimeError. If it did not, a `next` that fails by mistake
        would end the generator, and nobody would notice.
Example:
    from collections.abc import Iterable, Iterator

    def small(items: Iterable[int]) -> Iterator[int]:
        for item in items:
            if item > 9:
                raise StopIteration     # reported
            yield item

Fix:    `return` ends a generator. To end it early, return.

    from collections.abc import Iterable, Iterator

    def small(items: Iterable[int]) -> Iterator[int]:
        for item in items:
            if item > 9:
                return
            yield item

Known:  `next(it)` on an iterator that may or may not be at its end is reported by
        `generator-unguarded-next`. A synchronous generator may raise StopAsyncIteration.
Ref:    PEP 479; https://github.com/jd/tenacity/issues/172
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from genstate.cfg.events import Event, Operate
from genstate.cfg.exceptions import STOP_ASYNC_ITERATION, STOP_ITERATION, ExceptionClass
from genstate.cfg.graph import Graph
from genstate.cfg.terminators import Raise
from genstate.cfg.vocabulary import Protocol
from genstate.rules.finding import Finding
from genstate.rules.preconditions import raises_stop
from genstate.rules.selection import certain, in_state
from genstate.typestate.contract import State
from genstate.typestate.solution import FunctionFlow

CODE: Final = "generator-stop-iteration"
MESSAGE: Final = '{what} can leave "{name}", which turns it into RuntimeError: {words}'
FIX_RAISE: Final = 'To end the generator, use "return"'
FIX_NEXT: Final = "Catch the exception here, or give a default"
_WORDS: Final = {
    Protocol.ASYNC: "async generator raised {exception}",
    Protocol.SYNC: "generator raised {exception}",
}


def may_apply(graph: Graph) -> bool:
    """A stop exception may be raised, or a generator asked for more than it has."""
    return graph.yields is not None and raises_stop(graph)


def check(flow: FunctionFlow) -> Iterator[Finding]:
    """Report each raise of a stop exception that nothing in the body catches."""
    protocol = flow.graph.yields
    if protocol is None:
        return
    ended = {
        operation.node for operation, _ in certain(flow, lambda use: in_state(use, State.CLOSED))
    }
    for event, found in flow.facts.escaping.values():
        raised = [stop for stop, path in found if is_converted(stop, protocol, path.doubtful)]
        if raised and (isinstance(event, Raise) or event.node in ended):
            yield Finding(
                CODE,
                event.node,
                message(flow.graph.name, protocol, event, raised[0]),
                (FIX_RAISE if isinstance(event, Raise) else FIX_NEXT,),
            )


def is_converted(raised: ExceptionClass, protocol: Protocol, doubtful: bool) -> bool:
    """The interpreter converts the exception when it leaves a generator of this protocol."""
    stops = {Protocol.SYNC: (STOP_ITERATION,)}.get(protocol, (STOP_ITERATION, STOP_ASYNC_ITERATION))
    return not doubtful and any(raised.is_subclass_of(stop) for stop in stops)


def message(name: str, protocol: Protocol, event: Event, raised: ExceptionClass) -> str:
    """The message for a stop exception that leaves the generator `name`."""
    words = _WORDS[protocol].format(exception=_base(raised).short_name)
    what = raised.short_name
    if isinstance(event, Operate):
        what = f'{what} out of "{event.spelling}"'
    return MESSAGE.format(what=what, name=name, words=words)


def _base(raised: ExceptionClass) -> ExceptionClass:
    return STOP_ITERATION if raised.is_subclass_of(STOP_ITERATION) else STOP_ASYNC_ITERATION
