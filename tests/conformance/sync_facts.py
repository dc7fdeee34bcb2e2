"""Facts about sync generators, each one run. Prints as JSON which of them hold.

Runs on a bare interpreter, whichever is asked: nothing is imported but the standard library.
"""

from __future__ import annotations

import inspect
import json
import sys
import traceback
from collections.abc import Callable, Generator
from contextlib import closing, suppress
from types import FunctionType
from typing import Any

HELPERS = ("numbers", "raised", "state", "chain")


def numbers() -> Generator[int, Any, str]:
    """Yields 1 and 2, whatever is thrown in but GeneratorExit."""
    for number in (1, 2):
        with suppress(ValueError):
            yield number
    return "end"


def chain(inner: Generator[int, Any, str]) -> Generator[int, Any, str]:
    result = yield from inner
    return result


def raised(operation: Callable[..., object], *arguments: object) -> BaseException | None:
    """The exception that came out of the operation."""
    try:
        operation(*arguments)
    except BaseException as error:
        return error
    return None


def state(g: Generator[Any, Any, Any]) -> str:
    return inspect.getgeneratorstate(g)


def an_unstarted_send_leaves_the_generator_created() -> None:
    g = numbers()
    error = raised(g.send, 1)
    assert isinstance(error, TypeError)
    assert str(error) == "can't send non-None value to a just-started generator"
    assert next(g) == 1


def a_throw_before_the_start_comes_back_and_closes() -> None:
    for thrown in (ValueError(), GeneratorExit()):
        g = numbers()
        assert raised(g.throw, thrown) is thrown
        assert state(g) == "GEN_CLOSED"


def a_stop_iteration_before_the_start_comes_back_from_3_12_on() -> None:
    g, thrown = numbers(), StopIteration()
    error = raised(g.throw, thrown)
    assert error is thrown if sys.version_info >= (3, 12) else isinstance(error, RuntimeError)
    assert state(g) == "GEN_CLOSED"


def a_throw_on_a_closed_generator_raises_the_exception_itself() -> None:
    g = numbers()
    g.close()
    error = ValueError()
    assert raised(g.throw, error) is error


def the_end_raises_stop_iteration_again_and_again() -> None:
    g = numbers()
    assert list(g) == [1, 2]
    assert isinstance(raised(next, g), StopIteration)
    assert isinstance(raised(g.send, 1), StopIteration)
    assert list(g) == []
    assert next(g, "default") == "default"


def close_gives_the_result_from_3_13_on() -> None:
    def body() -> Generator[int, None, str]:
        try:
            yield 1
        except GeneratorExit:
            return "result"
        return "end"

    g = body()
    close: Callable[[], object] = g.close
    next(g)
    assert close() == ("result" if sys.version_info >= (3, 13) else None)
    assert close() is None


def what_is_thrown_must_be_an_exception() -> None:
    error = raised(numbers().throw, 1)
    assert isinstance(error, TypeError)
    assert "exceptions must be classes or instances deriving from BaseException" in str(error)


def a_stop_iteration_that_leaves_the_body_is_converted() -> None:
    def body() -> Generator[int, None, None]:
        yield next(iter(()))

    error = raised(next, body())
    assert isinstance(error, RuntimeError)
    assert str(error) == "generator raised StopIteration"


def a_generator_cannot_drive_itself() -> None:
    def body() -> Generator[BaseException | None, None, None]:
        yield raised(next, g)

    g = body()
    error = next(g)
    assert isinstance(error, ValueError)
    assert str(error) == "generator already executing"


def a_loop_that_is_left_leaves_the_generator_suspended() -> None:
    g = numbers()
    for _ in g:
        break
    assert state(g) == "GEN_SUSPENDED"
    for _ in g:
        continue
    assert state(g) == "GEN_CLOSED"


def unpacking_takes_one_more_than_there_are_names() -> None:
    g = numbers()
    one, two = g
    assert (one, two, state(g)) == (1, 2, "GEN_CLOSED")

    def too_many() -> None:
        (_one,) = g

    def too_few() -> None:
        _one, _two, _three = g

    g = numbers()
    assert isinstance(raised(too_many), ValueError)
    assert state(g) == "GEN_SUSPENDED"
    g = numbers()
    assert isinstance(raised(too_few), ValueError)
    assert state(g) == "GEN_CLOSED"
    g = numbers()
    first, *rest = g
    assert (first, rest, state(g)) == (1, [2], "GEN_CLOSED")


def yield_from_runs_to_the_end_and_gives_the_result() -> None:
    inner = numbers()
    outer = chain(inner)
    assert list(outer) == [1, 2]
    assert state(inner) == "GEN_CLOSED"
    assert isinstance(raised(next, chain(inner)), StopIteration)


def yield_from_passes_on_what_is_sent_thrown_and_closed() -> None:
    def echo() -> Generator[Any, Any, str]:
        received = yield None
        while True:
            received = yield received

    inner = echo()
    outer = chain(inner)
    next(outer)
    assert outer.send(5) == 5
    outer.close()
    assert state(inner) == "GEN_CLOSED"
    inner = numbers()
    outer = chain(inner)
    next(outer)
    assert outer.throw(ValueError()) == 2


def closing_closes() -> None:
    with closing(numbers()) as g:
        next(g)
    assert state(g) == "GEN_CLOSED"


def a_generator_expression_is_a_generator() -> None:
    g = (number for number in (1, 2))
    assert inspect.isgenerator(g)
    assert isinstance(raised(g.send, 1), TypeError)
    assert list(g) == [1, 2]
    assert state(g) == "GEN_CLOSED"


FACTS: dict[str, Callable[[], None]] = {
    name: fact
    for name, fact in list(globals().items())
    if isinstance(fact, FunctionType) and name not in HELPERS
}


def failure(fact: Callable[[], None]) -> str:
    """The traceback, where the fact does not hold."""
    try:
        fact()
    except BaseException:
        return traceback.format_exc()
    return ""


if __name__ == "__main__":
    print(json.dumps({name: failure(fact) for name, fact in FACTS.items()}))
