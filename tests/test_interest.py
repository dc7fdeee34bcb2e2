"""Which functions are looked at: those with a word in them without which no rule says anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from genstate import analysis
from genstate.interest import (
    Lines,
    lines_of_interest,
    lines_that_call,
    lines_that_keep,
    names_called,
)
from tests.checking import check, look_at_everything

OF_INTEREST = [
    "yield",
    "x = yield 1",
    "yield from x",
    "async for x in y: pass",
    "async  for x in y: pass",
    "[x async for x in y]",
    "g.asend(1)",
    "g.athrow(E)",
    "g.aclose()",
    "g.send(1)",
    "g.throw(E)",
    "g.close()",
    "call(g.asend, None)",
    "next(g)",
    "next (g)",
    "anext(g)",
    "builtins.next(g)",
    "g.__next__()",
    "g.__anext__()",
    "map(next, g)",
    "@contextmanager",
    "@asynccontextmanager",
    "@contextlib.contextmanager",
]
OF_NO_INTEREST = [
    "",
    "yields = 1",
    "async def f(): pass",
    "async with x: pass",
    "await x",
    "for x in y: pass",
    "closed = opened",
    "sender.resend(throwaway)",
    "next_line = context",
    "from contextlib import contextmanager",
]


@pytest.mark.parametrize("line", OF_INTEREST)
def test_words(line: str) -> None:
    assert lines_of_interest(line.encode())
    assert lines_of_interest(f"\n    {line}\n".encode()).any_in(2, 2)


@pytest.mark.parametrize("line", OF_NO_INTEREST)
def test_other_words(line: str) -> None:
    assert not lines_of_interest(line.encode())


def test_line_numbers() -> None:
    text = b"yield\n\nnext(x), next(y)\n# closed\nx.send(1); x.close()"
    assert lines_of_interest(text) == Lines([1, 3, 5])


def test_names_called() -> None:
    text = "a(b . c (1), d[0]) + e\t(\n-été())".encode()
    assert names_called(text) - {b""} == {b"a", b"c", b"e", "été".encode()}


def test_calls() -> None:
    text = b"one()\nx.two(1)\n\ntwo\nnone()\none_two()\nf(two())\n"
    assert lines_that_call(text, [b"one", b"two"]) == Lines([1, 2, 7])
    assert not lines_that_call(text, [])


def test_calls_whose_results_are_kept() -> None:
    text = b"""\
it = one()
for x in one(): pass
x.one()
    y, z = a.b.one(1)
print(one())
if x == one(): pass
lazy = (x for x in y)
lazy = (
    x for x in y)
