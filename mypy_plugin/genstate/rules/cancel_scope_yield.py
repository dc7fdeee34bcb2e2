"""generator-cancel-scope-yield

What:   an async generator yields while a cancel scope, a timeout or a task group is open in it.
Why:    the scope belongs to the task that entered it, but what is cancelled between two steps of
        the generator is its caller. The wrong code is cancelled, or "Attempted to exit cancel scope
        in a different task" is raised.
Example:
    import asyncio
    from collections.abc import AsyncIterator

    async def events(queue: asyncio.Queue[str]) -> AsyncIterator[str]:
        async with asyncio.timeout(10):
            yield await queue.get()     # reported

Fix:    close the scope before the yield; or make the function an `@asynccontextmanager` that hands
        out a channel.

    import asyncio
    from collections.abc import AsyncIterator

    async def events(queue: asyncio.Queue[str]) -> AsyncIterator[str]:
        async with asyncio.timeout(10):
            event = await queue.get()
        yield event

Known:  context manager functions and fixtures are right. Left alone are functions under
        decorators that are not known, and functions that the module hands to somebody who may
        make context managers of them (`asynccontextmanager(function)`, `Depends(function)`,
        `overrides[other] = function`); `__call__` methods, and what a class of another module
        may drive: methods that override one without a type there, and private ones that their
        own module never uses. More scopes, and decorators that make it safe, can be listed in
        the configuration.
Ref:    PEP 789; https://github.com/modelcontextprotocol/python-sdk/issues/79
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from genstate.cfg.events import Enter
from genstate.cfg.graph import Graph
from genstate.cfg.vocabulary import Protocol, Role
from genstate.rules.finding import Finding
from genstate.typestate.solution import FunctionFlow

CODE: Final = "generator-cancel-scope-yield"
MESSAGE: Final = (
    '"yield" inside "{scope}" in "{name}": '
    "a cancellation of the scope hits the code that iterates over the generator"
)
PATH: Final = "The scope is opened at line {line} and still open here"
FIX: Final = 'Leave the scope before the yield, or make "{name}" an "@asynccontextmanager"'


def may_apply(graph: Graph) -> bool:
    """A cancel scope is opened."""
    return graph.yields is Protocol.ASYNC and any(
        isinstance(event, Enter) and event.scope for _, event in graph.events()
    )


def check(flow: FunctionFlow) -> Iterator[Finding]:
    """Report each yield inside a scope that some path leaves open."""
    graph = flow.graph
    if graph.yields is not Protocol.ASYNC or graph.role is not Role.PLAIN:
        return
    for event, paths in flow.facts.yields.values():
        scopes = {scope for path in paths if path.likely for scope in path.scopes}
        if scopes:
            scope = max(scopes, key=lambda scope: (scope.line, scope.name))
            yield Finding(
                CODE,
                event.node,
                MESSAGE.format(scope=scope.name, name=graph.name),
                (PATH.format(line=scope.line), FIX.format(name=graph.name)),
            )
