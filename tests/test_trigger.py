"""The analysis is started once for every function that mypy checks, and mypy notices nothing."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from mypy.checker import TypeChecker
from mypy.nodes import ExpressionStmt, FuncDef, MypyFile, PassStmt, Statement
from mypy.options import Options

from genstate import analysis, compat, fullnames, overlay, trees
from genstate.trigger import Arming, original_body
from tests.checking import check, look_at_everything


class Recorder:
    """Stands in for the analysis and notes the calls.

    Attributes:
        names: the functions and modules in the order in which they came.
        types: for each, the types of the expressions that are statements of their own.
    """

    def __init__(self) -> None:
        self.names: list[str] = []
        self.types: list[tuple[str, list[str | None]]] = []

    def __call__(self, checker: TypeChecker, code: Any, body: list[Statement], *_: object) -> None:
        self.names.append(code.name)
        self.types.append((code.name, [_type_of(checker, statement) for statement in body]))
        assert original_body(code) == body
        assert not any(trees.is_trigger(statement) for statement in body)
        assert trees.wrapped_statements(trees.statements_of(code)) is None


def _type_of(checker: TypeChecker, statement: Statement) -> str | None:
    if not isinstance(statement, ExpressionStmt):
        return None
    found = checker.lookup_type_or_none(statement.expr)
    return None if found is None else str(found).replace("builtins.", "")


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """Records every function, also those that genstate would leave alone for the words in them."""
    recorder = Recorder()
    monkeypatch.setattr(analysis, "check_function", recorder)
    monkeypatch.setattr(analysis, "check_module", recorder)
    monkeypatch.setattr(compat, "source_text", lambda *_: None)
    look_at_everything(monkeypatch)
    return recorder


def without_genstate(folder: Path, source: str, *options: str) -> list[str]:
    bare = folder / "bare"
    bare.mkdir(exist_ok=True)
    (bare / "mypy.ini").write_text("[mypy]\n")
    return check(bare, source, *options)


EVERYWHERE = """\
from typing import Any, overload

def top() -> None:
    def nested() -> None:
        def deeper() -> None:
            print()
        print()
    print()

class Class:
    class Inner:
        def in_inner(self) -> None:
            print()

    def method(self) -> None:
        print()

    @property
    def value(self) -> int:
        print()
        return 1

    @value.setter
    def value(self, new: int) -> None:
        print(new)

    @classmethod
    def of_class(cls) -> None:
        print()

@overload
def several(x: int) -> int: ...
@overload
def several(x: str) -> str: ...
def several(x: Any) -> Any:
    return x

def identity(x: Any) -> Any:
    return x

@identity
async def decorated() -> None:
    print()

if identity(1):
    def in_if() -> None:
        print()
else:
    def in_else() -> None:
        print()
for _ in []:
    def in_for() -> None:
        print()
while identity(1):
    def in_while() -> None:
        print()
try:
    def in_try() -> None:
        print()
except ValueError:
    def in_handler() -> None:
        print()
else:
    def in_try_else() -> None:
        print()
finally:
    def in_finally() -> None:
        print()
with identity(1):
    def in_with() -> None:
        print()
match identity(1):
    case 1:
        def in_case() -> None:
            print()
"""


def test_functions_everywhere(recorder: Recorder, tmp_path: Path) -> None:
    assert check(tmp_path, EVERYWHERE, "--python-version=3.12") == []
    expected = {
        line.split("(")[0].split()[-1] for line in EVERYWHERE.splitlines() if "def " in line
    }
    assert set(recorder.names) == expected | {"checked"}
    once = [
        name for name in recorder.names if name not in ("value", "in_for", "in_while", "in_finally")
    ]
    assert len(once) == len(set(once)), "only what stands in a loop or a `finally` is checked twice"
    assert recorder.names.count("value") == 2, "the property and its setter"
    assert recorder.names.index("deeper") < recorder.names.index("nested")
    assert recorder.names.index("nested") < recorder.names.index("top")


ENDINGS = """\
import sys
from typing import NoReturn

def fail() -> NoReturn:
    raise ValueError

def returns(x: int) -> int:
    abs(x)
    return x

def raises(x: int) -> int:
    abs(x)
    raise ValueError

def loops(x: int) -> int:
    abs(x)
    while True:
        abs(x)

def calls(x: int) -> int:
    abs(x)
    fail()

