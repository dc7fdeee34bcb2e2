"""Rewrites a synchronous program so that its run is recorded, as `callers.instrument` does."""

from __future__ import annotations

import ast
import copy
from typing import ClassVar, Final, TypeGuard

from fuzz.callers.followed import NAMES as FOLLOWED
from fuzz.callers.instrument import (
    MAIN,
    TRANSPARENT,
    Instrument,
    Stream,
    called,
    compares_names,
    escaped,
    record,
)

MANAGER: Final = "contextmanager"
CONSUMERS: Final = frozenset({"list", "tuple", "set", "sum", "sorted", "max"})
EARLY: Final = frozenset({"any", "all"})
KEEPING: Final = frozenset({"zip", "map", "filter"})
#: The position of what they take their values from, where these are taken on the spot.
PASSING: Final = {"enumerate": 0, "zip": 0, "map": 1, "filter": 1, "islice": 0, "takewhile": 1}
#: They may take one value alone.
SHORT: Final = frozenset({"zip", "islice", "takewhile"})
METHODS: Final = frozenset({"send", "throw", "close", "__next__"})
HARMLESS: Final = FOLLOWED | CONSUMERS | {"closing", "iter", "next", "enter_context", "suppress"}
BLIND_BODY: Final = ast.parse(
    """
def blind():
    taken = 0
    while True:
        if recorder_.ends("blind", taken):
            return
        try:
            yield 1
            taken += 1
        except BaseException as error:
            recorder_.swallows("blind", error)
            taken = recorder_.UNCOUNTED
"""
).body[0]


def streams(tree: ast.Module) -> dict[str, Stream]:
    """The program's generator functions by their names."""
    return {node.name: _stream(node) for node in ast.walk(tree) if is_stream(node)}


def is_stream(node: ast.AST) -> TypeGuard[ast.FunctionDef]:
    """Is it a generator function, other than that of a context manager?"""
    return (
        isinstance(node, ast.FunctionDef)
        and any(isinstance(part, ast.Yield) for part in ast.walk(node))
        and not any(ast.unparse(each) == MANAGER for each in node.decorator_list)
    )


def _stream(function: ast.FunctionDef) -> Stream:
    ignored = {id(node.value) for node in ast.walk(function) if isinstance(node, ast.Expr)}
    return Stream(
        takes_none="None]" in ast.unparse(function.returns).replace(", None]", "]", 1)
        if function.returns
        else True,
        uses_received=any(
            isinstance(node, ast.Yield) and id(node) not in ignored for node in ast.walk(function)
        ),
        decorated=any(ast.unparse(node) not in TRANSPARENT for node in function.decorator_list),
    )


def instrumented(tree: ast.Module, captured: frozenset[str], blind: bool) -> ast.Module:
    """The program, recorded. `blind`: its generator functions get bodies that may do anything."""
    if blind:
        tree = _Blind().visit(tree)
    changed = _Sync(captured).visit(tree)
    assert isinstance(changed, ast.Module)
    return ast.fix_missing_locations(changed)


class _Blind(ast.NodeTransformer):
    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        if node.name == MAIN or not is_stream(node):
            return self.generic_visit(node)
        assert isinstance(BLIND_BODY, ast.FunctionDef)
        node.body = copy.deepcopy(BLIND_BODY.body)
        for part in ast.walk(node):
            if isinstance(part, ast.Constant) and part.value == BLIND_BODY.name:
                part.value = node.name
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        return record(node, "same", node) if compares_names(node) else node


class _Sync(Instrument):
    methods: ClassVar = METHODS
    next: ClassVar = "next"
    harmless: ClassVar = HARMLESS

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        if node.name not in FOLLOWED:
            return self.generic_visit(node)
        for part in ast.walk(node):
            if isinstance(part, ast.For):
                part.body.insert(0, ast.Expr(record(part, "tick")))
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        func = node.func
        if called(func) == "ExitStack":
            return record(node, "stack")
        if isinstance(func, ast.Name) and func.id in CONSUMERS:
            node.args = [self._iterated(node.args[0]), *node.args[1:]]
            return node
        if isinstance(func, ast.Name) and func.id in EARLY:
            return record(node, "some", self._iterated(node.args[0], early=True))
        if isinstance(func, ast.Name) and func.id in KEEPING:
            node.args = [record(each, "unseen", self.visit(each)) for each in node.args]
            return node
        return super().visit_Call(node)

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        if isinstance(node.ops[0], ast.In | ast.NotIn):
            return record(node, "some", self._iterated(node.comparators[0], early=True))
        return self.generic_visit(node)

    def visit_Starred(self, node: ast.Starred) -> ast.AST:
        if isinstance(node.ctx, ast.Load):
            node.value = self._iterated(node.value)
            return node
        return self.generic_visit(node)

    def visit_For(self, node: ast.For) -> ast.AST:
        node.iter = self._iterated(node.iter)
        return self.loop(node)

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        source, node.iter = node.iter, ast.Constant(None)
        self.generic_visit(node)
        node.iter = self._iterated(source)
        return node

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> ast.AST:
        first = node.generators[0]
        source, first.iter = first.iter, ast.Constant(None)
        self.generic_visit(node)
        first.iter = escaped(self.visit(source))
        return node

    def _iterated(self, node: ast.expr, *, early: bool = False) -> ast.expr:
        """What is iterated over, with what is taken out of it told."""
        name = called(node.func) if isinstance(node, ast.Call) else ""
        if isinstance(node, ast.Call) and name in PASSING:
            source, short = PASSING[name], name in SHORT
            node.args = [
                self._iterated(each, early=early or short) if number == source else self.visit(each)
                for number, each in enumerate(node.args)
            ]
            return node
        place = ast.copy_location(ast.Constant(None), node)
        return record(place, "iterated", self.display(node), ast.Constant(early))
