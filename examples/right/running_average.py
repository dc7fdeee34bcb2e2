"""A generator that is started before it is sent values.

`anext(averages)` runs the body to its first `yield`; so does `averages.asend(None)`.
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
    await anext(averages)
    for value in (10.0, 20.0, 60.0):
        print(await averages.asend(value))
    await averages.aclose()


if __name__ == "__main__":
    asyncio.run(main())
