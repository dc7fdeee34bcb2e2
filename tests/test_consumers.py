"""The table of consumers against the interpreter: each row takes values as it says."""

from __future__ import annotations

import inspect
import io
import operator
from collections import deque
from collections.abc import Callable, Generator
from importlib import import_module
from typing import Any, Final

import pytest

from genstate.knowledge.consumers import FUNCTIONS, METHODS

VALUES: Final[dict[str, tuple[object, ...]]] = {
    "builtins.dict": ((1, 2), (3, 4)),
    "collections.OrderedDict": ((1, 2), (3, 4)),
    "builtins.str.join": ("a", "b"),
    "builtins.bytes.join": (b"a", b"b"),
    "builtins.bytearray.join": (b"a", b"b"),
    "typing.IO.writelines": ("a", "b"),
    "io.TextIOWrapper.writelines": ("a", "b"),
}
BEFORE: Final[dict[str, tuple[object, ...]]] = {
    "reduce": (operator.add,),
    "nlargest": (2,),
    "nsmallest": (2,),
}
BEHIND: Final[dict[str, tuple[object, ...]]] = {
    "combinations": (2,),
    "combinations_with_replacement": (2,),
}
OBJECTS: Final[dict[str, Callable[[], Any]]] = {
    "builtins.str": str,
    "builtins.bytes": bytes,
    "builtins.bytearray": bytearray,
    "builtins.list": list,
    "builtins.set": set,
    "builtins.frozenset": frozenset,
    "collections.deque": deque,
    "typing.MutableSequence": list,
    "typing.IO": io.StringIO,
    "io.TextIOWrapper": lambda: io.TextIOWrapper(io.BytesIO()),
}


def generator(name: str) -> Generator[Any, None, None]:
    yield from VALUES.get(name, (1, 2))


def state_behind(function: Callable[..., object], name: str) -> str:
    """The state of a generator that was given to the function."""
    source = generator(name)
    short = name.rpartition(".")[2]
    function(*BEFORE.get(short, ()), source, *BEHIND.get(short, ()))
    return inspect.getgeneratorstate(source)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function(name: str) -> None:
    module, _, short = name.rpartition(".")
    function = getattr(import_module(module), short)
    row = FUNCTIONS[name]
    expected = "GEN_SUSPENDED" if short == "any" else "GEN_CLOSED"
    assert state_behind(function, name) == expected
    assert row.early == (short in ("any", "all"))
    assert row.positions is None or len(BEFORE.get(short, ())) in row.positions


@pytest.mark.parametrize("name", METHODS)
def test_method(name: str) -> None:
    owner, _, short = name.rpartition(".")
    assert state_behind(getattr(OBJECTS[owner](), short), name) == "GEN_CLOSED"


def test_rows_that_look_at_one_argument_only() -> None:
    for name in ("min", "max"):
        assert FUNCTIONS[f"builtins.{name}"].alone