def branches(x: int) -> int:
    abs(x)
    if x:
        return 1
    else:
        raise ValueError

def dead(x: int) -> int:
    return 1
    [x]

def missing(x: int) -> int:
    abs(x)

def nothing(x: int) -> int:
    '''Only words.'''

sys.exit(1)
[1]
"""


def test_functions_that_do_not_end(recorder: Recorder, tmp_path: Path) -> None:
    options = ("--warn-unreachable", "--strict")
    assert check(tmp_path, ENDINGS, *options) == without_genstate(tmp_path, ENDINGS, *options)
    assert dict(recorder.types) == {
        "fail": [None],
        "returns": ["int", None],
        "raises": ["int", None],
        "loops": ["int", None],
        "calls": ["int", "Never"],
        "branches": ["int", None],
        "dead": [None, None],
        "missing": ["int"],
        "checked": [*[None] * 11, "Never", None],
    }


SHAPES = """\
from typing import Iterator, Protocol

class Stream(Protocol):
    def dots(self) -> int: ...
    def words(self) -> int:
        '''Only words.'''
    def both(self) -> int:
        '''Words.'''
        ...

def passes() -> None:
    pass

def later() -> int:
    raise NotImplementedError

def empty() -> Iterator[int]:
    return
    yield

def empty_too() -> Iterator[None]:
    return None
    yield None
"""


def test_bodies_whose_shape_matters_stay_as_they_are(recorder: Recorder, tmp_path: Path) -> None:
    options = ("--warn-unreachable", "--strict")
    assert check(tmp_path, SHAPES, *options) == without_genstate(tmp_path, SHAPES, *options)
    assert recorder.names == ["checked"]


def test_constrained_type_variable(recorder: Recorder, tmp_path: Path) -> None:
    source = """\
        from typing import TypeVar

        Word = TypeVar("Word", int, str)

        def twice(word: Word) -> Word:
            def nested() -> None:
                [word]
            (word,)
            return word
    """
    assert check(tmp_path, source) == []
    assert [found for found in recorder.types if found[0] != "checked"] == [
        ("nested", ["list[int]"]),
        ("twice", [None, "tuple[int]", None]),
        ("nested", ["list[str]"]),
        ("twice", [None, "tuple[str]", None]),
    ]


def test_deferred_function_is_analysed_when_its_types_are_known(
    recorder: Recorder, tmp_path: Path
) -> None:
    source = """\
        def early() -> None:
            def nested() -> None:
                Late().value
            Late().value

        class Late:
            def __init__(self) -> None:
                self.value = make()

        def make() -> int:
            return 1
    """
    assert check(tmp_path, source) == []
    assert [found for found in recorder.types if found[0] in ("early", "nested")] == [
        ("nested", ["int"]),
        ("early", [None, "int"]),
    ]


def test_function_without_annotations(recorder: Recorder, tmp_path: Path) -> None:
    source = "def unannotated(x):\n    abs(x)\n"
    check(tmp_path, source, "--no-check-untyped-defs")
    assert "unannotated" not in recorder.names
    check(tmp_path, source)
    assert "unannotated" in recorder.names


def test_class_body_and_module_level(recorder: Recorder, tmp_path: Path) -> None:
    source = "abs(1)\nclass Class:\n    abs(1)\n"
    assert check(tmp_path, source) == []
    assert recorder.types == [("checked", ["int", None])]


@pytest.mark.parametrize("comment", ["# mypy: ignore-errors", "# type: ignore"])
def test_module_whose_errors_are_hidden(recorder: Recorder, tmp_path: Path, comment: str) -> None:
    assert check(tmp_path, f"{comment}\ndef function() -> None:\n    abs(1)\n") == []
    assert "function" not in recorder.names


def test_function_that_shadows_builtins(recorder: Recorder, tmp_path: Path) -> None:
    source = """\
        object = 1

        def function(object: int) -> None:
            abs(object)

        def their_own() -> None:
            __builtins__.object()
            abs(1)
    """
    assert check(tmp_path, source) == without_genstate(tmp_path, source)
    assert ("function", ["int"]) in recorder.types
    assert "their_own" in recorder.names


def test_other_plugins_are_asked(recorder: Recorder, tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text("""\
from mypy.plugin import Plugin

class Other(Plugin):
    def get_function_hook(self, fullname):
        if fullname == "builtins.abs":
            return lambda ctx: ctx.api.named_generic_type("builtins.str", [])

