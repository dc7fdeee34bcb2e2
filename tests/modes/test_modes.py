"""genstate says the same in every mode of mypy, before and after edits."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.modes.running import (
    HAS_NATIVE_PARSER,
    HAS_WORKERS,
    MYPY_VERSION,
    Project,
    of_genstate,
)

HERE = Path(__file__).parent
PROBE = str(HERE / "probe.py")
PLUGINS = ["genstate", PROBE]

Modules = dict[str, str]
Run = Callable[[], list[str]]

ORIGINAL: Modules = {file.name: file.read_text() for file in HERE.glob("project/*.py")}


def edited(modules: Modules, name: str, old: str, new: str) -> Modules:
    """The modules, with a piece of the text of one of them exchanged."""
    assert modules[name].count(old) == 1
    return {**modules, name: modules[name].replace(old, new)}


# Functions are put right, and another one goes wrong.
FUNCTION_EDITED = edited(
    edited(
        edited(ORIGINAL, "bodies.py", "@contextmanager\n", "\n"),
        "callers.py",
        "generator = numbers(parse(",
        "generator = numbers(); await anext(generator); print(parse(",
    ),
    "callers.py",
    "    await generator.asend(None)\n",
    "",
)
# What a module says of its functions changes, the modules that call them stay as they are.
DEPENDENCY_EDITED = edited(
    edited(
        edited(
            ORIGINAL,
            "base.py",
            "def parse(text: str) -> int:\n    return int(text)",
            "def parse(text: str) -> float:\n    return float(text)",
        ),
        "base.py",
        'def ticks() -> None:\n    print("tick")',
        "async def ticks() -> AsyncGenerator[int, None]:\n    yield 1",
    ),
    "base.py",
    "async def numbers(first: int = 0) -> AsyncGenerator[int, str]:\n",
    "def numbers(first: float = 0) -> AsyncGenerator[float, str]:\n    return _numbers(0)\n\n\n"
    "async def _numbers(first: int) -> AsyncGenerator[float, str]:\n",
)
STATES = [ORIGINAL, FUNCTION_EDITED, DEPENDENCY_EDITED, ORIGINAL]


@cache
def cold(plugin: str, state: int) -> list[str]:
    """What a run without any cache says."""
    with TemporaryDirectory() as folder:
        return Project(Path(folder), STATES[state], plugin).mypy(cache="cache")


@pytest.fixture(params=PLUGINS, ids=["genstate", "probe"])
def plugin(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def project(plugin: str, tmp_path: Path) -> Project:
    return Project(tmp_path, ORIGINAL, plugin)


def assert_all_states(project: Project, plugin: str, run: Run) -> None:
    for state, modules in enumerate(STATES):
        project.write(modules)
        assert run() == cold(plugin, state)
        assert run() == cold(plugin, state), "a second time, without an edit"


def test_the_marked_lines_are_reported() -> None:
    marked = {
        (name, number, code)
        for name, text in ORIGINAL.items()
        for number, line in enumerate(text.splitlines(), start=1)
        for code in re.findall(r"# reported: ([\w-]+)", line)
    }
    errors = re.findall(
        r"^([\w.]+):(\d+): error: .*\[([\w-]+)\]$", "\n".join(cold("genstate", 0)), re.MULTILINE
    )
    assert {(name, int(number), code) for name, number, code in errors} == marked
    assert len(errors) == len(marked)


def test_every_function_is_seen_once_with_its_types() -> None:
    assert cold(PROBE, 0) == (HERE / "called.txt").read_text().splitlines()


@pytest.mark.parametrize("state", [1, 2])
def test_the_edits_matter(plugin: str, state: int) -> None:
    assert cold(plugin, state) != cold(plugin, 0)


def test_cache(project: Project, plugin: str) -> None:
    assert_all_states(project, plugin, lambda: project.mypy(cache="cache"))


def test_cache_in_files(project: Project, plugin: str) -> None:
    option = "--no-sqlite-cache"
    assert_all_states(project, plugin, lambda: project.mypy(option, cache="files"))


def test_daemon(project: Project, plugin: str) -> None:
    with project.daemon(cache="daemon") as daemon:
        assert_all_states(project, plugin, daemon.check)


@pytest.mark.skipif(not HAS_WORKERS, reason="this mypy has no workers")
def test_parallel(project: Project, plugin: str) -> None:
    option = "--num-workers=2"
    assert_all_states(project, plugin, lambda: project.mypy(option, cache="parallel"))


@pytest.mark.skipif(not HAS_NATIVE_PARSER, reason="this mypy has one parser")
def test_other_parser(project: Project, plugin: str) -> None:
    option = "--no-native-parser"
    assert_all_states(project, plugin, lambda: project.mypy(option, cache="other"))


# What a function says of its caller's generators changes, since something changes that only the
# function names. In the second module, a function's kind changes, and its signature does not.
CALLED_BODY = """\
from typing import NoReturn
def log() -> {}:
    raise SystemExit
