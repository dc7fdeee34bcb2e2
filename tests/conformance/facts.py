"""Facts about async generators, each one run. Prints as JSON which of them hold.

Runs on a bare interpreter, whichever is asked: nothing is imported but the standard library.
"""

from __future__ import annotations

import asyncio
import json
import sys
import traceback
import warnings
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from inspect import iscoroutinefunction
from types import FunctionType
from typing import Any

NEW = sys.version_info
ALREADY_RUNNING = "asynchronous generator is already running"
REUSED = "cannot reuse already awaited"


async def numbers() -> AsyncGenerator[int, Any]:
    """Yields for ever, and never waits."""
    number = 0
    while True:
        number += 1
        yield number


async def waiting(pause: float = 0) -> AsyncGenerator[int, Any]:
    """Yields for ever, and waits before each yield."""
    number = 0
    while True:
        await asyncio.sleep(pause)
        number += 1
        yield number


async def echo() -> AsyncGenerator[Any, Any]:
    """Yields what was sent."""
    received = None
    while True:
        received = yield received


async def stubborn() -> AsyncGenerator[str, Any]:
    """Yields again when it is closed."""
    try:
        yield "first"
    except GeneratorExit:
        yield "ignored"
    yield "last"


async def raised(awaitable: Awaitable[object]) -> BaseException | None:
    """The exception that came out of the awaitable."""
    try:
        await awaitable
    except BaseException as error:
        return error
    return None


async def is_closed(g: AsyncGenerator[Any, Any]) -> bool:
    return isinstance(await raised(g.__anext__()), StopAsyncIteration)


OPERATIONS: tuple[Callable[[AsyncGenerator[Any, Any]], Any], ...] = (
    lambda g: g.__anext__(),
    lambda g: g.asend(None),
    lambda g: g.athrow(ValueError),
    lambda g: g.aclose(),
)


async def the_error_appears_at_the_await() -> None:
    g = numbers()
    operation = g.asend(1)
    assert isinstance(await raised(operation), TypeError)


async def an_operation_never_awaited_starts_nothing() -> None:
    g = echo()
    g.asend(None)
    assert isinstance(await raised(g.asend(1)), TypeError)


async def an_unstarted_send_leaves_the_generator_created() -> None:
    g = numbers()
    assert isinstance(await raised(g.asend(1)), TypeError)
    assert await g.asend(None) == 1


async def awaiting_twice_cannot_reuse() -> None:
    for make in OPERATIONS:
        operation = make(numbers())
        await raised(operation)
        error = await raised(operation)
        assert isinstance(error, RuntimeError), error
        assert REUSED in str(error)


async def reuse_leaves_the_generator_as_it_was() -> None:
    g = numbers()
    operation = g.asend(None)
    await operation
    await raised(operation)
    assert await g.asend(None) == 2


async def of_two_who_await_one_operation_one_fails() -> None:
    for g in (numbers(), waiting(), waiting(0.01)):
        operation = g.__anext__()
        tasks = [asyncio.ensure_future(operation), asyncio.ensure_future(operation)]
        await asyncio.wait(tasks)
        failed = [task.exception() for task in tasks if task.exception() is not None]
        assert any(isinstance(each, RuntimeError) for each in failed), failed


async def an_operation_that_timed_out_cannot_be_awaited_again() -> None:
    operation = waiting(60).__anext__()
    await raised(asyncio.wait_for(operation, 0.01))
    error = await raised(operation)
    assert isinstance(error, RuntimeError)
    assert REUSED in str(error)


async def gather_folds_equal_arguments() -> None:
    operation = numbers().__anext__()
    assert await asyncio.gather(operation, operation) == [1, 1]


async def closing_an_unawaited_operation() -> None:
    g = numbers()
    await g.__anext__()
    operation = g.asend(None)
    operation.close()  # type: ignore[attr-defined]
    assert await is_closed(g) == (NEW >= (3, 13))


async def a_task_cancelled_before_its_first_step_closes_the_generator() -> None:
    g = numbers()
    await g.__anext__()
    task = asyncio.ensure_future(g.__anext__())
    task.cancel()
    assert isinstance(await raised(task), asyncio.CancelledError)
    assert await is_closed(g)


async def a_cancellation_before_the_first_step_comes_in_at_the_yield() -> None:
    caught: list[str] = []

    async def careful() -> AsyncGenerator[int, Any]:
        while True:
            try:
                yield 1
            except asyncio.CancelledError:
                caught.append("cancelled")

    for operate in OPERATIONS:
        g = careful()
        await g.__anext__()
        task = asyncio.ensure_future(operate(g))
        task.cancel()
        await raised(task)
        assert caught.pop() == "cancelled"
        assert not caught