def plugin(version):
    return Other
""")
    source = "def function() -> None:\n    reveal_type(abs(1))\n    object()\n"
    for order in ("genstate, other.py", "other.py, genstate"):
        (tmp_path / "mypy.ini").write_text(f"[mypy]\nplugins = {order}\n")
        (line,) = check(tmp_path, source)
        assert line.replace("builtins.", "") == 'checked.py:2: note: Revealed type is "str"'
    assert recorder.names.count("function") == 2


@pytest.mark.usefixtures("recorder")
def test_own_statements_of_a_function_that_is_being_checked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The analysis of a nested function may look at the one around it."""
    seen: list[str] = []

    def look_around(checker: TypeChecker, code: Any, *_: object) -> None:
        if code.name == "nested":
            outer = checker.scope.top_level_function()
            assert outer is not None
            assert trees.wrapped_statements(trees.statements_of(outer)) is not None
            seen.extend(type(statement).__name__ for statement in original_body(outer))

    monkeypatch.setattr(analysis, "check_function", look_around)
    source = "def outer() -> int:\n    def nested() -> None:\n        abs(1)\n    return 1\n"
    assert check(tmp_path, source) == []
    assert seen == ["FuncDef", "ReturnStmt"]


class TestArming:
    """What gets a trigger before mypy analyses it."""

    def arm(self, tree: MypyFile, **options: Any) -> bool:
        modules = {"builtins": MypyFile([], []), "module": tree}
        for module in modules.values():
            module.names = {}  # type: ignore[assignment]
        chosen = Options()
        for name, value in options.items():
            setattr(chosen, name, value)
        Arming(chosen).arm(modules, len(modules))
        Arming(chosen).arm(modules, len(modules))
        found = [statement for statement in tree.defs if trees.is_trigger(statement)]
        assert len(found) <= 1
        assert len(tree.defs) <= 2
        return bool(found)

    def test_source(self) -> None:
        assert self.arm(MypyFile([PassStmt()], []))

    def test_empty_module(self) -> None:
        assert not self.arm(MypyFile([], []))

    def test_stub(self) -> None:
        tree = MypyFile([PassStmt()], [])
        tree.is_stub = True
        assert not self.arm(tree)

    @pytest.mark.parametrize(
        "options", [{"mypyc": True}, {"per_module_options": {"module": {"mypyc": True}}}]
    )
    def test_nothing_is_left_for_mypyc(self, options: dict[str, Any]) -> None:
        assert not self.arm(MypyFile([PassStmt()], []), **options)


def test_the_plugin_asks_the_overlay_for_every_corrected_class() -> None:
    assert set(overlay.STUBS) == fullnames.CORRECTED


HEAD = """\
from collections.abc import AsyncGenerator

async def make() -> AsyncGenerator[int, int]:
    yield 1

"""
PAIR = """\
async def close_{0}(numbers: AsyncGenerator[int, int]) -> None:
    await numbers.aclose()

async def use_{0}() -> None:
    numbers = make()
    await close_{0}(numbers)
    await anext(numbers)

"""


def test_what_bodies_depend_on_is_looked_up_a_few_times(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up: list[str] = []
    dependencies_of = compat.dependencies_of

    def note(checker: TypeChecker, function: FuncDef) -> Iterable[str]:
        looked_up.append(function.name)
        return dependencies_of(checker, function)

    monkeypatch.setattr(compat, "dependencies_of", note)
    pairs = "".join(PAIR.format(number) for number in range(30))
    messages = check(tmp_path, HEAD + pairs, "--cache-fine-grained")
    assert sum("generator-closed" in message for message in messages) == 30
    assert {f"close_{number}" for number in range(30)} <= {*looked_up}
    assert len(looked_up) < 30 * 4


def test_reports_of_mypy_on_a_module_without_generators(tmp_path: Path) -> None:
    reports = []
    for name, plugins in [("with", "plugins = genstate"), ("without", "")]:
        folder = tmp_path / name
        folder.mkdir()
        (folder / "mypy.ini").write_text(f"[mypy]\n{plugins}\n")
        options = ["--any-exprs-report", str(folder), "--lineprecision-report", str(folder)]
        assert check(folder, '"""Only this."""\nX = 1\n', *options) == []
        reports.append([file.read_text() for file in sorted(folder.glob("*.txt"))])
    assert reports[0] == reports[1]
    assert len(reports[0]) == 2
