"""Which constructs of Python a program contains."""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterator
from typing import Final

Function = ast.FunctionDef | ast.AsyncFunctionDef
METHODS: Final = frozenset({"asend", "athrow", "aclose", "__anext__"})
UNTOLD: Final = (
    ast.expr_context, ast.operator, ast.boolop, ast.unaryop, ast.cmpop, ast.Name, ast.Constant,
    ast.arguments, ast.arg, ast.keyword, ast.FormattedValue, ast.Expr, ast.Call, ast.withitem,
    ast.match_case, ast.MatchValue, ast.comprehension,
)  # fmt: skip


def constructs(source: str, function: str) -> frozenset[str]:
    """The constructs in that function of the program: `ast`'s names, and more precise ones."""
    tree = ast.parse(source)
    heads = [
        node for node in ast.walk(tree) if isinstance(node, Function) and node.name == function
    ]
    found = {name for head in heads for node in ast.walk(head) for name in _names(node)}
    scopes = _scopes(symtable.symtable(source, "program", "exec"))
    return frozenset(found | set(scopes) | set(_outside(tree)))


def _outside(tree: ast.Module) -> Iterator[str]:
    """What runs outside of functions."""
    for node in tree.body:
        if isinstance(node, ast.Expr | ast.Assign):
            yield "module level"
        if isinstance(node, ast.ClassDef) and any(isinstance(s, ast.Assign) for s in node.body):
            yield "class body"


def _names(node: ast.AST) -> Iterator[str]:
    if not isinstance(node, UNTOLD):
        yield type(node).__name__
    if isinstance(node, ast.For | ast.AsyncFor | ast.While) and node.orelse:
        yield f"{type(node).__name__}.orelse"
    if isinstance(node, ast.Try):
        yield from _parts_of_try(node)
    if isinstance(node, ast.Call):
        yield f"call of {_called(node.func)}"
        if _called(node.func) == "anext" and len(node.args) > 1:
            yield "call of anext with a default"
    if isinstance(node, ast.For) and isinstance(node.iter, ast.Tuple | ast.List):
        yield "For over a display"
    if isinstance(node, ast.comprehension) and node.is_async:
        yield "async comprehension"
    if isinstance(node, ast.Assign):
        yield from _parts_of_assign(node)
    if isinstance(node, ast.Await) and isinstance(node.value, ast.Name):
        yield "await of a variable"


def _parts_of_try(node: ast.Try) -> Iterator[str]:
    for part in ("handlers", "orelse", "finalbody"):
        if getattr(node, part):
            yield f"Try.{part}"
    for handler in node.handlers:
        if handler.type is None:
            yield "except:"
        else:
            is_tuple = isinstance(handler.type, ast.Tuple)
            yield f"except {'tuple' if is_tuple else ast.unparse(handler.type)}"
        if handler.name:
            yield "except … as"


def _parts_of_assign(node: ast.Assign) -> Iterator[str]:
    if len(node.targets) > 1:
        yield "assignment to several targets"
    if isinstance(node.value, ast.Attribute) and node.value.attr in METHODS:
        yield "assignment of a bound method"
    if _names_in(node.targets[0]) == _names_in(node.value) != [] and len(node.targets) == 1:
        yield "swap"
    for target in node.targets:
        if not isinstance(target, ast.Name):
            yield f"assignment to {type(target).__name__}"


def _names_in(display: ast.expr) -> list[str]:
    """The names that a display of names holds, in alphabetical order."""
    parts = display.elts if isinstance(display, ast.Tuple) else []
    return sorted(part.id for part in parts if isinstance(part, ast.Name))


def _called(func: ast.expr) -> str:
    if isinstance(func, ast.Attribute):
        return func.attr
    if isinstance(func, ast.Name) and func.id.rstrip("0123456789") == func.id:
        return func.id
    return "another"


def _scopes(table: symtable.SymbolTable) -> Iterator[str]:
    for child in table.get_children():
        if isinstance(child, symtable.Function) and child.get_frees():
            yield "closure"
        yield from _scopes(child)