async def a_generator_that_was_not_started_is_closed_by_such_a_cancellation() -> None:
    for operate in OPERATIONS:
        g = numbers()
        task = asyncio.ensure_future(operate(g))
        task.cancel()
        assert isinstance(await raised(task), asyncio.CancelledError)
        assert await is_closed(g)


async def a_coroutine_cancelled_before_its_first_step_leaves_the_generator_alone() -> None:
    async def step(g: AsyncGenerator[int, Any]) -> int:
        return await g.__anext__()

    g = numbers()
    task = asyncio.ensure_future(step(g))
    task.cancel()
    assert isinstance(await raised(task), asyncio.CancelledError)
    assert await g.__anext__() == 1


async def a_call_of_a_coroutine_function_does_nothing_before_it_is_awaited() -> None:
    async def close(g: AsyncGenerator[int, Any]) -> None:
        await g.aclose()

    g = numbers()
    closing = close(g)
    assert await g.__anext__() == 1
    await closing
    assert await is_closed(g)


async def two_coroutines_that_begin_with_an_operation_clash() -> None:
    async def step(g: AsyncGenerator[int, Any]) -> int:
        return await g.__anext__()

    g = waiting()
    first, second = await asyncio.gather(step(g), step(g), return_exceptions=True)
    assert first == 1
    assert isinstance(second, RuntimeError)
    assert ALREADY_RUNNING in str(second)


async def a_timeout_of_a_coroutine_cancels_the_operation_that_it_waits_for() -> None:
    async def step(g: AsyncGenerator[int, Any]) -> int:
        return await g.__anext__()

    g = waiting(60)
    assert isinstance(await raised(asyncio.wait_for(step(g), 0.01)), asyncio.TimeoutError)
    assert await is_closed(g)


async def a_timed_out_operation_closes_the_generator() -> None:
    g = waiting(60)
    assert isinstance(await raised(asyncio.wait_for(g.__anext__(), 0.01)), asyncio.TimeoutError)
    assert await is_closed(g)


async def two_operations_on_a_body_without_await_run_one_after_the_other() -> None:
    g = numbers()
    assert await asyncio.gather(g.__anext__(), g.__anext__()) == [1, 2]


async def two_operations_on_a_body_that_waits_clash() -> None:
    g = waiting()
    first, second = await asyncio.gather(g.__anext__(), g.__anext__(), return_exceptions=True)
    assert first == 1
    assert isinstance(second, RuntimeError)
    assert ALREADY_RUNNING in str(second)
    assert await g.__anext__() == 2


async def an_exception_out_of_an_operation_closes_the_generator() -> None:
    for operate in (lambda g: g.athrow(ValueError), lambda g: g.athrow(GeneratorExit)):
        g = numbers()
        await g.__anext__()
        assert await raised(operate(g)) is not None
        assert await is_closed(g)


async def stop_async_iteration_out_of_a_send_means_closed() -> None:
    async def once() -> AsyncGenerator[int, Any]:
        yield 1

    g = once()
    await g.__anext__()
    assert isinstance(await raised(g.asend(1)), StopAsyncIteration)
    assert await is_closed(g)


async def after_ignoring_generator_exit_next_may_give_values() -> None:
    g = stubborn()
    await g.__anext__()
    error = await raised(g.aclose())
    assert isinstance(error, RuntimeError)
    assert str(error) == "async generator ignored GeneratorExit"
    assert await g.__anext__() == "last"


async def after_ignoring_generator_exit_throw_and_close_stop() -> None:
    for operate in (lambda g: g.athrow(ValueError), lambda g: g.aclose()):
        g = stubborn()
        await g.__anext__()
        await raised(g.aclose())
        assert isinstance(await raised(operate(g)), StopAsyncIteration)


async def throwing_stop_async_iteration_before_the_start() -> None:
    expected = StopAsyncIteration if NEW >= (3, 12) else RuntimeError
    assert isinstance(await raised(numbers().athrow(StopAsyncIteration)), expected)


async def a_cancelled_task_that_merely_used_the_generator_leaves_it_usable() -> None:
    g = numbers()

    async def use() -> None:
        await g.__anext__()
        await asyncio.sleep(60)

    task = asyncio.ensure_future(use())
    await asyncio.sleep(0)
    task.cancel()
    await raised(task)
    assert await g.__anext__() == 2


