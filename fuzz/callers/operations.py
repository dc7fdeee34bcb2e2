"""Operations on generators, as expressions and as statements."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from fuzz.callers.scope import CLOSED, CREATED, SUSPENDED, Scope
from fuzz.tree import Block, Clause, Line, Statement, block

USUAL: Final = 0.7


@dataclass(frozen=True)
class Operation:
    """`form` is the awaitable's expression; `fits` the states in which it is no misuse."""

    form: str
    fits: frozenset[str]
    after: str = SUSPENDED
    value: bool = True


NEXT: Final = frozenset({CREATED, SUSPENDED})
RUNNING: Final = frozenset({SUSPENDED})
ALWAYS: Final = frozenset({CREATED, SUSPENDED, CLOSED})
OPERATIONS: Final = (
    Operation("anext({0})", NEXT),
    Operation("{0}.__anext__()", NEXT),
    Operation("anext(aiter({0}))", NEXT),
    Operation("{0}.__aiter__().__anext__()", NEXT),
    Operation("anext({0}, 0)", ALWAYS),
    Operation("{0}.asend(None)", NEXT),
    Operation("{0}.asend(1)", RUNNING),
    Operation("{0}.asend(1)", RUNNING),
    Operation("{0}.asend(c.value())", RUNNING),
    Operation("{0}.asend({value})", NEXT),
    Operation("{0}.athrow(ValueError)", RUNNING),
    Operation("{0}.athrow(KeyError(1))", RUNNING),
    Operation("{0}.athrow(ValueError())", RUNNING),
    Operation("{0}.aclose()", ALWAYS, after=CLOSED, value=False),
    Operation("{0}.aclose()", ALWAYS, after=CLOSED, value=False),
)
WRAPPED: Final = (
    "{0} = {1}",
    "c.note({1})",
    "{0}: object = {1}",
    "{0} = {1} if c() else 0",
    "{0} = 0 if c() else {1}",
    "c.maybe() and {1}",
    "c.maybe() or {1}",
    "assert {1} is not None",
    "c.note({0} := {1})",
    "{0} = [{1}]",
    "{0} = [{1} for _ in c.items()]",
    "c.note(f'{{{1}}}')",
    "{0} = not {1}",
    "c.note(0 if c.value() == {1} else 1)",
    "return {1}",
)


def operations(scope: Scope) -> Iterator[Statement]:
    """One operation on one of the generators, or none where there are none."""
    name = scope.generator()
    if name is None:
        return
    operation = choose(scope, name)
    text = awaitable(scope, operation, target(scope, name))
    scope.becomes(name, operation.after)
    yield from _awaited(scope, operation, text)


def choose(scope: Scope, name: str) -> Operation:
    """An operation for the generator `name`: mostly one that fits its state."""
    if not scope.chance(USUAL):
        return scope.rng.choice(OPERATIONS)
    state = scope.state(name)
    return scope.rng.choice([each for each in OPERATIONS if state <= each.fits])


def awaitable(scope: Scope, operation: Operation, receiver: str) -> str:
    value = scope.rng.choice([*scope.optionals, "c.maybe()"])
    return operation.form.format(receiver, value=value)


def target(scope: Scope, name: str) -> str:
    """An expression for the generator that `name` holds, or another one of its kind."""
    other = scope.generator(scope.kinds[name])
    if scope.chance(0.75):
        return name
    forms = ("({2} := {0})", "({0} if c() else {1})", "({1} if c() else {0})", "({0} or {1})")
    return scope.rng.choice(forms).format(name, other, scope.room.name("w"))


def _awaited(scope: Scope, operation: Operation, text: str) -> Iterator[Statement]:
    if scope.chance(0.1):
        yield from _kept_for_later(scope, text, operation.value)
    elif not operation.value or scope.chance(0.4):
        yield Line(f"await {text}")
    elif scope.chance(0.1):
        yield _branch_on(scope, text)
    else:
        forms = WRAPPED[: -1 if scope.yields or scope.chance(0.8) else None]
        yield Line(scope.rng.choice(forms).format(scope.room.name("x"), f"await {text}"))


def _branch_on(scope: Scope, text: str) -> Statement:
    kind = scope.rng.randrange(3)
    if kind == 0:
        return block(f"while await {text}:", [Line("break")])
    if kind == 1:
        return Block(
            (Clause(f"match await {text}:", (block("case 1:", ()), block("case _:", ()))),)
        )
    return Block((Clause(f"if await {text}:", ()), Clause("else:", (Line("c.note(2)"),))))


def _kept_for_later(scope: Scope, text: str, value: bool) -> Iterator[Statement]:
    """An awaitable that is awaited after something else, or never."""
    name = scope.room.name("a")
    yield Line(f"{name} = {text}")
    if scope.chance(0.3):
        return
    if scope.chance(0.4):
        yield Line(scope.rng.choice(("c.note(3)", "await c.pause()", "x = 1")))
    if scope.chance(0.2):
        yield block("if c():", [Line(f"await {name}")])
    else:
        yield Line(f"await {name}" if not value else f"c.note(await {name})")
