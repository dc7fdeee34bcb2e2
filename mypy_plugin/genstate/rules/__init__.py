"""The rules, one in a file: each reads a solved function and hands back findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from genstate.rules import exit_yield, unstarted_send
from genstate.rules.finding import Finding
from genstate.typestate.solution import FunctionFlow

Rule: TypeAlias = Callable[[FunctionFlow], Iterator[Finding]]

RULES: Final[dict[str, Rule]] = {
    unstarted_send.CODE: unstarted_send.check,
    exit_yield.CODE: exit_yield.check,
}
