"""Rewrites a program so that its run is recorded: every operation goes through the recorder.

The recorder is the name `recorder_` in the program's globals. Nothing that the program can see
changes: the generators are the real ones, arguments are evaluated once and in their order.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final, TypeGuard

from fuzz.callers.followed import NAMES as FOLLOWED

MAIN: Final = "main"
RECORDER: Final = "recorder_"
PLACED: Final = frozenset({"operation", "iterated", "dropped"})
METHODS: Final = frozenset({"asend", "athrow", "aclose", "__anext__"})
HARMLESS: Final = FOLLOWED | {"aclosing", "aiter", "anext", "enter_async_context", "suppress"}
TRANSPARENT: Final = frozenset({"staticmethod", "classmethod"})


@dataclass(frozen=True)
class Stream:
    """What the program says of one of its generator functions."""

    takes_none: bool
    uses_received: bool
    decorated: bool


def streams(tree: ast.Module) -> dict[str, Stream]:
    """The program's generator functions by their names."""
    return {node.name: _stream(node) for node in ast.walk(tree) if _is_stream(node)}


def _is_stream(node: ast.AST) -> TypeGuard[ast.AsyncFunctionDef]:
    return isinstance(node, ast.AsyncFunctionDef) and any(_yields(node))


def _yields(function: ast.AsyncFunctionDef) -> Iterator[ast.Yield]:
    return (node for node in ast.walk(function) if isinstance(node, ast.Yield))


def _stream(function: ast.AsyncFunctionDef) -> Stream:
    ignored = {
        id(node.value)
        for node in ast.walk(function)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Yield)
    }
    return Stream(
        takes_none="None" in ast.unparse(function.returns) if function.returns else True,
        uses_received=any(id(node) not in ignored for node in _yields(function)),
        decorated=any(ast.unparse(node) not in TRANSPARENT for node in function.decorator_list),
    )


def compares_names(node: ast.Compare) -> bool:
    sides = [node.left, *node.comparators]
    return isinstance(node.ops[0], ast.Is) and all(isinstance(side, ast.Name) for side in sides)


def instrumented(tree: ast.Module, captured: frozenset[str], blind: bool) -> ast.Module:
    """The program, recorded. `blind`: its generator functions get bodies that may do anything."""
    if blind:
        tree = _Blind().visit(tree)
    changed = Instrument(captured).visit(tree)
    assert isinstance(changed, ast.Module)
    return ast.fix_missing_locations(changed)


