"""The rules, one in a file: each reads a solved function and hands back findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

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

RULES: Final[dict[str, Rule]] = {
    unstarted_send.CODE: unstarted_send.check,
    unstarted_throw.CODE: unstarted_throw.check,
    closed.CODE: closed.check,
    none_resume.CODE: none_resume.check,
    dropped.CODE: dropped.check,
    possibly_unstarted_send.CODE: possibly_unstarted_send.check,
    possibly_closed.CODE: possibly_closed.check,
    exit_yield.CODE: exit_yield.check,
    stop_iteration.CODE: stop_iteration.check,
    unguarded_next.CODE: unguarded_next.check,
    contextmanager_yields.CODE: contextmanager_yields.check,
    cancel_scope_yield.CODE: cancel_scope_yield.check,
    return_annotation.CODE: return_annotation.check,
}
