"""Beside other plugins of mypy, genstate says what it says alone, and so do they.

`make test-plugins` installs them; those that are not there are left out.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

import pytest

pytestmark = pytest.mark.any_mypy

HERE: Final = Path(__file__).parent
PROGRAMS: Final = HERE / "programs"
WITHOUT_ATTRS: Final = (str(HERE / "without_attrs.py"),)

Plugins = tuple[str, ...]


class Library(NamedTuple):
    """A library that has a plugin, or several of them at once.

    Attributes:
        packages: what must be installed.
        programs: files and folders that misuse generators beside what the plugin is about.
        plugins: its plugins.
        without: the plugins that mypy is run with to be without the library's.
    """

    packages: tuple[str, ...]
    programs: tuple[str, ...]
    plugins: Plugins
    without: Plugins = ()


SINGLE: Final = {
    "attrs": Library(("attrs",), ("attrs_classes.py",), (), WITHOUT_ATTRS),  # mypy has it built in
    "django": Library(
        ("mypy_django_plugin",),
        ("django_settings.py", "django_shop"),
        ("mypy_django_plugin.main",),
    ),
    "pydantic": Library(("pydantic",), ("pydantic_models.py",), ("pydantic.mypy",)),
    "returns": Library(
        ("returns",), ("returns_containers.py",), ("returns.contrib.mypy.returns_plugin",)
    ),
    "sqlalchemy": Library(
        ("sqlalchemy.ext.mypy",), ("sqlalchemy_models.py",), ("sqlalchemy.ext.mypy.plugin",)
    ),
}
ALL: Final = Library(*(sum(parts, ()) for parts in zip(*SINGLE.values(), strict=True)))
LIBRARIES: Final = {**SINGLE, "all at once": ALL}


class Output(NamedTuple):
    """What mypy prints without a cache, and then from its cache: an object of JSON in each line."""

    cold: str
    warm: str

    @property
    def of_genstate(self) -> list[str]:
        return [line for line in self.cold.splitlines() if '"code": "generator' in line]

    @property
    def of_others(self) -> list[str]:
        return [line for line in self.cold.splitlines() if '"code": "generator' not in line]


@cache
def output(programs: tuple[str, ...], plugins: Plugins) -> Output:
    """What mypy with these plugins prints on these programs."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        for program in ("averages.py", *programs):
            source = PROGRAMS / program
            (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / program)
        settings = (PROGRAMS / "mypy.ini").read_text()
        chosen = f"[mypy]\nplugins = {', '.join(plugins)}\n" if plugins else "[mypy]\n"
        (folder / "mypy.ini").write_text(settings.replace("[mypy]\n", chosen))
        return Output(run(folder), run(folder))


def run(folder: Path) -> str:
    command = [sys.executable, "-m", "mypy", "--config-file=mypy.ini", "--cache-dir=.cache"]
    ran = subprocess.run(
        [*command, "--output=json", "."], cwd=folder, capture_output=True, text=True, check=False
    )
    assert ran.returncode in (0, 1), ran.stdout + ran.stderr
    assert ran.stderr == ""
    return ran.stdout


def by_place(lines: list[str]) -> dict[tuple[str, int], list[str]]:
    """The messages on each line of a file."""
    found = defaultdict(list)
    for line in lines:
        message = json.loads(line)
        found[message["file"], message["line"]].append(line)
    return found


def marks(programs: tuple[str, ...], pattern: str) -> list[tuple[str, int, str]]:
    """File, line and text of the marks in the programs."""
    sources = [PROGRAMS / program for program in programs]
    files = [file for source in sources for file in (source, *source.rglob("*.py"))]
    return sorted(
        (str(file.relative_to(PROGRAMS)), number, mark)
        for file in files
        if file.is_file()
        for number, line in enumerate(file.read_text().splitlines(), start=1)
        for mark in re.findall(pattern, line)
    )


@pytest.fixture(params=LIBRARIES)
def library(request: pytest.FixtureRequest) -> Library:
    """Each library with its plugin, and all of them together."""
    chosen = LIBRARIES[request.param]
    for package in chosen.packages:
        if not is_installed(package):
            pytest.skip(f"{package} is not installed")
    return chosen


def is_installed(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ModuleNotFoundError:
        return False


def test_the_plugin_is_needed(library: Library) -> None:
    """Without it mypy says something else on the lines with that mark, and only there."""
    without = by_place(output(library.programs, library.without).of_others)
    alone = by_place(output(library.programs, library.plugins).of_others)
    places = without.keys() | alone.keys()
    differing = {place for place in places if without.get(place) != alone.get(place)}
    assert differing == {mark[:2] for mark in marks(library.programs, "# differs")}


def test_the_other_order_makes_no_difference(library: Library) -> None:
    last = output(library.programs, (*library.plugins, "genstate"))
    first = output(library.programs, ("genstate", *library.plugins))
    assert last.cold == first.cold


def test_the_plugin_says_what_it_says_alone(library: Library) -> None:
    alone = output(library.programs, library.plugins)
    assert alone.of_genstate == []
    assert output(library.programs, (*library.plugins, "genstate")).of_others == alone.of_others


def test_genstate_says_what_it_says_alone(library: Library) -> None:
    """A value of unknown type may be None: some reports need the types that the plugin knows."""
    together = by_place(output(library.programs, (*library.plugins, "genstate")).of_genstate)
    for file, number, _ in marks(library.programs, "# reported with the plugin"):
        del together[file, number]
    alone = output(library.programs, (*library.without, "genstate"))
    assert together == by_place(alone.of_genstate)


def test_genstate_reports_the_marked_lines(library: Library) -> None:
    found = map(json.loads, output(library.programs, (*library.plugins, "genstate")).of_genstate)
    reported = sorted((each["file"], each["line"], each["code"]) for each in found)
    assert reported == marks(library.programs, r"# reported(?: with the plugin)?: ([\w-]+)")


def test_the_stubs_are_corrected(library: Library) -> None:
    """Also where the other plugin is asked first, and has an answer for every class."""
    right = {mark[:2] for mark in marks(("starting.py",), "# right")}
    programs = (*library.programs, "starting.py")
    assert right <= by_place(output(programs, library.plugins).of_others).keys()
    for plugins in ((*library.plugins, "genstate"), ("genstate", *library.plugins)):
        assert not right & by_place(output(programs, plugins).of_others).keys()


def test_the_cache_makes_no_difference(library: Library) -> None:
    for plugins in ((*library.plugins, "genstate"), ("genstate", *library.plugins)):
        cold, warm = output(library.programs, plugins)
        assert warm == cold
