"""`async for` in all its shapes, and what closes a generator on the way out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from fuzz.callers.scope import CLOSED, SUSPENDED, Scope
from fuzz.tree import Block, Body, Clause, Line, Statement, block

Writer: TypeAlias = Callable[[Scope, int], Body]


def iterations(scope: Scope, write: Writer) -> Iterator[Statement]:
    """An `async for` statement over a generator."""
    name = scope.generator()
    if name is None:
        return
    source = scope.rng.choice((name, name, name, f"aiter({name})", scope.maker().text))
    inner = scope.inner(loop=True)
    inner.becomes(name, SUSPENDED)
    body, leaves = _turn(scope, inner, write)
    clauses = [Clause(f"async for {scope.room.name('i')} in {source}:", body)]
    if scope.chance(0.2):
        clauses.append(Clause("else:", write(scope.inner(), 1)))
    yield Block(tuple(clauses))
    if source == name:
        scope.becomes(name, *((CLOSED, SUSPENDED) if leaves else (CLOSED,)))


def _turn(scope: Scope, inner: Scope, write: Writer) -> tuple[Body, bool]:
    """The loop's body, and whether it may leave the loop early."""
    early = scope.rng.choice(("break", "break", scope.back, "raise ValueError"))
    shape = scope.rng.randrange(5)
    if shape == 0:
        return (), False
    if shape == 1:
        return (*write(inner, 1), Line(early)), True
    if shape == 2:
        return (block("if c():", [Line(early)]), *write(inner, 1)), True
    if shape == 3:
        return (block("if c():", [Line("continue")]), *write(inner, 2)), False
    return write(inner, 2), False


def comprehensions(scope: Scope) -> Iterator[Statement]:
    """A comprehension over a generator."""
    name = scope.generator()
    if name is None:
        return
    forms = (
        "{0} = [i async for i in {1}]",
        "{0} = {{i async for i in {1}}}",
        "{0} = {{i: i async for i in {1} if c()}}",
        "{0} = [i + j for j in c.items() async for i in {1}]",
        "{0} = (i async for i in {1})",
        "c.note([i async for i in {1}])",
        "{0} = [i for k in ({1}, {1}) async for i in k]",
        "{0} = c() and [i async for i in {1}]",
    )
    form = scope.rng.choice(forms)
    yield Line(form.format(scope.room.name("x"), name))
    if "(i async" not in form:
        scope.becomes(name, CLOSED)


def closings(scope: Scope, write: Writer) -> Iterator[Statement]:
    """`aclosing` and exit stacks."""
    name = scope.generator()
    if name is None:
        return
    new, stack = scope.room.name("g"), scope.room.name("st")
    inner = scope.inner()
    shape = scope.rng.randrange(5)
    if shape == 0:
        first = scope.rng.choice(("", "", "c.aplain(), ", "c.aswallow(), "))
        yield block(f"async with {first}aclosing({name}):", write(inner, 2))
    elif shape == 1:
        inner.alias(new, name)
        yield block(f"async with aclosing({name}) as {new}:", write(inner, 2))
    elif shape == 2:
        maker = scope.maker()
        inner.bind(new, maker)
        yield block(f"async with aclosing({maker.text}) as {new}:", write(inner, 3))
        scope.bind(new, maker)
        name = new
    else:
        enter = (
            f"await {stack}.enter_async_context(aclosing({name}))"
            if shape == 3
            else f"{stack}.push_async_callback({name}.aclose)"
        )
        if shape == 3 and scope.chance(0.5):
            enter = f"{new} = {enter}"
            inner.alias(new, name)
        quiet = [Line(f"{stack}.enter_context(suppress(Exception))")] * scope.chance(0.2)
        body = (*quiet, Line(enter), *write(inner, 2))
        yield block(f"async with AsyncExitStack() as {stack}:", body)
    scope.becomes(name, CLOSED)
