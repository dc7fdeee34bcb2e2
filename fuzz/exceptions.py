"""The exceptions that opaque code may raise in a program."""

from __future__ import annotations

import ast
import builtins


def named(tree: ast.Module) -> tuple[type[BaseException], ...]:
    """The exception classes that the program has a word for, and one that it has not."""
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    found = {getattr(builtins, name, None) for name in names} | {KeyError}
    classes = [kind for kind in found if isinstance(kind, type) and issubclass(kind, BaseException)]
    return tuple(sorted(classes, key=lambda kind: kind.__name__))
