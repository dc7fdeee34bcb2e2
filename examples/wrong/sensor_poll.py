"""A sensor that is read for ever, whatever goes wrong.

The bare `except` is meant for the sensor's own errors, but closing the generator raises
GeneratorExit at the `yield`, and that is caught as well. The loop goes on to its next turn and
yields again.

At run time: RuntimeError: async generator ignored GeneratorExit
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing


async def read_sensor() -> float:
    await asyncio.sleep(0)
    return 21.5


async def readings() -> AsyncGenerator[float, None]:
    while True:
        try:
            yield await read_sensor()
        except:  # noqa: E722
            print("no reading, trying again")


async def main() -> None:
    async with aclosing(readings()) as temperatures:
        async for temperature in temperatures:
            print(temperature)
            break


if __name__ == "__main__":
    asyncio.run(main())
