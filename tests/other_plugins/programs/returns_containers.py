"""Containers of returns: curried functions, pipes and `do` are typed by its plugin alone."""

from averages import countdown, running_average
from returns.curry import curry, partial
from returns.future import FutureResult, future_safe
from returns.pipeline import flow, is_successful, pipe
from returns.result import Result, Success, safe


@curry
def scale(factor: float, digits: int, value: float) -> float:
    squares = (number * number for number in (value, factor))
    squares.close()
    return round(next(squares), digits)  # reported: generator-closed


@safe
def parse(text: str) -> float:
    return float(text)


@future_safe
async def mean(text: str) -> float:
    averages = running_average()
    value = flow(text, len, scale(2.0, 1))  # differs
    return await averages.asend(value)  # reported with the plugin: generator-unstarted-send


@safe
def first() -> bool:
    rest = countdown()
    rest.send("1")  # reported: generator-unstarted-send
    return is_successful(parse("1"))


class Total:
    async def of(self, texts: list[str]) -> Result[float, Exception]:
        averages = running_average()
        for text in texts:
            total = Result.do(left + right for left in parse(text) for right in parse(text))  # differs
            await averages.asend(total.unwrap())  # reported: generator-unstarted-send
        return total


async def both() -> FutureResult[str, Exception]:
    return FutureResult.do(
        str(left + right) async for left in mean("1") async for right in mean("2")
    )


reveal_type(scale)  # differs
reveal_type(partial(scale, 2.0))  # differs
reveal_type(pipe(parse, is_successful))  # differs
flow("1", len, parse)  # differs
Result.do(number for number in [1])  # differs
reveal_type(Result.do(number for number in Success(1)))
