"""Rewrites a program so that its run is recorded: what starts an operation tells the recorder.

A careful reader of the program knows where its generator functions wait, and nothing else of them:
for such a reader their bodies may end before and behind everything, and go on when they are closed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

MAIN: Final = "main"
#: What coroutine functions of the program do to their argument.
HELPERS: Final = {"step": "anext", "push": "asend", "shut": "aclose", "late": "late"}
RECORDER: Final = "recorder_"
METHODS: Final = frozenset({"asend", "athrow", "aclose", "__anext__"})
STARTERS: Final = frozenset(
    {
        "ensure_future",
        "create_task",
        "gather",
        "wait_for",
        "shield",
        "wait",
        "as_completed",
        "timeout",
    }
)


def instrumented(tree: ast.Module, *, blind: bool) -> ast.Module:
    """The program, recorded. `blind`: its generator functions may do anything but wait."""
    if blind:
        tree = _Blind().visit(tree)
    changed = _Instrument().visit(tree)
    assert isinstance(changed, ast.Module)
    return ast.fix_missing_locations(changed)


class _Blind(ast.NodeTransformer):
    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return node if node.name in (MAIN, *HELPERS) else self.generic_visit(node)

    def visit_If(self, node: ast.If) -> list[ast.stmt]:
        return []

    def visit_Expr(self, node: ast.Expr) -> list[ast.stmt]:
        return self._surrounded(node, node.value)

    def visit_Assign(self, node: ast.Assign) -> list[ast.stmt]:
        return self._surrounded(node, node.value)

    def _surrounded(self, node: ast.stmt, value: ast.expr) -> list[ast.stmt]:
        """The statement, in front of which and behind which the body may end."""
        ends = ast.parse(f"if {RECORDER}.ends(): return").body
        if not isinstance(value, ast.Yield):
            return [*ends, node, *ends]
        guarded = ast.parse(
            f"try: pass\nexcept BaseException as error: {RECORDER}.swallow(error)"
        ).body[0]
        assert isinstance(guarded, ast.Try)
        guarded.body = [node]
        return [*ends, guarded, *ends]


class _Instrument(ast.NodeTransformer):
    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return node if node.name in HELPERS else self.generic_visit(node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | None:
        return None if node.module == "opaque" else node

    def visit_Await(self, node: ast.Await) -> ast.AST:
        place = _place(node)
        self.generic_visit(node)
        node.value = _record("awaited", place, node.value)
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        places = ast.Tuple([_place(each) for each in _written(node.args)], ast.Load())
        place = _place(node)
        self.generic_visit(node)
        func = node.func
        if isinstance(func, ast.Attribute) and func.attr in METHODS:
            return _record("operation", place, ast.Constant(func.attr), func.value, *node.args)
        if isinstance(func, ast.Name) and func.id in HELPERS:
            return _record("called", place, ast.Constant(HELPERS[func.id]), func, *node.args)
        if isinstance(func, ast.Name) and func.id == "anext":
            return _record("operation", place, ast.Constant("anext"), *node.args)
        if isinstance(func, ast.Attribute) and func.attr == "create_task" and not _is_asyncio(func):
            return _record("start_in", func.value, places, *node.args)
        if isinstance(func, ast.Attribute) and func.attr == "TaskGroup":
            return _record("group")
        if isinstance(func, ast.Attribute) and func.attr in STARTERS:
            call = _record(func.attr, places, *node.args)
            call.keywords = node.keywords
            return call
        if isinstance(func, ast.Attribute) and func.attr == "cancel":
            func.value = _record("to_cancel", func.value)
        node.args = [_record("escaped", argument) for argument in node.args]
        return node

    def visit_AsyncFor(self, node: ast.AsyncFor) -> ast.AST:
        place = _place(node.iter)
        self.generic_visit(node)
        node.iter = _record("iterated", place, node.iter)
        return self._loop(node)

    def visit_While(self, node: ast.While) -> ast.AST:
        self.generic_visit(node)
        return self._loop(node)

    def visit_For(self, node: ast.For) -> ast.AST:
        self.generic_visit(node)
        return self._loop(node)

    def _loop(self, node: ast.While | ast.For | ast.AsyncFor) -> ast.AST:
        node.body.insert(0, ast.Expr(_record("tick")))
        return node


def _is_asyncio(function: ast.Attribute) -> bool:
    return isinstance(function.value, ast.Name) and function.value.id == "asyncio"


def _written(arguments: list[ast.expr]) -> Iterator[ast.expr]:
    """The arguments, and in place of a list what is written down in it."""
    for argument in arguments:
        display = argument.value if isinstance(argument, ast.Starred) else argument
        yield from display.elts if isinstance(display, ast.List) else [argument]


def _place(node: ast.expr) -> ast.expr:
    return ast.Tuple([ast.Constant(node.lineno), ast.Constant(node.col_offset)], ast.Load())


def _record(method: str, *arguments: ast.expr) -> ast.Call:
    name = ast.Attribute(ast.Name(RECORDER, ast.Load()), method, ast.Load())
    return ast.Call(name, [*arguments], [])
