"""Functions whose effect on their arguments is known, and decorators that keep a function as it is."""

from __future__ import annotations

from typing import Final

#: They look at their arguments, keep nothing of them, and change nothing.
READERS: Final = frozenset(
    f"builtins.{name}"
    for name in ("print", "repr", "str", "id", "type", "isinstance", "callable", "bool", "hash")
) | frozenset(
    f"inspect.{name}"
    for name in (
        "getasyncgenstate",
        "getgeneratorstate",
        "isasyncgen",
        "isgenerator",
        "isawaitable",
        "getasyncgenlocals",
        "getgeneratorlocals",
    )
)

#: They raise nothing when called without arguments, or as they are usually called.
QUIET: Final = frozenset(
    f"builtins.{name}"
    for name in ("print", "id", "type", "isinstance", "callable", "object", "super")
)

#: A call of the decorated function is a call of the function itself.
TRANSPARENT_DECORATORS: Final = frozenset(
    {
        "builtins.staticmethod",
        "builtins.classmethod",
        "functools.wraps",
        "typing.final",
        "typing_extensions.final",
        "typing.override",
        "typing_extensions.override",
        "typing.no_type_check",
        "typing_extensions.deprecated",
        "warnings.deprecated",
    }
)

#: Iterators without an end, when called with one argument or none.
ENDLESS: Final = frozenset({"itertools.count", "itertools.cycle", "itertools.repeat"})
