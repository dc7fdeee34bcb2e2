"""Programs that nobody would write: genstate survives them, and goes on behind them."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from textwrap import dedent, indent
from typing import Final

import pytest
from mypy import api

from genstate.typestate.store import Store
from genstate.typestate.transfer import Transfer
from scripts.bench import programs
from tests.checking import check, look_at_everything

HEAD: Final = """\
from __future__ import annotations
import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar, no_type_check, overload

async def numbers() -> AsyncGenerator[int, int | None]:
    yield 1

def count() -> Generator[int, int, None]:
    yield 1
"""
#: Whatever stands before it, this is reported.
TAIL: Final = """
async def behind() -> None:
    await numbers().asend(1)
"""
REPORTED: Final = "[generator-unstarted-send]"


def nested_functions(depth: int) -> str:
    lines = [f"{' ' * level}async def f{level}() -> AsyncIterator[int]:" for level in range(depth)]
    lines.append(f"{' ' * depth}yield 1")
    lines += [f"{' ' * level}yield {level}" for level in range(depth - 1, 0, -1)]
    return "\n".join(lines)


def nested_tries(depth: int) -> str:
    body = "yield 1"
    for level in range(depth):
        body = f"try:\n{indent(body, ' ')}\nfinally:\n print({level})"
    return f"async def f() -> AsyncIterator[int]:\n{indent(body, ' ')}"


def calls(depth: int) -> str:
    return f"async def f() -> None:\n    print({'str(' * depth}numbers(){')' * depth})"


def lambdas(depth: int) -> str:
    return f"x = {'lambda: ' * depth}numbers()"


PROGRAMS: Final = {
    "nested functions": nested_functions(80),
    "nested try statements": nested_tries(18),
    "nested calls": calls(80),
    "nested lambdas": lambdas(80),
    "a megabyte in a string": f"async def f() -> AsyncIterator[str]:\n    yield {'x' * 10**6!r}",
    "a long list": f"async def f() -> AsyncIterator[object]:\n    yield {list(range(5_000))}",
    "a long sum": f"def f(x: int) -> Iterator[int]:\n    yield {' + '.join(['x'] * 900)}",
    "unicode names": """
        async def größe() -> AsyncIterator[str]:
            \N{GREEK SMALL LETTER ALPHA} = numbers()
            await \N{GREEK SMALL LETTER ALPHA}.aclose()
            yield "\N{PILE OF POO}"
    """,
    "unreachable code": """
        def leaves() -> NoReturn:
            raise KeyError
        async def f() -> AsyncIterator[int]:
            if TYPE_CHECKING:
                g = numbers()
            else:
                g = 3
            leaves()
            yield await g.asend(1)
            while True:
                return
                yield 2
    """,
    "partial types": """
        async def f() -> AsyncIterator[int]:
            kept = []
            found = None
            for each in range(3):
                found = numbers()
                kept.append(found)
            yield await kept[0].asend(None)
    """,
    "recursive types": """
        Tree = list["Tree"] | AsyncGenerator["Tree", None]
        async def f(tree: Tree) -> AsyncIterator[Tree]:
            if isinstance(tree, list):
                for each in tree:
                    async for leaf in f(each):
                        yield leaf
            else:
                async for leaf in tree:
                    yield leaf
    """,
    "constrained type variables": """
        T = TypeVar("T", int, str)
        async def f(x: T) -> AsyncGenerator[T, T]:
            try:
                got = yield x
                print(got)
            finally:
                print(x)
        class Box(Generic[T]):
            async def items(self) -> AsyncGenerator[T, None]:
                g = self.items()
                yield await anext(g)
                await g.aclose()
    """,
    "overloads": """
        @overload
        def f(x: int) -> AsyncGenerator[int, None]: ...
        @overload
        def f(x: str) -> Generator[str, None, None]: ...
        def f(x: int | str) -> Any:
            return numbers() if isinstance(x, int) else count()
        async def g() -> None:
            await f(1).aclose()
            f("").close()
    """,
    "no type check": """
        @no_type_check
        async def f(x):
            g = numbers()
            yield await g.asend(x, x)
    """,
    "no annotations": """
        def f(x, *y, **z):
            g = count()
            g.send(x if x else y or z)
            del g, x
            yield g
    """,
    "async comprehensions": """
        async def f() -> AsyncIterator[object]:
            yield [x async for x in numbers() if x async for y in numbers()]
            yield {x: y async for x in numbers() for y in count()}
            yield ((x, [z async for z in numbers()]) async for x in numbers())
            yield {await anext(g) for g in [numbers(), numbers()]}
    """,
    "everything in match": """
        class Point:
            __match_args__ = ("x", "y")
            x: int
            y: object
        async def f(given: object) -> AsyncIterator[object]:
            g = numbers()
            match given, g:
                case (1 | 2.5 | "x" | None | True, _) if (n := await anext(g)):
                    yield n
                case [[first, *rest], {"key": value, **others}]:
                    yield first, rest, value, others
                case (Point(x=1, y=(2 | 3) as number), _):
                    yield number
                case (Point(1, [Point(), *_]), again):
                    yield again
                case asyncio.Queue() | [*_] as other:
                    yield other
                case _:
                    await g.aclose()
    """,
    "names that are rebound and deleted": """
        async def f(g: int) -> AsyncIterator[int]:
            global numbers_made
            for g in range(3):
                with open("x") as g, open("y") as (a, *b):
                    g = [g for g in b]
                del g
            else:
                numbers_made = numbers()
            try:
                yield 1
            except* (OSError, ValueError) as g:
                raise g from None
            finally:
                yield 2
        numbers_made: object = 1
    """,
    "classes in functions": """
        def f() -> Iterator[object]:
            class Inner(metaclass=type, **dict[str, Any]()):
                g = count()
                for each in g:
                    yielded = [each for _ in g]
                @property
                def made(self) -> Generator[int, int, None]:
                    return self.g
                def __getattr__(self, name: str) -> Any: ...
            yield Inner().made.send(1)
            yield Inner().other.asend(1)
    """,
    "star expressions": """
        def f(*args: Any, **named: Any) -> Iterator[object]:
            a, (b, *c), *d = count(), *[count(), [count()]], *args
            yield print(*a, *c, **dict(named, **{"x": d}), sep=(yield))
            yield from (yield from count()) or b
            [[x], y][0][0], d[:x] = 1, [(yield)]
    """,
    "strange operators": """
        async def f() -> AsyncIterator[object]:
            g, h = numbers(), count()
            yield g @ h, g < h < 3, not g, -h, ~h, g in h, g is not h, h[0], h[::2]
            yield g[await g.asend(None)]
            g += h
            h.x.y.z = g = yield (lambda x=(yield): x)
            assert (g := numbers()), (yield)
    """,
}
SINCE_3_12: Final = {
    "type parameters": """
        type Made[T] = AsyncGenerator[T, None] | Callable[[], Made[T]]
        async def f[T: (int, str), *Ts, **P](x: T, y: Callable[P, T]) -> AsyncGenerator[T, None]:
            g = f(x, y)
            yield await anext(g)
        class Box[T]:
            async def items(self, made: Made[T]) -> AsyncIterator[T]:
                if not callable(made):
                    async for each in made:
                        yield each
    """,
    "f-strings in f-strings": """
        async def f() -> AsyncIterator[str]:
            g = numbers()
            yield f"{f"{f"{await anext(g)}"}"!r:>{await anext(g)}}"
            yield f"{(yield "x")}"
    """,
}


@pytest.fixture(autouse=True)
def look_at_every_function(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether it has to do with generators or not."""
    monkeypatch.setattr("genstate.compat.source_text", lambda _: None)
    look_at_everything(monkeypatch)


