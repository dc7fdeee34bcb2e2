"""A page that is sent in pieces and always gets its footer.

`suppress` swallows the GeneratorExit that closing raises at the `yield` inside it. The generator
carries on behind the `with` block as if nothing had happened, and yields the footer to nobody.

At run time: RuntimeError: async generator ignored GeneratorExit
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress


async def page(rows: list[str]) -> AsyncGenerator[str, None]:
    yield "<table>"
    with suppress(GeneratorExit, ConnectionError):
        for row in rows:
            yield f"<tr><td>{row}</td></tr>"
    yield "</table>"


async def main() -> None:
    async with aclosing(page(["one", "two", "three"])) as pieces:
        async for piece in pieces:
            print(piece)
            if "one" in piece:
                break


if __name__ == "__main__":
    asyncio.run(main())
