"""generator-exit-yield

What:   a `yield` can be reached while the generator is being closed.
Why:    closing raises GeneratorExit at the `yield` where the generator waits. Yielding again makes
        `aclose()` (or `close()`) raise RuntimeError, and the rest of the cleanup is skipped.
Example:
    from collections.abc import AsyncGenerator

    async def answer() -> AsyncGenerator[str, None]:
        try:
            for word in ("where", "they", "were"):
                yield word
        finally:
            yield "[DONE]"      # reported
            print("released")   # does not run when a reader leaves early

Fix:    yield the last item where only the normal path reaches it, or guard it with a flag that is
        set in `except GeneratorExit`.

    from collections.abc import AsyncGenerator

    async def answer() -> AsyncGenerator[str, None]:
        try:
            for word in ("where", "they", "were"):
                yield word
            yield "[DONE]"
        finally:
            print("released")

Known:  flags (True, None, a string, a number, a member of an enum), conditions tested twice and
        tests of the exception's class are followed. Silent where something else decides that
        the function keeps for itself, such as a list that it fills or a number that it counts
        up, or where something else about the exception is tested, such as its text; where a
        nested function, a manager, the cleanup or a call may have changed what is tested (of
        functions of the module, and methods of `self`, it is seen what they set); and behind a
        call of a function of the module that may raise the exception again, or throws it into
        something else. Silent for functions under a decorator that takes a generator function,
        and by its declared types gives a function that gives no generators. That the cleanup
        itself may raise an exception is not taken into account.
Ref:    PEP 342, close(); PEP 525, aclose(); https://github.com/HKUDS/LightRAG/issues/3634
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from genstate.cfg.graph import Graph
from genstate.rules.finding import Finding
from genstate.rules.preconditions import is_driven, yields_again_when_closed
from genstate.typestate import contract
from genstate.typestate.solution import FunctionFlow

CODE: Final = "generator-exit-yield"
MESSAGE: Final = (
    '"{yielding}" can run while "{name}" is being closed, which raises RuntimeError: {words}'
)
PATH: Final = 'Closing raises GeneratorExit at the "yield" on line {line}, and control gets here'
FIX: Final = 'Yield only on the normal path, or leave "{name}" when GeneratorExit is caught'


def may_apply(graph: Graph) -> bool:
    """A yield stands behind another one that may have raised."""
    return not is_driven(graph) and yields_again_when_closed(graph)


def check(flow: FunctionFlow) -> Iterator[Finding]:
    """Report each yield that some path reaches after GeneratorExit was thrown in."""
    if flow.graph.yields is None or is_driven(flow.graph):
        return
    words = contract.ignored_words(flow.graph.yields)
    name = flow.graph.name
    for event, paths in flow.facts.yields.values():
        lines = [path.closing for path in paths if path.closing and path.likely]
        if lines:
            yielding = "yield from" if event.delegates else "yield"
            yield Finding(
                CODE,
                event.node,
                MESSAGE.format(yielding=yielding, name=name, words=words),
                (PATH.format(line=min(lines)), FIX.format(name=name)),
            )
