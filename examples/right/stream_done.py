"""A streaming endpoint that sends its end marker only when the stream has come to its end.

The `finally` block cleans up and yields nothing, so the generator can be closed at any time.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing


class Model:
    """A connection to a language model."""

    async def release(self) -> None:
        print("connection released")


async def stream_answer(model: Model) -> AsyncGenerator[str, None]:
    try:
        for word in ("generators", "remember", "where", "they", "were"):
            yield f"data: {word}\n\n"
        yield "data: [DONE]\n\n"
    finally:
        await model.release()


async def main() -> None:
    async with aclosing(stream_answer(Model())) as answer:
        async for event in answer:
            print(event, end="")
            break  # the browser has gone


if __name__ == "__main__":
    asyncio.run(main())
