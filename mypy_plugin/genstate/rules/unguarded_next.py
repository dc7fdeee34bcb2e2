"""generator-unguarded-next

What:   in a generator function, the end of the iterator in `next(it)`, `await anext(it)` or
        `await it.__anext__()` would leave the body.
Why:    StopIteration (StopAsyncIteration) that leaves a generator becomes RuntimeError.
Example:
    from collections.abc import Iterator

    def pairs(items: Iterator[int]) -> Iterator[tuple[int, int]]:
        for item in items:
            yield item, next(items)     # reported: an odd number of items

Fix:    give a default, or catch the exception and return.

    from collections.abc import Iterator

    def pairs(items: Iterator[int]) -> Iterator[tuple[int, int]]:
        for item in items:
            yield item, next(items, 0)

Known:  off by default: the iterator may be known never to end. Silent for iterators that cannot end
        and behind a test that there is something left.
Ref:    PEP 479; https://github.com/pylint-dev/pylint/issues/3770
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from genstate.cfg.events import Operate
from genstate.cfg.graph import Graph
from genstate.rules.finding import Finding
from genstate.rules.preconditions import asks_for_values
from genstate.rules.stop_iteration import is_converted, message
from genstate.typestate.solution import FunctionFlow

CODE: Final = "generator-unguarded-next"
FIX: Final = 'Give a default, or catch the exception and "return"'


def may_apply(graph: Graph) -> bool:
    """A next value is asked for."""
    return graph.yields is not None and asks_for_values(graph)


def check(flow: FunctionFlow) -> Iterator[Finding]:
    """Report each request for a next value whose end nothing in the body catches."""
    protocol = flow.graph.yields
    if protocol is None:
        return
    for event, found in flow.facts.escaping.values():
        raised = [stop for stop, path in found if is_converted(stop, protocol, path.doubtful)]
        if raised and isinstance(event, Operate):
            text = message(flow.graph.name, protocol, event, raised[0])
            yield Finding(CODE, event.node, text, (FIX,))