"""
CALLER_OF_BODY = """\
from collections.abc import AsyncGenerator
import dependency

async def numbers() -> AsyncGenerator[int, str]:
    yield 1

async def use() -> None:
    generator = numbers()
    await close(generator, 1)
    await anext(generator)

async def close(generator: AsyncGenerator[int, str], number: int) -> None:
    if number:
        dependency.log()
    else:
        await generator.aclose()
"""
KIND = """\
from collections.abc import AsyncGenerator
def numbers() -> AsyncGenerator[int, str]:
    return other()
async def other() -> AsyncGenerator[int, str]:
    yield 1
class Source:
    def stream(self) -> AsyncGenerator[int, str]:
        return numbers()
"""
OTHER_KIND = """\
from collections.abc import AsyncGenerator
async def numbers() -> AsyncGenerator[int, str]:
    yield 1
class Source:
    async def stream(self) -> AsyncGenerator[int, str]:
        yield 1
"""
CALLER_OF_KIND = """\
import dependency

async def use() -> None:
    await dependency.numbers().asend("a")

async def use_method(source: dependency.Source) -> None:
    await source.stream().asend("a")
"""


CALLER_OF_CLASS = """\
from collections.abc import AsyncGenerator
import dependency

async def numbers() -> AsyncGenerator[int, str]:
    yield 1

async def use() -> None:
    generator = numbers()
    flag = dependency.Flag()
    if flag:
        await generator.aclose()
    await anext(generator)

async def make() -> None:
    generator = numbers()
    try:
        row = dependency.Row(1)
        await generator.aclose()
    except ValueError:
        pass
    await anext(generator)
"""
CLASSES = """\
from dataclasses import dataclass
class Base:
    value = 1
class Flag(Base): ...
@dataclass
class Row:
    x: int
"""
SPECIAL = CLASSES.replace("value = 1", "def __bool__(self) -> bool: return True")
SPECIAL += "    def __post_init__(self) -> None: raise ValueError\n"
CALLER_OF_OVERLOAD = """\
import dependency
async def use() -> None:
    dependency.numbers(1)
"""
OVERLOAD = """\
from collections.abc import AsyncGenerator
from typing import Any, TypeVar, overload
T = TypeVar("T")
def keep(function: T) -> T:
    return function
@overload
def numbers(first: int) -> AsyncGenerator[int, None]: ...
@overload
def numbers(first: str) -> AsyncGenerator[int, None]: ...
{}async def numbers(first: Any) -> Any:
    yield 1
"""

CALLER_OF_ROW = """\
from collections.abc import AsyncGenerator
import dependency

async def numbers() -> AsyncGenerator[int, str]:
    yield 1

async def use() -> None:
    generator = numbers()
    try:
        dependency.Row(1)
        await generator.aclose()
    except ValueError:
        pass
    await anext(generator)
"""
ROW = """\
class Row:
    def __init__(self, x: int) -> None:
        raise ValueError
"""
DATACLASS_ROW = "from dataclasses import dataclass\n@dataclass\nclass Row:\n    x: int\n"
INFERRED = """\
from collections.abc import Callable
from typing import NoReturn
def stop() -> NoReturn:
    raise SystemExit
