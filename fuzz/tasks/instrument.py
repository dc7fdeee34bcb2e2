"""Rewrites a program so that its run is recorded: what starts an operation tells the recorder."""

from __future__ import annotations

import ast
from typing import Final

RECORDER: Final = "recorder_"
METHODS: Final = frozenset({"asend", "athrow", "aclose", "__anext__"})
STARTERS: Final = frozenset({"ensure_future", "create_task", "gather", "wait_for", "shield"})


def instrumented(tree: ast.Module) -> ast.Module:
    """The program, recorded."""
    changed = _Instrument().visit(tree)
    assert isinstance(changed, ast.Module)
    return ast.fix_missing_locations(changed)


class _Instrument(ast.NodeTransformer):
    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | None:
        return None if node.module == "opaque" else node

    def visit_Await(self, node: ast.Await) -> ast.AST:
        place = _place(node)
        self.generic_visit(node)
        node.value = _record("awaited", place, node.value)
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        places = ast.Tuple([_place(argument) for argument in node.args], ast.Load())
        place = _place(node)
        self.generic_visit(node)
        func = node.func
        if isinstance(func, ast.Attribute) and func.attr in METHODS:
            return _record("operation", place, ast.Constant(func.attr), func.value, *node.args)
        if isinstance(func, ast.Name) and func.id == "anext":
            return _record("operation", place, ast.Constant("anext"), *node.args)
        if isinstance(func, ast.Attribute) and func.attr in STARTERS:
            call = _record(func.attr, places, *node.args)
            call.keywords = node.keywords
            return call
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


def _place(node: ast.expr) -> ast.expr:
    return ast.Tuple([ast.Constant(node.lineno), ast.Constant(node.col_offset)], ast.Load())


def _record(method: str, *arguments: ast.expr) -> ast.Call:
    name = ast.Attribute(ast.Name(RECORDER, ast.Load()), method, ast.Load())
    return ast.Call(name, [*arguments], [])
