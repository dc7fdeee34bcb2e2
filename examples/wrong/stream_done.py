"""A streaming endpoint that sends its end marker from a `finally` block.

A browser that goes away makes the server close the generator: GeneratorExit is raised at the first
`yield`, the `finally` block answers it with another one, and closing fails. What comes after that
second `yield` never runs, here the release of the connection.

At run time: RuntimeError: async generator ignored GeneratorExit
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
    finally:
        yield "data: [DONE]\n\n"
        await model.release()


async def main() -> None:
    async with aclosing(stream_answer(Model())) as answer:
        async for event in answer:
            print(event, end="")
            break  # the browser has gone


if __name__ == "__main__":
    asyncio.run(main())
