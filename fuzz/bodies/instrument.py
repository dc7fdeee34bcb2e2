"""Rewrites a program so that its bodies tell which yield, `return` or `raise` they come to.

The recorder is the name `recorder_` in the program's globals.
"""

from __future__ import annotations

import ast
from typing import Final, TypeAlias

RECORDER: Final = "recorder_"
Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
POSITIONS: Final = {"tick": 0, "ended": 1}
NESTED: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def instrumented(tree: ast.Module) -> ast.Module:
    """The program, with every function's way through it recorded."""
    tree.body = [_statement(each) for each in tree.body if not _is_opaque(each)]
    return ast.fix_missing_locations(tree)


def _is_opaque(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "opaque"


def functions(tree: ast.Module) -> dict[str, Function]:
    """The program's generator functions: `body`, and those that it could use."""
    return {
        node.name: node
        for node in tree.body
        if isinstance(node, Function) and any(_is_yield(each) for each in _own(node))
    }


def _own(function: ast.AST) -> list[ast.AST]:
    """The nodes of a function without those of functions in it."""
    found: list[ast.AST] = []
    for child in ast.iter_child_nodes(function):
        if not isinstance(child, NESTED):
            found += [child, *_own(child)]
    return found


def _is_yield(node: ast.AST) -> bool:
    return isinstance(node, ast.Yield | ast.YieldFrom)


def _statement(node: ast.stmt) -> ast.stmt:
    if isinstance(node, Function):
        changed = _Instrument(node.lineno)
        node.body = [each for part in node.body for each in changed.statement(part)]
        node.body.append(changed.record(node, "ended"))
    return node


class _Instrument(ast.NodeTransformer):
    """Changes one function, which goes by the line of its head."""

    def __init__(self, head: int) -> None:
        self._head = head

    def statement(self, node: ast.stmt) -> list[ast.stmt]:
        found = self.visit(node)
        return found if isinstance(found, list) else [found]

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        return node

    def visit_Yield(self, node: ast.Yield) -> ast.AST:
        node.value = self._call(node, "yielding", node.value or ast.Constant(None))
        return node

    def visit_Return(self, node: ast.Return) -> list[ast.stmt]:
        return [self.record(node, "returning"), node]

    def visit_Raise(self, node: ast.Raise) -> list[ast.stmt]:
        return [self.record(node, "raising"), node]

    def visit_While(self, node: ast.While) -> ast.AST:
        return self._loop(node)

    def visit_For(self, node: ast.For) -> ast.AST:
        return self._loop(node)

    def visit_AsyncFor(self, node: ast.AsyncFor) -> ast.AST:
        return self._loop(node)

    def _loop(self, node: ast.While | ast.For | ast.AsyncFor) -> ast.AST:
        self.generic_visit(node)
        node.body.insert(0, self.record(node, "tick"))
        return node

    def record(self, place: ast.AST, method: str) -> ast.stmt:
        return ast.Expr(self._call(place, method))

    def _call(self, place: ast.AST, method: str, *arguments: ast.expr) -> ast.Call:
        function = ast.Attribute(ast.Name(RECORDER, ast.Load()), method, ast.Load())
        position = (self._head, getattr(place, "lineno", 0))[: POSITIONS.get(method, 2)]
        return ast.Call(function, [*map(ast.Constant, position), *arguments], [])
