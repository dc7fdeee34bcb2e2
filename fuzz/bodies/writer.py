"""Writes random generator bodies, statement by statement."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from fuzz.tree import Block, Body, Clause, Line, Statement, block

CAUGHT: Final = (
    "GeneratorExit",
    "GeneratorExit",
    "BaseException",
    "Exception",
    "ValueError",
    "RuntimeError",
    "(ValueError, GeneratorExit)",
    "ERRORS",
    "StopIteration",
    "StopAsyncIteration",
    "(StopIteration, StopAsyncIteration)",
    "KeyError",
)
MANAGERS: Final = (
    "c.plain()",
    "c.swallow()",
    "c.plain(), c.swallow()",
    "suppress(GeneratorExit)",
    "suppress(ValueError)",
    "suppress(BaseException)",
    "suppress(*ERRORS)",
    "suppress(StopIteration, StopAsyncIteration)",
    "quiet()",
    "loud()",
    "Quiet()",
)
ASYNC_MANAGERS: Final = ("c.aplain()", "c.aswallow()", "aquiet()")
STOPS: Final = ("StopIteration", "StopAsyncIteration")
DEEPEST: Final = 4


@dataclass
class Writer:
    """Where in which function the next statement stands."""

    rng: random.Random
    is_async: bool
    yields: float
    left: list[int]
    numbers: Iterator[int] = field(default_factory=itertools.count)
    flags: tuple[str, ...] = ()
    depth: int = 0
    loops: int = 0
    handled: str = ""
    final: bool = False

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def name(self, prefix: str) -> str:
        return f"{prefix}{next(self.numbers)}"

    def body(self, most: int, **changes: object) -> Body:
        """Up to `most` statements one level further in."""
        inner = replace(self, depth=self.depth + 1, **changes)  # type: ignore[arg-type]
        return tuple(inner.statements(self.rng.randint(1, most)))

    def statements(self, count: int) -> Iterator[Statement]:
        """`count` statements, or fewer where one of them ends the block."""
        for _ in range(count):
            self.left[0] -= 1
            for statement in self._statement():
                yield statement
                if isinstance(statement, Line) and statement.text.split()[0] in LEAVING:
                    return

    def _statement(self) -> Iterator[Statement]:
        if self.chance(self.yields):
            return self._yields()
        shallow = self.depth < DEEPEST and self.left[0] >= 0
        choices = (*SIMPLE, *(COMPOUND if shallow else ()))
        chosen = self.rng.choices(choices, [weight for _, weight in choices])[0]
        return chosen[0](self)

    def _yields(self) -> Iterator[Statement]:
        forms = ["yield 1"] * 8 + ["{0} = yield 1", "c.note((yield 1))", "c() and (yield 1)",
                                   "{0} = (yield 1) if c() else 0"]  # fmt: skip
        delegating = self.is_async or self.yields < FREE
        if delegating or self.chance(0.9):
            yield Line(self.rng.choice(forms).format(self.name("x")))
        else:
            yield Line(
                self.rng.choice(
                    ("yield from (1, 2)", "yield from c.items()", "yield from numbers()")
                )
            )
        if self.is_async and self.chance(0.06):
            source = self.rng.choice(("numbers()", "c.loose()"))
            yield block(f"async for i in {source}:", [Line("yield i")])

    def noise(self) -> Iterator[Statement]:
        forms = ["c.note(1)", "c.note(1)", "c.fail()", "pass", "{0} = 1", "{0} = c()", "nothing()"]
        if self.is_async:
            forms += ["await c.pause()"] * 3
        yield Line(self.rng.choice(forms).format(self.name("n")))

    def leaving(self) -> Iterator[Statement]:
        ways = ["return", "return", "raise ValueError", "assert c()"]
        ways += ["raise"] * 3 * bool(self.handled)
        ways += ["break", "continue"] * bool(self.loops)
        way = Line(self.rng.choice(ways))
        yield way if self.chance(0.3) else block(f"if {self.condition()}:", [way])

    def stops(self) -> Iterator[Statement]:
        """An explicit end of iteration."""
        stop, error = self.rng.choice(STOPS), self.name("e")
        form = self.rng.choice(
            ("raise {0}", "raise {0}", "raise {0}(1)", "raise {0}() from None", "raise {1}")
        )
        lines = [Line(form.format(stop, error))]
        if form == "raise {1}":
            lines.insert(0, Line(f"{error} = {stop}()"))
        yield block(f"if {self.condition()}:", lines)

    def flag(self) -> Iterator[Statement]:
        if self.flags:
            yield Line(f"{self.rng.choice(self.flags)} = {self.rng.choice(('True', 'False'))}")

    def dead(self) -> Iterator[Statement]:
        """A yield that nothing reaches, or that is another function's."""
        shape = self.rng.randrange(4)
        if shape == 0:
            yield block(self.rng.choice(("if False:", "while False:")), [Line("yield 2")])
        elif shape == 1:
            yield block(f"def {self.name('f')}() -> object:", [Line("yield 2")])
        elif shape == 2:
            yield block(
                "if c():", [Line(self.rng.choice(("return", "raise ValueError"))), Line("yield 2")]
            )
        else:
            yield Line(f"{self.name('f')} = lambda: (yield 2)")

    def condition(self) -> str:
        forms = ["c()"] * 4 + ["not c()", "c() and c()", "c() or c()", "(b := c())"]
        forms += [*self.flags, *(f"not {flag}" for flag in self.flags)] * 3
        return self.rng.choice(forms)

    def branches(self) -> Iterator[Statement]:
        clauses = [Clause(f"if {self.condition()}:", self.body(2))]
        if self.chance(0.2):
            clauses.append(Clause(f"elif {self.condition()}:", self.body(2)))
        if self.chance(0.5):
            clauses.append(Clause("else:", self.body(2)))
        yield Block(tuple(clauses))

    def matches(self) -> Iterator[Statement]:
        heads = ["case 1:", "case 0 if c():"] + ["case _:"] * self.chance(0.7)
        yield block("match c.value():", [block(head, self.body(2)) for head in heads])

    def looping(self) -> Iterator[Statement]:
        heads = ["while c():", "while True:", "for _ in c.items():", "for _ in range(2):",
                 f"while {self.condition()}:"]  # fmt: skip
        head = self.rng.choice(heads)
        body = self.body(3, loops=self.loops + 1)
        if head in ("while True:", heads[-1]):
            body = (*body, self.rng.choice((Line("break"), block("if c():", [Line("break")]))))
        clauses = [Clause(head, body)]
        if self.chance(0.2):
            clauses.append(Clause("else:", self.body(1)))
        yield Block(tuple(clauses))

    def trying(self) -> Iterator[Statement]:
        clauses = [Clause("try:", self.body(2))]
        shape = self.rng.randrange(6)
        heads = dict.fromkeys(self._handler() for _ in range(shape != 0 and self.rng.randint(1, 2)))
        for head in sorted(heads, key=lambda head: (head == "except:", self.rng.random())):
            clauses.append(Clause(head, self._handled(head)))
        if shape in (1, 2) and heads:
            clauses.append(Clause("else:", self.body(1)))
        if shape in (0, 3, 4) or not heads:
            clauses.append(Clause("finally:", self.body(2, final=True)))
        yield Block(tuple(clauses))

    def _handler(self) -> str:
        if self.chance(0.08):
            return "except:"
        return f"except {self.rng.choice(CAUGHT)}{' as e' if self.chance(0.3) else ''}:"

    def _handled(self, head: str) -> Body:
        body = self.body(2, handled=head)
        shape = self.rng.randrange(6)
        if head.endswith(" as e:") and shape == 0:
            test = self.rng.choice(
                ("GeneratorExit", "ValueError", "(GeneratorExit, ValueError)", "Exception")
            )
            body = (block(f"if isinstance(e, {test}):", [Line("raise")]), *body)
        elif self.flags and shape == 1:
            body = (Line(f"{self.flags[0]} = True"), Line("raise"))
        elif shape == 2:
            body = (*body, Line("raise"))
        elif shape == 3:
            body = ()
        return body

    def managing(self) -> Iterator[Statement]:
        with_async = self.is_async and self.chance(0.5)
        managers = ASYNC_MANAGERS if with_async else MANAGERS
        head = f"with {self.rng.choice(managers)}:"
        yield block("async " * with_async + head, self.body(2))


FREE: Final = 0.2
LEAVING: Final = ("return", "raise", "break", "continue")
Weighted: TypeAlias = tuple[Callable[[Writer], Iterator[Statement]], int]
SIMPLE: Final[tuple[Weighted, ...]] = (
    (Writer.noise, 20),
    (Writer.leaving, 12),
    (Writer.stops, 8),
    (Writer.flag, 6),
    (Writer.dead, 3),
)
COMPOUND: Final[tuple[Weighted, ...]] = (
    (Writer.branches, 14),
    (Writer.matches, 3),
    (Writer.looping, 12),
    (Writer.trying, 24),
    (Writer.managing, 9),
)
