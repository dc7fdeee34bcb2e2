"""The table of adapters against the interpreter: each row takes from its source as it says."""

from __future__ import annotations

import inspect
import operator
from collections.abc import Callable, Generator, Iterator
from importlib import import_module
from typing import Any, Final

import pytest

from genstate.knowledge.adapters import ADAPTERS

#: What stands before the source.
BEFORE: Final[dict[str, tuple[object, ...]]] = {
    "dropwhile": (lambda value: value == (1, 1),),
    "filter": (lambda value: value != (1, 1),),
    "filterfalse": (lambda value: value == (1, 1),),
    "map": (str,),
    "starmap": (operator.add,),
    "takewhile": (lambda value: value == (1, 1),),
}
#: What stands behind it, such that it makes a difference.
BEHIND: Final[dict[str, tuple[object, ...]]] = {
    "batched": (2,),
    "chain": ("more",),
    "compress": ((0, 1),),
    "islice": (1, 2),
    "zip_longest": (range(9),),
}
#: More of it, at whose end the adapter ends.
SHORT: Final[dict[str, tuple[object, ...]]] = {"map": ([()],), "zip": ("a",)}
VALUES: Final = ((1, 1), (2, 2), (3, 3))


def source() -> Generator[Any, None, None]:
    yield from VALUES


def adapted(name: str, generator: Generator[Any, None, None], *more: object) -> Iterator[object]:
    module, _, short = name.rpartition(".")
    adapter: Callable[..., Iterator[object]] | None = getattr(import_module(module), short, None)
    if adapter is None:
        pytest.skip(f"this interpreter has no {name}")
    before = BEFORE.get(short, ())
    if short == "map" and more:
        before = (operator.concat,)
    return adapter(*before, generator, *BEHIND.get(short, ()), *more)


@pytest.mark.parametrize("name", ADAPTERS)
def test_nothing_is_taken_before_the_first_value(name: str) -> None:
    generator = source()
    taken = adapted(name, generator)
    assert inspect.getgeneratorstate(generator) == "GEN_CREATED"
    next(taken)
    assert inspect.getgeneratorstate(generator) != "GEN_CREATED"


@pytest.mark.parametrize("name", ADAPTERS)
def test_the_source_has_the_position_of_the_row(name: str) -> None:
    assert len(BEFORE.get(name.rpartition(".")[2], ())) == ADAPTERS[name].source


@pytest.mark.parametrize("name", ADAPTERS)
def test_only_what_may_end_early_leaves_the_source_open(name: str) -> None:
    generator = source()
    for _ in adapted(name, generator):
        pass
    closed = inspect.getgeneratorstate(generator) == "GEN_CLOSED"
    assert closed != ADAPTERS[name].through.early


@pytest.mark.parametrize("name", [name for name, row in ADAPTERS.items() if row.shortest])
def test_the_shortest_argument_ends_it(name: str) -> None:
    generator = source()
    taken = adapted(name, generator, *SHORT[name.rpartition(".")[2]])
    assert len(list(taken)) == 1
    assert inspect.getgeneratorstate(generator) == "GEN_SUSPENDED"


@pytest.mark.parametrize("name", [n for n, row in ADAPTERS.items() if not row.through.goes_on])
def test_only_what_may_end_unasked_does_not_ask_its_source_at_the_end(name: str) -> None:
    asked: list[str] = []

    def counted() -> Generator[Any, None, None]:
        for value in VALUES:
            asked.append("asked")
            yield value
        asked.append("asked")

    source, before = counted(), 0
    for _ in adapted(name, source):
        before = len(asked)
    unasked = len(asked) == before and inspect.getgeneratorstate(source) != "GEN_CLOSED"
    assert unasked == ADAPTERS[name].through.unasked


@pytest.mark.parametrize("name", ADAPTERS)
def test_only_what_skips_takes_several_values_for_one(name: str) -> None:
    generator = source()
    next(adapted(name, generator))
    left = len(list(generator))
    assert (left < len(VALUES) - 1) == ADAPTERS[name].through.skips


@pytest.mark.parametrize("name", ADAPTERS)
def test_only_what_goes_on_has_values_behind_the_end(name: str) -> None:
    generator = source()
    generator.close()
    assert bool(list(adapted(name, generator))) == ADAPTERS[name].through.goes_on
