"""What calls do to the generators that they are given, and that CPython does the same."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path
from textwrap import dedent, indent
from typing import Any, Final

import pytest

from genstate.cfg.events import Invoke
from genstate.cfg.vocabulary import GeneratorFunction, Protocol
from genstate.typestate.conditions import Being, Condition
from genstate.typestate.effects import Effect, Given, Handed, Made
from genstate.typestate.values import Thrown
from tests.dumps.lower import lower

pytestmark = pytest.mark.any_mypy

VERSION: Final = (sys.version_info.major, sys.version_info.minor)
STREAM: Final = GeneratorFunction("stream", "program.stream", Protocol.ASYNC)
LOST: Final = "?"

#: A function's body, and the states that it leaves `g` in where it returns: from created, from
#: suspended, from closed.
BODIES: Final[list[tuple[str, str, str, str]]] = [
    ("print()", "created", "suspended", "closed"),
    ("g is None", "created", "suspended", "closed"),
    ("return g", "created", "suspended", "closed"),
    ("await anext(g)", "suspended", "suspended", ""),
    ("await anext(g, None)", "closed suspended", "closed suspended", "closed"),
    ("await g.asend(None)", "suspended", "suspended", ""),
    ("await g.asend(1)", "", "suspended", ""),
    ("await g.aclose()", "closed", "closed", "closed"),
    ("await g.athrow(KeyError)", "", "suspended", "closed"),
    ("async for x in g: pass", "closed", "closed", "closed"),
    ("async for x in g: break", "closed suspended", "closed suspended", "closed"),
    ("async for x in g: return", "closed suspended", "closed suspended", "closed"),
    ("try: await anext(g)\nfinally: await g.aclose()", "closed", "closed", ""),
    ("try: await g.asend(1)\nexcept TypeError: pass", "created", "closed suspended", ""),
    ("kept.append(g)", LOST, LOST, "closed"),
    ("kept.append(g.asend(None))", LOST, LOST, "closed"),
    ("return g.asend(None)", LOST, LOST, "closed"),
    ("g.asend(None)", "created", "suspended", "closed"),
    ("g = stream()\nawait anext(g)", "created", "suspended", "closed"),
    ("g = stream()\nawait anext(g)\nreturn g", "created", "suspended", "closed"),
    ("await other(g)", "closed", "closed", "closed"),
    ("await itself(g)", "? created", "? suspended", "closed"),
]
SOURCE: Final = """
kept = []
async def stream():
    yield 1
    yield 2
async def other(g):
    await g.aclose()
async def itself(g):
    if kept:
        await itself(g)
async def function(g):
{}
async def use():
    g = stream()
    await function(g)
"""


@pytest.mark.parametrize(("body", "created", "suspended", "closed"), BODIES)
def test_states_behind_a_call(
    body: str, created: str, suspended: str, closed: str, tmp_path: Path
) -> None:
    source = SOURCE.format(indent(dedent(body), "    "))
    ask = _asked(source, tmp_path)

    for state, expected in (("created", created), ("suspended", suspended), ("closed", closed)):
        effects = ask((Given(("g",), STREAM, state, None),))
        assert effects is not None
        left = {_state(c) for e in effects if not e.raises for c in e.conditions[0]}
        assert " ".join(sorted(left)) == expected
        ran = asyncio.run(_run(source, state))
        assert any(_allows(effect, *ran) for effect in effects), (state, ran)


def _asked(source: str, path: Path) -> Callable[[tuple[Given, ...]], tuple[Effect, ...] | None]:
    graph = lower({"program": source}, path, VERSION).graphs["program"]["use"]
    (call,) = (event for _, event in graph.events() if isinstance(event, Invoke))
    return lambda given: answer.effects if (answer := call.answer(given)) else None


def _state(condition: Condition) -> str:
    return condition.state or LOST if isinstance(condition, Being) else LOST


async def _run(source: str, state: str) -> tuple[str, object, BaseException | None]:
    """The state behind the call; what it gives, and what it raises."""
    names: dict[str, Any] = {}
    exec(source, names)
    generator: AsyncGenerator[int, object] = names["stream"]()
    if state == "suspended":
        await anext(generator)
    elif state == "closed":
        await generator.aclose()
    function: Callable[[object], Awaitable[object]] = names["function"]
    result, raised = None, None
    try:
        result = await function(generator)
    except Exception as error:
        raised = error
    same = "given" if result is generator else "made" if hasattr(result, "ag_frame") else result
    return await _found(generator), same, raised


async def _found(generator: AsyncGenerator[int, object]) -> str:
    """The state of a generator, by what it does with a value."""
    if generator.ag_frame is None:  # type: ignore[attr-defined]
        return "closed"
    try:
        await generator.asend("probe")
    except TypeError:
        return "created"
    except StopAsyncIteration:
        pass
    return "suspended"


def _allows(effect: Effect, state: str, result: object, raised: BaseException | None) -> bool:
    states = {_state(condition) for condition in effect.conditions[0]}
    if states.isdisjoint({state, LOST}) or effect.raises is (raised is None):
        return False
    if raised is not None:
        assert isinstance(effect.outcome, Thrown)
        classes = {f"{c.__module__}.{c.__qualname__}" for c in type(raised).__mro__}
        return effect.outcome.raised.name in classes
    if result in ("given", "made"):
        return isinstance(effect.outcome, Handed if result == "given" else Made)
    return not isinstance(effect.outcome, (Handed, Made))
