"""Code that is right, as the corrected stubs know, and wrong by mypy's own."""

from types import AsyncGeneratorType, GeneratorType

from averages import countdown, running_average


async def start(async_one: AsyncGeneratorType[int, str], one: GeneratorType[int, str, None]) -> None:
    await running_average().asend(None)  # right
    await async_one.asend(None)  # right
    countdown().send(None)  # right
    one.send(None)  # right
