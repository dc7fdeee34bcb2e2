"""generator-contextmanager-yields

What:   a context manager function (`@contextmanager`, `@asynccontextmanager`) or a fixture can end
        without having yielded, or can yield a second time; or it is no generator function at all.
Why:    entering or leaving the `with` block raises RuntimeError. A second yield is reached by the
        exception of the block, which comes in at the first one, more often than by a loop.
Example:
    from collections.abc import Iterator
    from contextlib import contextmanager
    from socket import create_connection, socket

    @contextmanager
    def connection(host: str) -> Iterator[socket | None]:
        try:
            yield create_connection((host, 80))
        except OSError:
            yield None      # reported: an OSError of the with-block comes here, too

Fix:    yield exactly once on every path. Keep what may fail out of the `try` around the yield.

    from collections.abc import Iterator
    from contextlib import contextmanager
    from socket import create_connection, socket

    @contextmanager
    def connection(host: str) -> Iterator[socket | None]:
        try:
            opened = create_connection((host, 80))
        except OSError:
            opened = None
        yield opened

Known:  silent where a condition, or a loop, is about what the function has worked out, filled or
        changed itself, such as a sum, or a list that it pops from (a counter is followed for a few
        steps); where the loop variable decides whether a loop yields again, where a loop hands
        on what another generator, or a parameter that is one, gives, where two conditions ask
        about the same variable, where each case of an `elif` chain or `match` yields (unless
        they can be seen to leave over other values of a parameter), where something about the
        exception is tested that is not its class, such as its text, or a flag that a call may
        have set; where a handler or a manager has kept the exception, and may raise it later;
        and where nothing stands in front of the yield but what hardly ever fails, such as
        entering a lock or a timeout, or a message to the log.
Ref:    contextlib; https://github.com/astral-sh/ruff/issues/16949
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from genstate.cfg.events import Yield
from genstate.cfg.graph import Graph
from genstate.cfg.vocabulary import Protocol, Role
from genstate.rules.finding import Finding
from genstate.rules.preconditions import is_driven_by_a_manager
from genstate.typestate.path import Path
from genstate.typestate.solution import FunctionFlow

CODE: Final = "generator-contextmanager-yields"
NONE: Final = '{role} "{name}" can end without a yield, which raises {words}'
AGAIN: Final = '{role} "{name}" can yield a second time, which raises {words}'
NO_GENERATOR: Final = '{role} "{name}" is not a generator function: it has no "yield"'
FIRST: Final = "It yields for the first time at line {line}"
THROWN: Final = (
    "An exception in the with-block is raised at the yield on line {line}, and control gets here"
)
FIX_NONE: Final = "Yield once on every path, or raise"
FIX_AGAIN: Final = 'Leave the function after the first yield, for example with "return"'
FIX_THROWN: Final = 'Raise the exception again, or keep the first yield out of this "try"'
FIX_NO_GENERATOR: Final = "Yield the value that the with-block gets"

_ROLES: Final = {Role.CONTEXT_MANAGER: "Context manager", Role.FIXTURE: "Fixture"}
_NO_YIELD: Final = {
    Role.CONTEXT_MANAGER: "RuntimeError: generator didn't yield",
    Role.FIXTURE: "an error: the fixture did not yield a value",
}
_NO_STOP: Final = {
    Role.CONTEXT_MANAGER: "RuntimeError: generator didn't stop",
    Role.FIXTURE: 'an error: the fixture function has more than one "yield"',
}
_NO_STOP_AFTER: Final = {
    Protocol.SYNC: "RuntimeError: generator didn't stop after throw()",
    Protocol.ASYNC: "RuntimeError: generator didn't stop after athrow()",
}


def may_apply(graph: Graph) -> bool:
    """It is a context manager function, or a fixture."""
    return is_driven_by_a_manager(graph)


def check(flow: FunctionFlow) -> Iterator[Finding]:
    """Report ends without a yield, and second yields."""
    role = flow.graph.role
    if role not in _ROLES:
        return
    if flow.graph.yields is None:
        yield from _no_generator(flow)
        return
    for event, paths in flow.facts.yields.values():
        again = [path for path in paths if path.yielded and path.likely]
        if again:
            yield _second(flow, event, again)
    for end, paths in flow.facts.returns.values():
        if any(not path.yielded and path.likely for path in paths):
            words = _NO_YIELD[role]
            yield Finding(
                CODE,
                end.node or flow.graph.node,
                NONE.format(role=_ROLES[role], name=flow.graph.name, words=words),
                (FIX_NONE,),
            )


def _second(flow: FunctionFlow, event: Yield, paths: list[Path]) -> Finding:
    role, protocol = flow.graph.role, flow.graph.yields
    assert protocol is not None
    normal = [path for path in paths if not path.thrown]
    words = _NO_STOP[role] if normal else _NO_STOP_AFTER[protocol]
    line = min(path.yielded for path in normal or paths)
    return Finding(
        CODE,
        event.node,
        AGAIN.format(role=_ROLES[role], name=flow.graph.name, words=words),
        ((FIRST if normal else THROWN).format(line=line), FIX_AGAIN if normal else FIX_THROWN),
    )


def _no_generator(flow: FunctionFlow) -> Iterator[Finding]:
    """A function without a yield: wrong if it ends, and gives back no generator of another one."""
    role = flow.graph.role
    if role is Role.FIXTURE or not flow.facts.returns:
        return
    if flow.graph.is_coroutine or all(end.place is None for end, _ in flow.facts.returns.values()):
        message = NO_GENERATOR.format(role=_ROLES[role], name=flow.graph.name)
        yield Finding(CODE, flow.graph.node, message, (FIX_NO_GENERATOR,))