log{} = stop
"""
DECLARED = ": Callable[[], NoReturn]"
CALLER_OF_WAITS = """\
import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any
import dependency

class Work:
    async def rest(self) -> int:
        try:
            await asyncio.sleep(1)
        except dependency.Stopped:
            return 2
        return 1

async def numbers(work: Any) -> AsyncGenerator[int, str]:
    await work{}
    yield 1

async def use(work: Any) -> None:
    generator = numbers(work)
    try:
        await asyncio.wait_for(anext(generator), 1)
    except asyncio.TimeoutError:
        pass
    await anext(generator)
"""
#: `except dependency.Stopped` goes by what that is an alias of, and by no name: for mypy, too.
CAUGHT = pytest.mark.skipif(
    MYPY_VERSION < (2, 4), reason="this mypy does not tell what is caught by a name of a module"
)
CANCELLED = "from asyncio import CancelledError as Stopped\n"
OTHER_STOP = "class Stopped(Exception): ...\n"


NOT_SEEN = pytest.mark.parametrize(
    ("caller", "before", "after", "errors"),
    [
        (CALLER_OF_BODY, CALLED_BODY.format("None"), CALLED_BODY.format("NoReturn"), 1),
        (CALLER_OF_KIND, KIND, OTHER_KIND, 2),
        (CALLER_OF_CLASS, SPECIAL, CLASSES, 2),
        (CALLER_OF_OVERLOAD, OVERLOAD.format("@keep\n"), OVERLOAD.format(""), 1),
        (CALLER_OF_ROW, ROW, DATACLASS_ROW, 1),
        (CALLER_OF_BODY, INFERRED.format(""), INFERRED.format(DECLARED), 1),
        pytest.param(CALLER_OF_WAITS.format("()"), CANCELLED, OTHER_STOP, 1, marks=CAUGHT),
        pytest.param(CALLER_OF_WAITS.format(".rest()"), CANCELLED, OTHER_STOP, 1, marks=CAUGHT),
    ],
    ids=["body", "kind", "class", "overload", "dataclass", "declared", "function", "method"],
)


@NOT_SEEN
def test_the_daemon_is_told_what_it_does_not_see(
    tmp_path: Path, caller: str, before: str, after: str, errors: int
) -> None:
    project = Project(tmp_path, {"caller.py": caller, "dependency.py": before}, "genstate")
    with project.daemon(cache="daemon") as daemon:
        assert daemon.check() == []
        project.write({"dependency.py": after})
        assert "".join(daemon.check()).count(": error: ") == errors
        project.write({"dependency.py": before})
        assert daemon.check() == []


@NOT_SEEN
def test_the_daemon_is_told_it_when_it_has_started_from_a_cache(
    tmp_path: Path, caller: str, before: str, after: str, errors: int
) -> None:
    modules = {"caller.py": caller, "dependency.py": before, "other.py": "x: int\n"}
    project = Project(tmp_path, modules, "genstate")
    assert project.mypy("--cache-fine-grained", cache="daemon") == []
    with project.daemon("daemon", "--use-fine-grained-cache", "--cache-fine-grained") as daemon:
        assert daemon.check() == []
        project.write({"other.py": "x: str\n"})
        assert daemon.check() == []
        project.write({"dependency.py": after})
        assert "".join(daemon.check()).count(": error: ") == errors
    project.write({"dependency.py": before})
    with project.daemon("daemon", "--use-fine-grained-cache", "--cache-fine-grained") as daemon:
        assert daemon.check() == []
        project.write({"dependency.py": after})
        assert "".join(daemon.check()).count(": error: ") == errors


# The daemon comes back to the statements around a function, and not to the function.
CONDITIONAL = """\
import sys
from collections.abc import AsyncGenerator
import dependency

limit = dependency.limit

if sys.argv:
    async def numbers() -> AsyncGenerator[int, str]:
        yield 1
else:
    def numbers() -> AsyncGenerator[int, str]:
        return dependency.numbers()

