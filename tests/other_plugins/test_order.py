"""mypy takes the first plugin's answer: genstate tells where that is never its own."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Set
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from tests.modes.running import HAS_WORKERS

PROGRAM: Final = """\
from collections.abc import AsyncGenerator


async def numbers() -> AsyncGenerator[int, str]:
    try:
        yield 1
    finally:
        yield 2


async def use() -> None:
    ours = numbers()
    await ours.asend(None)


wrong: int = ""
"""
REVEALING: Final = """\
from collections.abc import Iterator

def objects() -> Iterator[object]:
    yield reveal_type(object())
reveal_type(object())
wrong: int = ""
"""
OWN_ERROR: Final = "[generator-exit-yield]"
STUBS_ERROR: Final = "[arg-type]"
OTHER_ERROR: Final = "[assignment]"


class Other(NamedTuple):
    """Another plugin.

    Attributes:
        hooks: its methods.
        said: what genstate says if it stands behind that plugin.
        shown: the errors that are shown then.
    """

    hooks: str
    said: str = ""
    shown: Set[str] = frozenset({OWN_ERROR, OTHER_ERROR})


ALL_FUNCTIONS: Final = """
def get_function_hook(self, fullname):
    return lambda ctx: ctx.default_return_type
"""
ALL_CLASSES: Final = """
def get_customize_class_mro_hook(self, fullname):
    return lambda ctx: None
"""
ALL_BASES: Final = """
def get_base_class_hook(self, fullname):
    return lambda ctx: None
"""
OBJECT: Final = """
def get_function_hook(self, fullname):
    if fullname == "builtins.object":
        return lambda ctx: ctx.api.named_generic_type("builtins.int", [])
"""
SHOUTING: Final = """
def get_function_hook(self, fullname):
    import sys
    if fullname == "builtins.object":
        return lambda ctx: (
            print("object on line", ctx.context.line, file=sys.stderr) or ctx.default_return_type
        )
"""
BROKEN: Final = """
def get_function_hook(self, fullname):
    if fullname == "builtins.object" and self.lookup_fully_qualified(fullname) is None:
        raise LookupError(fullname)
"""

UNCHECKED: Final = (
    "genstate: Nothing is checked, as the plugin other.py answers before genstate: "
    "put genstate first in `plugins`\n"
)
UNCORRECTED: Final = UNCHECKED.replace("Nothing is checked", "The stubs are not corrected")

OTHERS: Final = {
    "all functions": Other(ALL_FUNCTIONS, UNCHECKED, {OTHER_ERROR}),
    "all classes": Other(ALL_CLASSES),
    "all bases": Other(ALL_BASES),
    "all classes and bases": Other(
        ALL_CLASSES + ALL_BASES, UNCORRECTED, {OWN_ERROR, STUBS_ERROR, OTHER_ERROR}
    ),
    "everything": Other(
        ALL_FUNCTIONS + ALL_CLASSES + ALL_BASES, UNCHECKED, {STUBS_ERROR, OTHER_ERROR}
    ),
    "nothing": Other(""),
    "object": Other(OBJECT, UNCHECKED, {OTHER_ERROR}),
    "broken at first": Other(BROKEN),
}


def run(
    folder: Path, hooks: str, plugins: str, *options: str, program: str = PROGRAM
) -> tuple[str, str]:
    """What mypy prints on the program, and the standard error; `other.py` has these hooks."""
    body = hooks.replace("\n", "\n    ")
    (folder / "other.py").write_text(
        f"from mypy.plugin import Plugin\nclass Other(Plugin):\n    pass{body}\n"
        "def plugin(version):\n    return Other\n"
    )
    (folder / "mypy.ini").write_text(f"[mypy]\nplugins = {plugins}\n")
    (folder / "program.py").write_text(program)
    command = [sys.executable, "-m", "mypy", "--config-file=mypy.ini", *options, "program.py"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout, done.stderr


def errors_in(output: str) -> Set[str]:
    return {error for error in (OWN_ERROR, STUBS_ERROR, OTHER_ERROR) if error in output}


@pytest.mark.parametrize("name", OTHERS)
def test_behind_another_plugin(tmp_path: Path, name: str) -> None:
    other = OTHERS[name]
    output, said = run(tmp_path, other.hooks, "other.py, genstate")
    assert said == other.said
    assert errors_in(output) == other.shown


@pytest.mark.parametrize("name", OTHERS)
def test_before_another_plugin(tmp_path: Path, name: str) -> None:
    output, said = run(tmp_path, OTHERS[name].hooks, "genstate, other.py")
    assert said == ""
    assert errors_in(output) == {OWN_ERROR, OTHER_ERROR}


@pytest.mark.parametrize("hooks", [ALL_FUNCTIONS, ALL_CLASSES + ALL_BASES])
def test_each_run_says_it(tmp_path: Path, hooks: str) -> None:
    cold, warm = (run(tmp_path, hooks, "other.py, genstate") for _ in range(2))
    assert warm == cold


@pytest.mark.skipif(not HAS_WORKERS, reason="this mypy has no workers")
@pytest.mark.parametrize("hooks", [ALL_FUNCTIONS, ALL_CLASSES + ALL_BASES])
def test_a_parallel_run_says_it_once(tmp_path: Path, hooks: str) -> None:
    _, said = run(tmp_path, hooks, "other.py, genstate", "-n2")
    assert said in {UNCHECKED, UNCORRECTED}


def test_the_plugin_that_answers_is_named(tmp_path: Path) -> None:
    (tmp_path / "harmless.py").write_text(
        "from mypy.plugin import Plugin\nplugin = lambda _: Plugin"
    )
    _, said = run(tmp_path, ALL_FUNCTIONS, "harmless.py, other.py, genstate")
    assert said == UNCHECKED


def revealed(output: str) -> list[str]:
    """The types that mypy reveals; mypy 1.19 tells their modules."""
    return re.findall(r'Revealed type is "(?:builtins\.)?(\w+)"', output)


@pytest.mark.parametrize("plugins", ["genstate, other.py", "other.py, genstate", "other.py"])
def test_another_plugin_sees_the_calls_that_triggers_are(tmp_path: Path, plugins: str) -> None:
    output, _ = run(tmp_path, OBJECT, plugins, program=REVEALING)
    assert revealed(output) == ["int", "int"]


def test_no_other_plugin_sees_triggers(tmp_path: Path) -> None:
    _, said = run(tmp_path, SHOUTING, "genstate, other.py", program=REVEALING)
    assert set(said.splitlines()) == {"object on line 4", "object on line 5"}


def test_without_another_plugin_object_is_what_it_is(tmp_path: Path) -> None:
    output, said = run(tmp_path, "", "genstate", program=REVEALING)
    assert said == ""
    assert revealed(output) == ["object", "object"]
