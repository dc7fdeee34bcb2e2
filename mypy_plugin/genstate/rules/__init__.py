"""The rules, one in a file: each reads a solved function and hands back findings."""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from genstate.cfg.graph import Graph
from genstate.cfg.vocabulary import Protocol
from genstate.rules import (
    cancel_scope_yield,
    cancelled_drive,
    closed,
    concurrent,
    contextmanager_yields,
    dropped,
    exit_yield,
    leak,
    none_resume,
    possibly_closed,
    possibly_unstarted_send,
    return_annotation,
    reused_awaitable,
    stop_iteration,
    unguarded_next,
    unstarted_send,
    unstarted_throw,
)
from genstate.rules.finding import Finding
from genstate.typestate.solution import FunctionFlow


class Rule(NamedTuple):
    """A rule: what it reads, and when it is worth while to solve a function for it.

    Attributes:
        check: the findings in a solved function.
        may_apply: whether there may be any, by the graph alone.
    """

    check: Callable[[FunctionFlow], Iterator[Finding]]
    may_apply: Callable[[Graph], bool]


class _Module(typing.Protocol):
    """What stands in the file of a rule."""

    @property
    def CODE(self) -> str: ...
    def check(self, flow: FunctionFlow, /) -> Iterator[Finding]: ...
    def may_apply(self, graph: Graph, /) -> bool: ...


def _rules(*modules: _Module) -> dict[str, Rule]:
    return {module.CODE: Rule(module.check, module.may_apply) for module in modules}


#: Rules about what a function does with the generators that it holds.
CALLER_RULES: Final[dict[str, Rule]] = _rules(
    unstarted_send,
    unstarted_throw,
    closed,
    none_resume,
    concurrent,
    reused_awaitable,
    cancelled_drive,
    dropped,
    leak,
    possibly_unstarted_send,
    possibly_closed,
)

#: Rules about what a generator function does itself.
BODY_RULES: Final[dict[str, Rule]] = _rules(
    exit_yield,
    stop_iteration,
    unguarded_next,
    contextmanager_yields,
    cancel_scope_yield,
    return_annotation,
)

RULES: Final = {**CALLER_RULES, **BODY_RULES}


def rules_for(graph: Graph, is_enabled: Callable[[str], bool], *, sync: bool) -> list[Rule]:
    """The rules to run on a function, none if it need not be solved at all.

    Args:
        graph: the function.
        is_enabled: whether a code is reported here.
        sync: whether the bodies of synchronous generators are checked.
    """
    bodies = sync or graph.yields is Protocol.ASYNC or graph.is_coroutine
    rules = [rule for code, rule in (RULES if bodies else CALLER_RULES).items() if is_enabled(code)]
    # Most rules about callers have the same precondition.
    met = {ask: ask(graph) for ask in {rule.may_apply for rule in rules}}
    return [rule for rule in rules if met[rule.may_apply]]
