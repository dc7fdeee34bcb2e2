"""The generators that all the programs use, and misuse."""

from collections.abc import AsyncGenerator, Generator


async def running_average() -> AsyncGenerator[float, float]:
    total = average = 0.0
    count = 0
    while True:
        total += yield average
        count += 1
        average = total / count


def countdown() -> Generator[int, str, None]:
    for number in (3, 2, 1):
        print((yield number))
