"""A sensor that is read for ever, whatever goes wrong with the reading.

Only the reading is guarded. `except OSError` would do around the `yield` too: GeneratorExit is no
OSError, nor any other Exception, and passes it by.
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
            temperature = await read_sensor()
        except OSError:
            print("no reading, trying again")
        else:
            yield temperature


async def main() -> None:
    async with aclosing(readings()) as temperatures:
        async for temperature in temperatures:
            print(temperature)
            break


if __name__ == "__main__":
    asyncio.run(main())
