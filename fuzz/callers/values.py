"""Statements that make generators and move them about."""

from __future__ import annotations

from collections.abc import Iterator

from fuzz.callers.operations import awaitable, choose
from fuzz.callers.scope import ANNOTATIONS, Scope
from fuzz.tree import Line, Statement, block


def creations(scope: Scope) -> Iterator[Statement]:
    """A new generator in a new variable, or in an old one."""
    maker = scope.maker()
    old = scope.generator(maker.kind)
    name = old if old and scope.chance(0.4) else scope.room.name("g")
    form = scope.rng.randrange(8)
    if form == 0:
        other = scope.maker(maker.kind)
        yield Line(f"{name} = {maker.text} if c() else {other.text}")
        known = maker.known and other.known
        maker = type(maker)(maker.text, maker.kind, known)
    elif form == 1:
        yield Line(f"c.note(({name} := {maker.text}) is None)")
    elif form == 2:
        double = scope.room.name("g")
        yield Line(f"{double} = {name} = {maker.text}")
        scope.bind(name, maker)
        scope.alias(double, name)
        return
    elif form == 3 and name != old:
        yield Line(f"{name}: {ANNOTATIONS[maker.kind]} = {maker.text}")
    else:
        yield Line(f"{name} = {maker.text}")
    scope.bind(name, maker)


def pairs(scope: Scope) -> Iterator[Statement]:
    """Several generators at once."""
    first, second = scope.maker(), scope.maker()
    one, two = scope.room.name("g"), scope.room.name("g")
    left, right = scope.rng.choice((("", ""), ("(", ")"), ("[", "]")))
    yield Line(f"{left}{one}, {two}{right} = {first.text}, {second.text}")
    scope.bind(one, first)
    scope.bind(two, second)


def aliases(scope: Scope) -> Iterator[Statement]:
    """A second name for a generator."""
    old = scope.generator()
    if old is None:
        return
    same = scope.generator(scope.kinds[old])
    assert same is not None
    name = same if scope.chance(0.4) else scope.room.name("h")
    form = scope.rng.randrange(5)
    if form == 0:
        yield Line(f"{name} = {old} if c() else {same}")
        scope.either(name, (old, same))
        return
    if form == 1 and name != same:
        yield block(f"match {old}:", [block(f"case {name}:", ())])
    elif form == 2:
        yield Line(f"({name} := {old})")
    elif form == 3 and name != same:
        yield Line(f"*{scope.room.name('rest')}, {name} = 0, {old}")
    else:
        yield Line(f"{name} = {old}")
    scope.alias(name, old)


def swaps(scope: Scope) -> Iterator[Statement]:
    """Two variables change their values."""
    one = scope.generator()
    two = scope.generator(scope.kinds[one]) if one else None
    if one is None or two is None:
        return
    yield Line(f"{one}, {two} = {two}, {one}")
    scope.objects[one], scope.objects[two] = scope.objects[two], scope.objects[one]


def drops(scope: Scope) -> Iterator[Statement]:
    """A generator that nobody takes, or things that look like it."""
    one, two = scope.maker(), scope.maker()
    forms = ["{0}"] * 3 + ["{0} if c() else {1}", "c() and {0}", "x = {0}", "({2} := {0})"]
    forms += ["c.note({0})", "await {0}.aclose()", "await anext({0})"]
    text = scope.rng.choice(forms).format(one.text, two.text, scope.room.name("w"))
    if text.startswith("x = "):
        text = text.replace("x", scope.room.name("x"), 1)
    yield Line(text)


def deletions(scope: Scope) -> Iterator[Statement]:
    """A variable goes, where that is certain to be harmless."""
    if scope.depth == 0 and len(scope.kinds) > 1:
        name = scope.generator()
        assert name is not None
        yield Line(f"del {name}")
        del scope.kinds[name], scope.objects[name]


def escapes(scope: Scope) -> Iterator[Statement]:
    """A generator goes where it can't be followed, and perhaps comes back."""
    name = scope.generator()
    if name is None:
        return
    kind, back, box = scope.kinds[name], scope.room.name("h"), scope.room.name("b")
    forms: list[tuple[str, ...]] = [
        (f"{box} = [{name}]", f"{back} = {box}[0]"),
        (f"{box} = {{'k': {name}}}", f"{back} = {box}['k']"),
        (f"{box} = c.box()", f"{box}.{kind} = {name}", f"{back} = {box}.{kind}"),
        (f"{box} = c.box()", f"{box}.{kind} = {back} = {name}", f"{box}.{kind} = {name}"),
        (f"c.use({name})",),
        (f"await c.drive({name})",),
        (f"{box} = ({name}, 1)", f"{back}, _ = {box}"),
        (f"{box} = [{name}]", f"{box} += [{name}]", f"{back} = {box}.pop()"),
        (f"{box} = lambda: {name}", f"{back} = {box}()"),
        (f"{box} = {name}.asend", f"c.use({box}(None))"),
        *[(f"{back} = c.{kind}()",)] * 2,
    ]
    if scope.yields:
        forms += [(f"yield {name}",)] * 8
    lines = scope.rng.choice(forms)
    yield from map(Line, lines)
    if any(line.startswith(f"{back}") or f"= {back} =" in line for line in lines):
        scope.either(back, (name,))


def closures(scope: Scope) -> Iterator[Statement]:
    """A nested function that uses a generator of this one; called, or not."""
    name = scope.generator()
    if name is None:
        return
    function, kind = scope.room.name("f"), scope.kinds[name]
    operation = choose(scope, name)
    act = Line(f"await {awaitable(scope, operation, name)}")
    if scope.chance(0.3):
        yield Line(f"{function} = lambda: {awaitable(scope, operation, name)}")
        yield from [Line(f"await {function}()")] * scope.chance(0.7)
        return
    word = "global" if name == "held" else "nonlocal"
    change = [Line(f"{word} {name}"), Line(f"{name} = {scope.maker(kind).text}")]
    body = scope.rng.choice(([act], change, [*change, act]))
    yield block(f"async def {function}() -> None:", body)
    if scope.chance(0.7):
        yield Line(f"await {function}()")
        scope.becomes(name, "created", "suspended", "closed")


def in_turn(scope: Scope) -> Iterator[Statement]:
    """A loop over several generators."""
    one = scope.generator()
    if one is None:
        return
    kind = scope.kinds[one]
    two, name = scope.generator(kind), scope.room.name("g")
    head = scope.rng.choice(
        (
            f"for {name} in ({one}, {two}):",
            f"for {name} in [{one}, {two}]:",
            f"for {name} in ({scope.maker(kind).text}, {scope.maker(kind).text}):",
            f"for _, {name} in enumerate(({one}, {two})):",
        )
    )
    inner = scope.inner(loop=True)
    assert two is not None
    inner.either(name, (one, two))
    operation = choose(inner, name)
    yield block(head, [Line(f"await {awaitable(inner, operation, name)}")])
    for each in (one, two):
        scope.becomes(each, operation.after)