class Source:
    if sys.argv:
        async def numbers(self) -> AsyncGenerator[int, str]:
            yield 1
"""
CALLER_OF_CONDITIONAL = """\
import conditional

async def use_method(source: conditional.Source) -> None:
    await source.numbers().asend("a")  # type: ignore[generator-unstarted-send]

async def use() -> None:
    await conditional.numbers().asend("a")
"""
LIMIT = """\
from collections.abc import AsyncGenerator
limit: {}
def numbers() -> AsyncGenerator[int, str]:
    raise ValueError
"""


def test_the_daemon_comes_back_to_what_is_around_a_function(tmp_path: Path) -> None:
    modules = {
        "caller.py": CALLER_OF_CONDITIONAL,
        "conditional.py": CONDITIONAL,
        "dependency.py": LIMIT.format("int"),
    }
    project = Project(tmp_path, modules, "genstate")
    with project.daemon(cache="daemon") as daemon:
        assert daemon.check() == project.mypy(cache="cold")
        for edit in (
            {"dependency.py": LIMIT.format("str")},
            {"caller.py": f"{CALLER_OF_CONDITIONAL}\n"},
            {"dependency.py": LIMIT.format("bytes")},
        ):
            project.write(edit)
            found = daemon.check()
            assert "".join(found).count(": error: ") == 1
            assert found == project.mypy("--no-incremental", cache="none")


# mypy asks protocols of `typing` about a class that is new, and analyses that module anew. The
# classes in it whose methods genstate has exchanged must stay what they are.
NEW_CLASS = """\
from collections.abc import AsyncGenerator, Iterator
class Rows:
    def __len__(self) -> int:
        return 1
    def __iter__(self) -> Iterator[int]:
        yield 1
print(len(Rows()), list(Rows()))
async def use(generator: AsyncGenerator[int, str]) -> None:
    reveal_type(await generator.athrow(ValueError()))
    await generator.asend(None)
"""


def test_the_daemon_analyses_typing_anew(tmp_path: Path) -> None:
    project = Project(tmp_path, {"module.py": ""}, "genstate")
    with project.daemon(cache="daemon") as daemon:
        for text in ("", NEW_CLASS, "", NEW_CLASS):
            project.write({"module.py": text})
            output = daemon.output().replace("builtins.", "")
            assert ('Revealed type is "int | None"' in output) == bool(text), output
            assert " error: " not in output


OVERLOADS = """\
from collections.abc import AsyncGenerator
from typing import Any, overload
async def other() -> AsyncGenerator[int, None]:
    yield 1
@overload
def numbers(first: int) -> AsyncGenerator[int, None]: ...
@overload
def numbers(first: str) -> AsyncGenerator[int, None]: ...
{}
"""
CALLER_OF_OVERLOADS = """\
import dependency
async def use() -> None:
    dependency.numbers(1)
"""


def test_the_daemon_is_told_of_the_kind_of_overloads(tmp_path: Path) -> None:
    made = OVERLOADS.format("async def numbers(first: Any) -> Any:\n    yield 1")
    handed_on = OVERLOADS.format("def numbers(first: Any) -> Any:\n    return other()")
    modules = {"caller.py": CALLER_OF_OVERLOADS, "dependency.py": made}
    project = Project(tmp_path, modules, "genstate")
    with project.daemon(cache="daemon") as daemon:
        for text, errors in ((made, 1), (handed_on, 0), (made, 1)):
            project.write({"dependency.py": text})
            assert daemon.output().count("[generator-dropped]") == errors


def test_mypy_offers_no_name_that_only_genstate_knows(tmp_path: Path) -> None:
    modules = {
        "caller.py": "from dependency import generator_of_many_numbers\n",
        "dependency.py": "from collections.abc import Iterator\n"
        "def of_many_numbers() -> Iterator[int]:\n    yield 1\n",
    }
    project = Project(tmp_path, modules, "genstate")
    cold = project.output(".", cache="cold")
    assert "generator_of_many_numbers" in cold
    assert project.output("--cache-fine-grained", ".", cache="fine") == cold
    with project.daemon(cache="daemon") as daemon:
        assert daemon.output() == f"Daemon started\n{cold}"


# Functions are looked at for the words in them.
MADE = """\
from collections.abc import AsyncIterator, Iterator
async def finde() -> AsyncIterator[int]:
    yield 1
