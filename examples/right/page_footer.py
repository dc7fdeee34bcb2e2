"""A page that is sent in pieces and gets its footer, unless nobody is left to read it.

The flag is false on every path that closing can take, so no `yield` is reached from there.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing


async def page(rows: list[str]) -> AsyncGenerator[str, None]:
    wanted = True
    yield "<table>"
    try:
        for row in rows:
            yield f"<tr><td>{row}</td></tr>"
    except GeneratorExit:
        wanted = False
        raise
    finally:
        if wanted:
            yield "</table>"


async def main() -> None:
    async with aclosing(page(["one", "two", "three"])) as pieces:
        async for piece in pieces:
            print(piece)
            if "one" in piece:
                break


if __name__ == "__main__":
    asyncio.run(main())
