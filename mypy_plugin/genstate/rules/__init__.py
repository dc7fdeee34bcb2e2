"""The rules, one in a file: each reads a solved function and hands back findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from genstate.rules import (
    closed,
    dropped,
    exit_yield,
    none_resume,
    possibly_closed,
    possibly_unstarted_send,
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
}