def messages(folder: Path, program: str, *options: str) -> list[str]:
    """What mypy says of the program, between the head and the tail."""
    return check(folder, f"{HEAD}\n{dedent(program)}\n{TAIL}", *options)


def assert_survived(found: Iterable[str]) -> None:
    assert [line for line in found if "could not analyse" in line] == []
    assert [line for line in found if line.endswith(REPORTED)]


@pytest.mark.parametrize("name", PROGRAMS)
def test_strange_programs(tmp_path: Path, name: str) -> None:
    options = ["--python-version=3.12", "--enable-error-code=generator"]
    assert_survived(messages(tmp_path, PROGRAMS[name], *options))


@pytest.mark.parametrize("name", SINCE_3_12)
@pytest.mark.skipif(sys.version_info < (3, 12), reason="mypy parses with the interpreter's parser")
def test_strange_programs_of_new_versions(tmp_path: Path, name: str) -> None:
    assert_survived(messages(tmp_path, SINCE_3_12[name]))


def test_errors_that_are_ignored(tmp_path: Path) -> None:
    assert check(tmp_path, f"# mypy: ignore-errors\n{HEAD}{TAIL}") == []


def test_a_file_that_cannot_be_decoded(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """mypy says so and stops, as it does without genstate."""
    (tmp_path / "broken.py").write_bytes(b"x = '\xff\xfe'\n")
    monkeypatch.chdir(tmp_path)
    found = []
    for plugins in ("", "plugins = genstate\n"):
        (tmp_path / "mypy.ini").write_text(f"[mypy]\n{plugins}")
        found.append((api.run(["--cache-dir=/dev/null", "broken.py"]), capfd.readouterr()))
    assert found[0] == found[1]
    assert "decode file" in found[0][0][0] + found[0][0][1]


@pytest.mark.any_mypy
@pytest.mark.parametrize("write", programs.WRITERS, ids=lambda write: write.__name__)
def test_work_grows_in_proportion(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: programs.Writer
) -> None:
    """Counted are the values that stores hold where they enter a block."""
    original = Transfer.block
    work = 0

    def block(transfer: Transfer, number: int, store: Store) -> object:
        nonlocal work
        work += 1 + len(store.places) + len(store.objects)
        return original(transfer, number, store)

    monkeypatch.setattr(Transfer, "block", block)
    found = []
    for size in (1_000, 2_000):
        work = 0
        check(tmp_path, write(size))
        found.append(work)
    assert 1.5 * found[0] < found[1] < 2.5 * found[0]