def ticks() -> Iterator[int]:
    yield 1
"""
KEPT = """\
import dependency
async def with_a_ligature() -> None:
    dependency.\N{LATIN SMALL LIGATURE FI}nde()
def behind_a_condition(x: bool) -> None:
    if x: dependency.ticks()
def in_parentheses() -> None:
    (dependency.ticks)()
def over_two_lines(rows: list[str]) -> None:
    lengths = (len(row)
               for row in rows)
    print(sum(lengths))
    print(max(lengths))
def in_a_tuple() -> None:
    first, ticks = 1, dependency.ticks()
    print(list(ticks), list(ticks), first)
def in_a_list() -> None:
    for ticks in [dependency.ticks()]:
        print(list(ticks), list(ticks))
"""


def test_however_it_is_written(tmp_path: Path) -> None:
    project = Project(tmp_path, {"caller.py": KEPT, "dependency.py": MADE}, "genstate")
    found = project.mypy(cache="cold")
    assert "".join(found).count(": error: ") == KEPT.count("def ")
    with project.daemon(cache="daemon") as daemon:
        assert daemon.check() == found


def test_what_is_not_seen_is_not_seen_by_the_daemon(tmp_path: Path) -> None:
    unseen = "import dependency\ndef with_spaces() -> None:\n    (dependency . ticks)()\n"
    project = Project(tmp_path, {"caller.py": unseen, "dependency.py": MADE}, "genstate")
    found = project.mypy(cache="cold")
    assert ": error: " not in "".join(found)
    with project.daemon(cache="daemon") as daemon:
        assert daemon.check() == found


def test_the_daemon_learns_which_functions_make_generators(tmp_path: Path) -> None:
    call = "import {0}\n\ndef drops() -> None:\n    {0}.{1}()\n"
    ordinary = "def ticks() -> object:\n    return None\n"
    generator = "def {}() -> object:\n    yield 1\n"
    states = [
        {"caller.py": call.format("dependency", "ticks"), "dependency.py": ordinary},
        {
            "caller.py": call.format("dependency", "ticks"),
            "dependency.py": generator.format("ticks"),
        },
        {"caller.py": call.format("other", "tocks"), "other.py": generator.format("tocks")},
    ]
    project = Project(tmp_path, states[0], "genstate")
    with project.daemon(cache="daemon") as daemon:
        for number, modules in enumerate(states):
            project.replace(modules)
            found = daemon.check()
            assert found == project.mypy(cache=f"cold{number}")
            assert (": error: " in "".join(found)) == (number > 0)


def test_what_is_loaded_besides_does_not_matter(tmp_path: Path) -> None:
    modules = {
        "dependency.py": MADE,
        "caller.py": "async def use() -> None:\n    from dependency import finde as stream\n"
        "    stream()\n",
        "unrelated.py": "async def stream() -> object:\n    yield 1\n",
    }
    project = Project(tmp_path, modules, "genstate")
    alone = of_genstate(project.output("caller.py", cache="alone"))
    assert of_genstate(project.output("unrelated.py", "caller.py", cache="both")) == alone


PARTIAL = """\
from collections.abc import Iterator
def numbers() -> Iterator[int]:
    yield 1
class Driver:
    def __init__(self) -> None:
        self.board = Board()
        self.generator = numbers()
        next(self.generator)
class Board:
    def __init__(self) -> None:
        self.rows = []
        def row() -> Iterator[int]:
            yield 1
        self.rows.append(row)
"""


def test_bodies_that_are_asked_about_while_types_are_partial(tmp_path: Path) -> None:
    project = Project(tmp_path, {"partial.py": PARTIAL}, "genstate")
    assert project.mypy("--cache-fine-grained", cache="fine") == []


ENUM = """\
import enum
class Mode(enum.Enum):
    A = 1
    @enum.member
    def B(self) -> int:
        return 1
