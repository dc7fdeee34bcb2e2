"""The rules, one in a file: each reads a solved function and hands back findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeAlias

from genstate.cfg.graph import Graph
from genstate.cfg.vocabulary import Protocol
from genstate.rules import (
    cancel_scope_yield,
    closed,
    contextmanager_yields,
    dropped,
    exit_yield,
    none_resume,
    possibly_closed,
    possibly_unstarted_send,
    return_annotation,
    stop_iteration,
    unguarded_next,
    unstarted_send,
    unstarted_throw,
)
from genstate.rules.finding import Finding
from genstate.typestate.solution import FunctionFlow

Rule: TypeAlias = Callable[[FunctionFlow], Iterator[Finding]]

#: Rules about what a function does with the generators that it holds.
CALLER_RULES: Final[dict[str, Rule]] = {
    rule.CODE: rule.check
    for rule in (
        unstarted_send,
        unstarted_throw,
        closed,
        none_resume,
        dropped,
        possibly_unstarted_send,
        possibly_closed,
    )
}

#: Rules about what a generator function does itself.
BODY_RULES: Final[dict[str, Rule]] = {
    rule.CODE: rule.check
    for rule in (
        exit_yield,
        stop_iteration,
        unguarded_next,
        contextmanager_yields,
        cancel_scope_yield,
        return_annotation,
    )
}

RULES: Final = {**CALLER_RULES, **BODY_RULES}


def rules_for(graph: Graph, *, sync: bool) -> Iterable[Rule]:
    """The rules to run on a function; `sync` is whether synchronous generators are checked."""
    bodies = sync or graph.yields is Protocol.ASYNC or graph.is_coroutine
    return RULES.values() if bodies else CALLER_RULES.values()
