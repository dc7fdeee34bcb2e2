"""What the other modules depend on."""

from collections.abc import AsyncGenerator


async def numbers(first: int = 0) -> AsyncGenerator[int, str]:
    while True:
        text = yield first
        first += len(text)


def parse(text: str) -> int:
    return int(text)


class Source:
    async def stream(self) -> AsyncGenerator[bytes, str]:
        size = yield b""
        print(size)
        yield size.encode()


def ticks() -> None:
    print("tick")
