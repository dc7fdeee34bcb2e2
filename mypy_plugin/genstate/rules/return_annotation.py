"""generator-return-annotation

What:   an async generator function is annotated to return AsyncIterator or AsyncIterable.
Why:    its callers cannot see `aclose`, so they cannot close it when they leave it early.
Example:
    from collections.abc import AsyncIterator

    async def stream() -> AsyncIterator[bytes]:     # reported
        yield b""

Fix:    annotate it with AsyncGenerator. From Python 3.13 on, `AsyncGenerator[bytes]` is enough.

    from collections.abc import AsyncGenerator

    async def stream() -> AsyncGenerator[bytes, None]:
        yield b""

Known:  off by default: the narrower interface may be wanted. Silent for context managers and
        fixtures, which are closed by the library that calls them.
Ref:    PEP 533; https://docs.python.org/3/library/contextlib.html#contextlib.aclosing
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from genstate.cfg.graph import Graph
from genstate.cfg.vocabulary import Protocol, Role
from genstate.rules.finding import Finding
from genstate.typestate.solution import FunctionFlow

CODE: Final = "generator-return-annotation"
MESSAGE: Final = 'The return type "{annotation}" of "{name}" hides "aclose" from its callers'
FIX: Final = 'Use "AsyncGenerator" instead'
_HIDING: Final = {
    "typing.AsyncIterator": "AsyncIterator",
    "typing.AsyncIterable": "AsyncIterable",
}


def may_apply(graph: Graph) -> bool:
    """The annotation hides what the function gives."""
    hides = graph.annotation in _HIDING and graph.yields is Protocol.ASYNC
    return hides and graph.role in (Role.PLAIN, Role.UNKNOWN)


def check(flow: FunctionFlow) -> Iterator[Finding]:
    """Report an async generator function whose annotation hides that it is one."""
    graph = flow.graph
    if may_apply(graph):
        message = MESSAGE.format(annotation=_HIDING[graph.annotation], name=graph.name)
        yield Finding(CODE, graph.node, message, (FIX,))
