"""Small functions of the program that do something to the generators that they are given."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from fuzz.callers.scope import CLOSED, CREATED, LOOSE, SUSPENDED, Maker, Scope
from fuzz.tree import Line, Statement

#: Their sources, by name; and the states in which they leave their arguments, most of the time.
TAKING: Final = {
    "prime": ("await anext(it)", (SUSPENDED,)),
    "feed": ("await it.asend(1)", (SUSPENDED,)),
    "consume": ("async for _ in it:\n        c.note(1)", (CLOSED,)),
    "shut": ("await it.aclose()", (CLOSED,)),
    "drained": (
        "try:\n        await anext(it)\n    except StopAsyncIteration:\n        return True\n"
        "    return c()",
        (SUSPENDED, CLOSED),
    ),
    "touch": ("if c():\n        await it.asend(None)", (CREATED, SUSPENDED)),
    "peek": ("return bool(it) and c()", ()),
    "through": ("await inner(it)\n    await c.pause()", (SUSPENDED,)),
}
MAKING: Final = {
    "primed": ("it = s1()\n    await anext(it)\n    return it", SUSPENDED),
    "spent": ("it = s1()\n    await it.aclose()\n    return it", CLOSED),
    "fresh": ("return s1()", CREATED),
}
PAIR: Final = "both"
NAMES: Final = frozenset({*TAKING, *MAKING, PAIR, "inner"})
ANY: Final = "AsyncGenerator[int, int]"
MADE: Final = "AsyncGenerator[int, int | None]"


def calls(scope: Scope) -> Iterator[Statement]:
    """A call of one of the functions."""
    names = scope.generators()
    if not names or scope.chance(0.3):
        yield from _making(scope)
        return
    name = scope.rng.choice(names)
    if len(names) > 1 and scope.chance(0.15):
        other = scope.rng.choice(names)
        yield Line(f"await {PAIR}({name}, two={other})")
        scope.becomes(name, SUSPENDED)
        scope.becomes(other, CLOSED)
        return
    function = scope.rng.choice([*TAKING])
    call = f"{function}({name})" if scope.chance(0.8) else f"{function}(it={name})"
    call = call if function == "peek" else f"await {call}"
    if function in ("drained", "peek") and scope.chance(0.5):
        yield Line(f"{scope.room.name('x')} = {call}")
    else:
        yield Line(call)
    states = TAKING[function][1]
    if states:
        scope.becomes(name, *states)


def _making(scope: Scope) -> Iterator[Statement]:
    function = scope.rng.choice([*MAKING])
    name = scope.room.name("g")
    yield Line(f"{name} = {'' if function == 'fresh' else 'await '}{function}()")
    scope.bind(name, Maker("", LOOSE))
    scope.becomes(name, MAKING[function][1])


def functions() -> dict[str, list[Statement]]:
    """Their definitions, by the text that shows that they are used."""
    found: dict[str, list[Statement]] = {}
    for name, (body, _) in TAKING.items():
        result = "bool" if "return" in body else "None"
        head = f"{'' if name == 'peek' else 'async '}def {name}(it: {ANY}) -> {result}:"
        found[f"{name}("] = [Line(f"{head}\n    {body}")]
    inner = Line(f"async def inner(it: {ANY}) -> int:\n    return await anext(it)")
    found["through("].insert(0, inner)
    for name, (body, _) in MAKING.items():
        head = f"{'' if name == 'fresh' else 'async '}def {name}() -> {MADE}:"
        found[f"{name}("] = [Line(f"{head}\n    {body}")]
    pair = f"async def {PAIR}(one: {ANY}, two: {ANY}) -> None:"
    found[f"{PAIR}("] = [Line(f"{pair}\n    await anext(one)\n    await two.aclose()")]
    return found
