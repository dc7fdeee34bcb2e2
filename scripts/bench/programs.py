"""Programs with one function, of any size."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

HEAD: Final = """\
from collections.abc import AsyncGenerator

def ask() -> bool: ...
def work(x: object) -> int: ...

async def numbers() -> AsyncGenerator[int, int | None]:
    while ask():
        yield 1

async def main() -> None:
    g = numbers()
    await anext(g)
"""
#: CPython allows no more than twenty blocks inside each other.
DEPTH: Final = 15

Writer: TypeAlias = Callable[[int], str]


def statements(size: int) -> str:
    """A function with this many statements."""
    return HEAD + "".join(f"    x{number} = work({number})\n" for number in range(size))


def branches(size: int) -> str:
    """A function with this many conditions one after the other."""
    return HEAD + "    if ask():\n        await g.asend(1)\n" * size


def generators(size: int) -> str:
    """A function that makes this many generators, and uses each."""
    return HEAD + "".join(
        f"    g{number} = numbers()\n    await anext(g{number})\n" for number in range(size)
    )


def nesting(size: int) -> str:
    """A function with this many `try` statements, in towers of fifteen."""
    lines = [HEAD]
    for _ in range(max(1, size // DEPTH)):
        lines += [f"{'    ' * level}try:\n" for level in range(1, DEPTH + 1)]
        lines.append(f"{'    ' * (DEPTH + 1)}await g.asend(1)\n")
        for level in range(DEPTH, 0, -1):
            lines.append(f"{'    ' * level}except ValueError:\n{'    ' * (level + 1)}work(g)\n")
    return "".join(lines)


WRITERS: Final[Sequence[Writer]] = (statements, branches, generators, nesting)
