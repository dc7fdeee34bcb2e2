"""A mypy plugin: genstate that notes what it is called for, and which types are known by then.

It looks at all functions, also at those that genstate leaves alone for the words in them.
"""

from __future__ import annotations

from typing import TypeVar
from unittest import mock

from mypy.checker import TypeChecker
from mypy.nodes import AwaitExpr, Context, FuncItem, MypyFile, Statement, YieldExpr

from genstate import analysis, compat, concern, worth
from genstate.children import own_nodes
from genstate.plugin import GenstatePlugin

Code = TypeVar("Code", FuncItem, MypyFile)


def plugin(_: str) -> type[GenstatePlugin]:
    """mypy's entry point, in the coordinator, the workers and the daemon alike."""
    mock.patch.object(analysis, "check_function", check).start()
    mock.patch.object(analysis, "check_module", check).start()
    mock.patch.object(compat, "source_text", return_value=None).start()
    mock.patch.object(concern, "has_generators", return_value=True).start()
    mock.patch.object(worth, "may_break_a_rule", return_value=True).start()
    return GenstatePlugin


def check(checker: TypeChecker, code: Code, body: list[Statement], *_: object) -> None:
    kind = "module" if isinstance(code, MypyFile) else "function"
    note(checker, code, f"{kind} {code.name} of {len(body)} statements")
    for node in own_nodes(body):
        if isinstance(node, (AwaitExpr, YieldExpr)):
            found = checker.lookup_type_or_none(node)
            shown = "unknown" if found is None else str(found).replace("builtins.", "")
            note(checker, node, f"{type(node).__name__} is {shown}")


def note(checker: TypeChecker, place: Context, message: str) -> None:
    checker.msg.note(f"probe: {message}", place)
