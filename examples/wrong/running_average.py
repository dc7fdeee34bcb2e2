"""A generator that is sent values before it has been started.

A generator receives a value at the `yield` where it waits. A new one has not come to any `yield`,
so there is nothing that could receive the first value.

At run time: TypeError: can't send non-None value to a just-started async generator
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator


async def running_average() -> AsyncGenerator[float, float]:
    total, count, average = 0.0, 0, 0.0
    while True:
        total += yield average
        count += 1
        average = total / count


async def main() -> None:
    averages = running_average()
    for value in (10.0, 20.0, 60.0):
        print(await averages.asend(value))
    await averages.aclose()


if __name__ == "__main__":
    asyncio.run(main())