async def a_shielded_operation_outlives_its_timeout() -> None:
    g = waiting(0.05)
    operation = asyncio.ensure_future(g.__anext__())
    timed_out = await raised(asyncio.wait_for(asyncio.shield(operation), 0.01))
    assert isinstance(timed_out, asyncio.TimeoutError)
    assert await operation == 1
    assert await g.__anext__() == 2


async def throwing_generator_exit_into_a_body_that_yields_gives_the_value() -> None:
    g = stubborn()
    await g.__anext__()
    assert await g.athrow(GeneratorExit) == "ignored"


async def anext_with_a_default_on_a_closed_generator_gives_the_default() -> None:
    g = numbers()
    await g.aclose()
    assert await anext(g, "default") == "default"


async def an_async_for_that_ends_leaves_the_generator_closed() -> None:
    async def twice() -> AsyncGenerator[int, Any]:
        yield 1
        yield 2

    g = twice()
    assert [number async for number in g] == [1, 2]
    assert await is_closed(g)


async def an_async_for_that_is_left_leaves_the_generator_suspended() -> None:
    async def returned(g: AsyncGenerator[int, Any]) -> None:
        async for _ in g:
            return

    async def failed(g: AsyncGenerator[int, Any]) -> None:
        async for _ in g:
            raise ValueError

    g = numbers()
    async for _ in g:
        break
    await returned(g)
    await raised(failed(g))
    assert await g.__anext__() == 4


async def a_stop_that_would_leave_the_body_becomes_a_runtime_error() -> None:
    async def stops(kind: type[Exception]) -> AsyncGenerator[int, Any]:
        raise kind
        yield 1

    for kind in (StopIteration, StopAsyncIteration):
        error = await raised(stops(kind).__anext__())
        assert isinstance(error, RuntimeError)
        assert str(error) == f"async generator raised {kind.__name__}"


async def a_sync_generator_converts_stop_iteration_only() -> None:
    def stops(kind: type[Exception]):  # type: ignore[no-untyped-def]
        raise kind
        yield 1

    for kind, expected in ((StopIteration, RuntimeError), (StopAsyncIteration, StopAsyncIteration)):
        with suppress(expected):
            next(stops(kind))
            raise AssertionError


async def generator_exit_may_be_caught_if_no_yield_follows() -> None:
    async def tidy(way: str) -> AsyncGenerator[int, Any]:
        try:
            yield 1
        except GeneratorExit:
            await asyncio.sleep(0)
            if way == "raise":
                raise ValueError from None

    g = tidy("end")
    await g.__anext__()
    assert await raised(g.aclose()) is None
    g = tidy("raise")
    await g.__anext__()
    assert isinstance(await raised(g.aclose()), ValueError)


async def generator_exit_must_not_reach_a_yield() -> None:
    async def in_finally() -> AsyncGenerator[int, Any]:
        try:
            yield 1
        finally:
            yield 2

    async def in_the_next_turn() -> AsyncGenerator[int, Any]:
        while True:
            try:
                yield 1
            except BaseException:
                await asyncio.sleep(0)

    async def behind_a_with() -> AsyncGenerator[int, Any]:
        with suppress(BaseException):
            yield 1
        yield 2

    for body in (stubborn, in_finally, in_the_next_turn, behind_a_with):
        g: AsyncGenerator[Any, Any] = body()
        await g.__anext__()
        assert str(await raised(g.aclose())) == "async generator ignored GeneratorExit"


async def what_anext_resumes_a_body_with_is_none() -> None:
    g = echo()
    await g.__anext__()
    assert await g.asend(5) == 5
    assert await anext(g) is None
    async for received in g:
        assert received is None
        break


async def throw_on_a_closed_generator_gives_none() -> None:
    g = numbers()
    await g.aclose()
    assert await g.athrow(ValueError) is None


FACTS: dict[str, Callable[[], Awaitable[None]]] = {
    name: fact
    for name, fact in list(globals().items())
    if isinstance(fact, FunctionType)
    and iscoroutinefunction(fact)
    and name not in ("raised", "is_closed")
}


def failure(fact: Callable[[], Awaitable[None]]) -> str:
    """The traceback, where the fact does not hold."""

    async def limited() -> None:
        await asyncio.wait_for(fact(), 20)

    try:
        asyncio.run(limited())
    except BaseException:
        return traceback.format_exc()
    return ""


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.unraisablehook = lambda _: None
    print(json.dumps({name: failure(fact) for name, fact in FACTS.items()}))
