"""Code that drives generators: in functions, at module level, in a class body, in a lambda."""

from base import Source, numbers, parse


async def imported() -> int:
    generator = numbers(parse("1"))
    return await generator.asend("a")  # reported: generator-unstarted-send


async def started() -> int:
    generator = numbers()
    await generator.asend(None)
    return await generator.asend("a")


async def excused() -> int:
    generator = numbers()
    return await generator.asend(
        "a",  # type: ignore[generator-unstarted-send]
    )


class Caller:
    source = Source()
    first = numbers()
    operation = first.asend("a")

    async def call(self) -> bytes:
        generator = self.source.stream()
        return await generator.asend("a")  # reported: generator-unstarted-send


async def looping() -> None:
    while True:
        generator = numbers()
        await generator.asend("a")  # reported: generator-unstarted-send


send = lambda: numbers().asend("a")
at_module_level = numbers()
operation = at_module_level.asend("a")


async def ending(argument: int) -> None:
    async def inside() -> int:
        generator = numbers()
        return await generator.asend("a")  # reported: generator-unstarted-send

    while True:
        print(await inside(), argument)