print(x for x in y)
number = (x + 1)
"""
    assert lines_that_keep(text, [b"one"]) == Lines([1, 3, 4, 6])
    assert lines_of_interest(text) == Lines([7, 8])


@pytest.mark.parametrize(
    "text",
    [
        "if x: one()",
        "x = 5; one()",
        "(one())",
        "(m.one)()",
        "m.one\\\n()",
        "(m.one\n())",
        "x = (m.one())",
        "x, y = 1, m.one()",
        "x = 1 and m.one()",
        "x = 1 if y else m.one()",
        "for x in [m.one()]: list(x)",
        "x = f().one()",
        "x = f(y, z).m.one()",
        "x = rows[0].one()",
        "m.f().one()",
        "x = (len(y)\n     for y in z)",
        "x = (  # of all\n    y for y in z)",
        "x = \\\n    (y for y in z)",
        "x = ('a'for y in z)",
        "x = ((y, f(y)) for y in z)",
    ],
)
def test_kept_however_it_is_written(text: str) -> None:
    assert of_interest(text)


def of_interest(text: str) -> Lines:
    return lines_of_interest(text.encode()) | lines_that_keep(text.encode(), [b"one"])


def test_a_line_as_long_as_a_file() -> None:
    calls = b"f(one()) + " * 20_000
    assert not lines_that_keep(b"x = " + calls + b"1\n", [b"one"])
    assert lines_that_keep(b"x = " + calls + b"1; x = one()\n", [b"one"])
    closed = b"closed, nextPage, " * 20_000
    assert not lines_of_interest(b"x = '" + closed + b"'\n")
    assert lines_of_interest(b"x = '" + closed + b"'; next(x)\n")


@pytest.mark.parametrize(
    "text",
    [
        "for x in one(): pass",
        "print(one())",
        "return one()",
        "x = list(one())",
        "x = (y + z)\nfor y in z: pass",
        "x = f(y for y in z)",
        "x = (y + before + z)",
    ],
)
def test_used_on_the_spot(text: str) -> None:
    assert not of_interest(text)


class TestLines:
    lines = Lines([8, 2, 5])

    def test_any_in(self) -> None:
        within = [
            (first, last)
            for first in range(1, 10)
            for last in range(first, 10)
            if self.lines.any_in(first, last)
        ]
        assert within == [
            (first, last)
            for first in range(1, 10)
            for last in range(first, 10)
            if any(first <= number <= last for number in (2, 5, 8))
        ]

    def test_without(self) -> None:
        assert self.lines.without([(1, 1), (3, 5)]) == Lines([2, 8])
        assert self.lines.without([]) == self.lines
        assert not self.lines.without([(2, 8)])

    def test_union(self) -> None:
        assert self.lines | Lines([5, 9]) == Lines([2, 5, 8, 9])


SOURCE = """\
from contextlib import contextmanager
from other import imported, imported as renamed, ordinary

def plain(x: int) -> int:
    return x + 1

def generator():
    yield 1

def outer(x: int):
    def inner():
        yield 1
    return x

def with_inner_class():
    class Inner:
        def method(self):
            self.send(1)

@contextmanager
def manager():
    pass

def drops():
    generator()

def drops_imported():
    imported()

def drops_renamed():
    renamed()

def calls_ordinary():
    ordinary()

class Class:
    def stream(self):
        yield 1

    def drops_stream(self):
        self.stream()

    def plain_method(self):
        return 1

def spread(x):
    return (
        x.
        close
    )
"""
CALLED = {
    "generator",
    "outer",
    "inner",
    "with_inner_class",
    "method",
    "drops",
    "drops_imported",
    "drops_renamed",
    "stream",
    "drops_stream",
    "spread",
}


def called(folder: Path, source: str, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    names: set[str] = set()
    monkeypatch.setattr(analysis, "check_function", lambda *given: names.add(given[1].name))
    monkeypatch.setattr(analysis, "check_module", lambda *given: names.add(given[1].name))
    look_at_everything(monkeypatch)
    check(folder, source)
    return names


def test_functions_of_a_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "other.py").write_text("def imported():\n    yield 1\n\ndef ordinary(): ...\n")
    monkeypatch.setenv("MYPYPATH", str(tmp_path))
    assert called(tmp_path, SOURCE, monkeypatch) - {"imported"} == CALLED


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    source = end.join(
        ["def one():", "    yield 1", "def two(): pass", "def three(): next(one())", ""]
    )
    (tmp_path / "other.py").write_bytes(source.encode())
    monkeypatch.setenv("MYPYPATH", str(tmp_path))
    assert called(tmp_path, "import other\n", monkeypatch) == {"one", "three"}


def test_module_level(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert called(tmp_path, "def f():\n    yield 1\nf()\n", monkeypatch) == {"f", "checked"}
    assert called(tmp_path, "class C:\n    next(iter([1]))\n", monkeypatch) == {"checked"}
    assert called(tmp_path, "def f():\n    yield 1\n", monkeypatch) == {"f"}


def test_program_without_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its text cannot be searched, so nothing is left out."""
    monkeypatch.setattr("genstate.compat.source_text", lambda _: None)
    assert called(tmp_path, "def f():\n    return 1\n", monkeypatch) == {"f", "checked"}