BLIND_BODY: Final = ast.parse(
    """
async def blind():
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


class _Blind(ast.NodeTransformer):
    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        if node.name == MAIN or not _is_stream(node):
            return self.generic_visit(node)
        assert isinstance(BLIND_BODY, ast.AsyncFunctionDef)
        node.body = copy.deepcopy(BLIND_BODY.body)
        for part in ast.walk(node):
            if isinstance(part, ast.Constant) and part.value == BLIND_BODY.name:
                part.value = node.name
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        return record(node, "same", node) if compares_names(node) else node


class Instrument(ast.NodeTransformer):
    """Functions that are followed do what they do unrecorded: they know no states themselves."""

    methods: ClassVar = METHODS
    next: ClassVar = "anext"
    harmless: ClassVar = HARMLESS

    def __init__(self, captured_names: frozenset[str]) -> None:
        self._captured = captured_names

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return node if node.name in FOLLOWED else self.generic_visit(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        if node.name not in FOLLOWED:
            return self.generic_visit(node)
        for part in ast.walk(node):
            if isinstance(part, ast.AsyncFor):
                part.body.insert(0, ast.Expr(record(part, "tick")))
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | None:
        return None if node.module == "opaque" else node

    def visit_Await(self, node: ast.Await) -> ast.AST:
        self.generic_visit(node)
        node.value = record(node, "awaited", node.value)
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        func = node.func
        if isinstance(func, ast.Attribute) and func.attr in self.methods and not node.keywords:
            arguments = [func.value, *node.args]
            return self._operation(node, func.attr, arguments)
        if isinstance(func, ast.Name) and func.id == self.next:
            return self._operation(node, self.next, node.args)
        if called(func) == "AsyncExitStack":
            return record(node, "stack")
        if called(func) == "push_async_callback":
            return node
        self.generic_visit(node)
        if called(func) not in self.harmless:
            node.args = [escaped(argument) for argument in node.args]
        return node

    def _operation(self, node: ast.Call, name: str, arguments: list[ast.expr]) -> ast.AST:
        visited = [self.visit(argument) for argument in arguments]
        return record(node, "operation", ast.Constant(name), *visited)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        if node.attr in self.methods:
            node.value = escaped(node.value)
        return node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id in self._captured and isinstance(node.ctx, ast.Load):
            return escaped(node)
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        unpacks = isinstance(node.targets[0], ast.Tuple | ast.List) and not any(
            isinstance(part, ast.Starred) for part in ast.walk(node.targets[0])
        )
        node.value = self.display(node.value) if unpacks else self.visit(node.value)
        node.targets = [self.visit(target) for target in node.targets]
        for target in node.targets:
            node.value = self._stored(target, node.value)
        return node

    def visit_NamedExpr(self, node: ast.NamedExpr) -> ast.AST:
        node.value = self._stored(node.target, self.visit(node.value))
        return node

    def _stored(self, target: ast.expr, value: ast.expr) -> ast.expr:
        """`value`, known to escape where `target` is something that other code can read."""
        if isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List):
            if len(target.elts) == len(value.elts):
                value.elts = list(map(self._stored, target.elts, value.elts))
            return value
        read_elsewhere = isinstance(target, ast.Attribute | ast.Subscript) or (
            isinstance(target, ast.Name) and target.id in self._captured
        )
        return escaped(value) if read_elsewhere else value

    def visit_For(self, node: ast.For) -> ast.AST:
        node.iter = self.display(node.iter)
        return self.loop(node)

    def visit_While(self, node: ast.While) -> ast.AST:
        node.test = self.visit(node.test)
        return self.loop(node)

    def visit_AsyncFor(self, node: ast.AsyncFor) -> ast.AST:
        node.iter = record(node.iter, "iterated", self.visit(node.iter))
        return self.loop(node)

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        position = node.iter
        self.generic_visit(node)
        if node.is_async:
            node.iter = record(position, "iterated", node.iter)
        return node

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> ast.AST:
        """Runs when its consumer likes, if at all: what it iterates over has escaped."""
        first = node.generators[0]
        source, first.iter = first.iter, ast.Constant(None)
        self.generic_visit(node)
        first.iter = escaped(self.visit(source))
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        node.value = self._dropped(node.value)
        return node

    def _dropped(self, node: ast.expr, certainly: bool = True) -> ast.expr:
        """An expression whose value nobody takes; or not `certainly`, which is harder to tell."""
        if isinstance(node, ast.IfExp):
            node.test = self.visit(node.test)
            node.body, node.orelse = (
                self._dropped(node.body, False),
                self._dropped(node.orelse, False),
            )
            return node
        if isinstance(node, ast.BoolOp):
            node.values = [self._dropped(value, False) for value in node.values]
            return node
        visited: ast.expr = self.visit(node)
        if not isinstance(node, ast.Call):
            return visited
        return record(node, "dropped", visited, ast.Constant(certainly))

    def visit_List(self, node: ast.List) -> ast.AST:
        return self._container(node)

    def visit_Set(self, node: ast.Set) -> ast.AST:
        return self._container(node)

    def visit_Tuple(self, node: ast.Tuple) -> ast.AST:
        return self._container(node)

    def visit_Dict(self, node: ast.Dict) -> ast.AST:
        self.generic_visit(node)
        node.values = [escaped(value) for value in node.values]
        return node

    def visit_Yield(self, node: ast.Yield) -> ast.AST:
        self.generic_visit(node)
        node.value = escaped(node.value or ast.Constant(None))
        return node

    def visit_Return(self, node: ast.Return) -> ast.AST:
        self.generic_visit(node)
        if node.value is not None:
            node.value = escaped(node.value)
        return node

    def _container(self, node: ast.List | ast.Set | ast.Tuple) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node, ast.Set) or isinstance(node.ctx, ast.Load):
            node.elts = [escaped(part) for part in node.elts]
        return node

    def display(self, node: ast.expr) -> ast.expr:
        """A display that is unpacked on the spot keeps nothing."""
        if isinstance(node, ast.Tuple | ast.List):
            node.elts = [self.visit(part) for part in node.elts]
            return node
        visited = self.visit(node)
        assert isinstance(visited, ast.expr)
        return visited

    def loop(self, node: ast.For | ast.AsyncFor | ast.While) -> ast.AST:
        if not isinstance(node, ast.While):
            node.target = self.visit(node.target)
        node.body = [ast.Expr(record(node, "tick")), *map(self.visit, node.body)]
        node.orelse = [self.visit(statement) for statement in node.orelse]
        return node


def called(func: ast.expr) -> str:
    if isinstance(func, ast.Attribute):
        return func.attr
    return func.id if isinstance(func, ast.Name) else ""


def record(place: ast.AST, method: str, *arguments: ast.expr) -> ast.Call:
    """`recorder_.method(*arguments)`, with the place before the arguments where it is wanted."""
    call = ast.Call(ast.Attribute(ast.Name(RECORDER, ast.Load()), method, ast.Load()), [], [])
    if method in PLACED:
        site = getattr(place, "lineno", 0), getattr(place, "col_offset", 0)
        call.args = [ast.Tuple([*map(ast.Constant, site)], ast.Load()), *arguments]
    else:
        call.args = [*arguments]
    return call


def escaped(value: ast.expr) -> ast.expr:
    """`value`, with what happens to it told."""
    if isinstance(value, ast.Starred):
        return ast.Starred(record(value, "escaped", value.value), value.ctx)
    return record(value, "escaped", value)