"""
COMPARED = """\
from collections.abc import AsyncGenerator
import dependency
async def numbers() -> AsyncGenerator[int, str]:
    yield 1
async def use() -> None:
    generator = numbers()
    mode: object = dependency.Mode.A
    if mode != dependency.Mode.B:
        await generator.aclose()
    await anext(generator)
"""


def test_an_enum_from_the_cache(tmp_path: Path) -> None:
    project = Project(tmp_path, {"caller.py": COMPARED, "dependency.py": ENUM}, "genstate")
    cold = project.mypy(cache="cache")
    project.write({"caller.py": f"{COMPARED}x = 1\n"})
    assert project.mypy(cache="cache") == cold


ASKED_LATER = {
    "caller.py": """\
from collections.abc import Iterable
import dependency
import maker

def use(loud: bool) -> None:
    numbers = maker.numbers()
    show(numbers, loud)
    print(sum(numbers))

def show(numbers: Iterable[int], loud: bool) -> None:
    if loud:
        dependency.fail()
    else:
        print(list(numbers))
""",
    "dependency.py": "from typing import NoReturn\ndef fail() -> None:\n    raise SystemExit\n",
    "maker.py": "def numbers() -> list[int]:\n    return [1]\n",
}


def test_a_body_that_an_edit_elsewhere_lets_count(tmp_path: Path) -> None:
    project = Project(tmp_path, ASKED_LATER, "genstate")
    generator = (
        "from collections.abc import Iterator\ndef numbers() -> Iterator[int]:\n    yield 1\n"
    )
    with project.daemon(cache="daemon") as daemon:
        assert daemon.check() == []
        project.write({"maker.py": generator})
        assert daemon.check() == []
        project.write(
            edited(ASKED_LATER | {"maker.py": generator}, "dependency.py", "None", "NoReturn")
        )
        found = daemon.check()
        assert "generator-closed" in "".join(found)
        assert found == project.mypy(cache="cold")


SCOPE = """\
class transaction:
    async def __aenter__(self) -> None: ...
    async def __aexit__(self, *details: object) -> None: ...
"""
IN_SCOPE = """\
from collections.abc import AsyncGenerator
import package
from package.core import transaction

async def rows() -> AsyncGenerator[int, None]:
    async with transaction():
        yield 1
"""


def test_a_name_in_the_configuration_that_comes_to_stand_for_something(tmp_path: Path) -> None:
    modules = {"package/__init__.py": "", "package/core.py": SCOPE, "caller.py": IN_SCOPE}
    config = "[genstate]\ncancel_scopes = package.transaction\n"
    project = Project(tmp_path, modules, "genstate", config)
    with project.daemon(cache="daemon") as daemon:
        assert daemon.check() == []
        exported = "from package.core import transaction as transaction\n"
        project.write({"package/__init__.py": exported})
        assert "generator-cancel-scope-yield" in "".join(daemon.check())


SESSION = """\
from contextlib import AbstractAsyncContextManager
class Session:
    @staticmethod
    def begin() -> AbstractAsyncContextManager[int]: raise ValueError
"""
IN_SESSION = """\
from collections.abc import AsyncGenerator
import facade, core

async def rows() -> AsyncGenerator[int, None]:
    async with core.Session.begin():
        yield 1
"""


def test_a_name_in_the_configuration_of_a_class_that_comes_from_elsewhere(tmp_path: Path) -> None:
    own = "class Session: ...\n"
    modules = {"core.py": SESSION, "facade.py": own, "caller.py": IN_SESSION}
    config = "[genstate]\ncancel_scopes = facade.Session.begin\n"
    project = Project(tmp_path, modules, "genstate", config)
    with project.daemon(cache="daemon") as daemon:
        for exported, errors in ((own, 0), ("from core import Session\n", 1), (own, 0)):
            project.write({"facade.py": exported})
            assert "".join(daemon.check()).count(": error: ") == errors
