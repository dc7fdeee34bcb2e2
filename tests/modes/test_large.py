"""One answer in all modes on a large project, and in the daemon after each of many random edits.

`make test-modes` goes through all modes, and through 200 edits; a usual run through some.

Output is compared byte for byte, but for what mypy itself says otherwise in another mode: see
`test_mypy_alone`.
"""

from __future__ import annotations

import shutil
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from tests.modes.large import IMPORTS, Large
from tests.modes.running import HAS_NATIVE_PARSER, HAS_WORKERS, Project, of_genstate

pytestmark = pytest.mark.any_mypy

UNUSED = "  [unused-ignore]"
READ_ON = "#missing-imports"
AT_LEAST = 25
START = Large(seed=1).texts()


class Place:
    """A folder with the project, and runs of mypy there."""

    def __init__(self, folder: Path) -> None:
        self.project = Project(folder, {}, "genstate", "explicit_package_bases = True\n")
        self._prepared = folder / "prepared"
        self._cache = folder / "cold"

    def prepare(self) -> None:
        """Fill a cache with what the project takes from mypy's typeshed."""
        self.project.write({"empty.py": START["base.py"].partition("async def")[0]})
        self.project.output("--no-sqlite-cache", "empty.py", cache="prepared")
        for name in ("empty.meta.ff", "empty.meta.json", "empty.data.ff", "empty.data.json"):
            for file in self._prepared.glob(f"*/{name}"):
                file.unlink()

    def cold(self) -> list[str]:
        """What a run says that finds nothing of the project in its cache."""
        shutil.rmtree(self._cache, ignore_errors=True)
        shutil.copytree(self._prepared, self._cache)
        return self.run("--no-sqlite-cache", cache="cold")

    def run(self, *options: str, cache: str, command: tuple[str, ...] = ()) -> list[str]:
        """mypy's output, file by file."""
        return by_file(self.project.output(*options, ".", cache=cache, command=command))


def by_file(output: str) -> list[str]:
    lines = [line for line in output.splitlines() if not line.endswith(READ_ON)]
    return sorted(lines, key=lambda line: line.partition(":")[0])


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What mypy says on the project at its start, without any cache."""
    place = Place(tmp_path_factory.mktemp("expected"))
    place.project.write(START)
    return place.run("--no-incremental", cache="none")


MODES = [
    pytest.param(["--sqlite-cache"], id="sqlite"),
    pytest.param(["--no-sqlite-cache"], id="files"),
    pytest.param(["--cache-fine-grained"], id="fine-grained"),
    pytest.param(
        ["--num-workers=2"],
        id="parallel",
        marks=pytest.mark.skipif(not HAS_WORKERS, reason="this mypy has no workers"),
    ),
    pytest.param(
        ["--no-native-parser"],
        id="parser",
        marks=pytest.mark.skipif(not HAS_NATIVE_PARSER, reason="this mypy has one parser"),
    ),
]


def test_the_project_says_a_lot(expected: list[str]) -> None:
    assert len(IMPORTS) >= AT_LEAST
    files = {line.partition(":")[0] for line in of_genstate("\n".join(expected))}
    assert len(files) > len(IMPORTS) // 2
    assert any(UNUSED in line for line in expected)


@pytest.mark.usefixtures("all_modes")
@pytest.mark.parametrize("options", MODES)
def test_modes(place: Place, expected: list[str], options: list[str]) -> None:
    """Without a cache, with one, and after edits that are taken back."""
    place.project.write(START)
    assert place.run(*options, cache="cache") == expected
    assert place.run(*options, cache="cache") == expected
    edited = Large(seed=1)
    for _ in range(20):
        edited.edit()
    place.project.replace(edited.texts())
    assert place.run(*options, cache="cache") == place.run("--no-incremental", cache="none")
    place.project.replace(START)
    assert place.run(*options, cache="cache") == expected


API = "import sys; from mypy import api; out = api.run(sys.argv[1:]); sys.stdout.write(out[0])"


@pytest.mark.usefixtures("all_modes")
@pytest.mark.parametrize(
    "command",
    [(sys.executable, "-c", API), (str(Path(sys.executable).with_name("mypy")),)],
    ids=["api", "script"],
)
def test_ways_to_start_mypy(place: Place, expected: list[str], command: tuple[str, ...]) -> None:
    place.project.write(START)
    assert place.run(cache="cache", command=command) == expected
    assert place.run(cache="cache", command=command) == expected


@pytest.mark.usefixtures("all_modes")
def test_cache_map(place: Place, expected: list[str]) -> None:
    """The names of the cache's files are given one by one, as build systems do it."""
    place.project.write(START)
    triples = []
    for name in START:
        if name != "stubbed.py":  # mypy reads the stub in its place
            stem = name.replace("/", "-")
            triples += [name, f"../mapped/{stem}.meta.json", f"../mapped/{stem}.data.json"]
    (place.project.folder.parent / "mapped").mkdir()
    options = ["--no-sqlite-cache", "--no-fixed-format-cache", "--cache-map", *triples, "--"]
    assert place.run(*options, cache="cache") == expected
    assert place.run(*options, cache="cache") == expected


def test_daemon(place: Place, pytestconfig: pytest.Config) -> None:
    place.prepare()
    large = Large(pytestconfig.getoption("--seed"))
    edits = ["start"]
    with place.project.daemon(cache="daemon") as daemon:
        for number in range(pytestconfig.getoption("--edits") + 1):
            place.project.replace(large.texts())
            now = by_file(daemon.output())
            cold = place.cold()
            assert differences(now, cold) == {}, f"after edit {number}: {edits[-3:]}"
            edits.append(large.edit())


def differences(daemon: list[str], cold: list[str]) -> dict[str, list[str]]:
    """By file, what the daemon and a cold run do not both say, where it is not mypy's own doing."""
    found = {}
    one, other = _files(daemon), _files(cold)
    for file in one.keys() | other.keys():
        here, there = one[file], other[file]
        false = [line for line in here if UNUSED in line and line not in there]
        if _of_mypy(here) == _of_mypy(there) and (_without_unused(here) != _without_unused(there)):
            found[file] = sorted(set(here) ^ set(there))
        elif false and _of_mypy(here) == _of_mypy(there):
            found[file] = false
    return found


def _files(lines: list[str]) -> defaultdict[str, list[str]]:
    files: defaultdict[str, list[str]] = defaultdict(list)
    for line in lines:
        if ": error: " in line or ": note: " in line:
            files[line.partition(":")[0]].append(line)
    return files


def _without_unused(lines: list[str]) -> list[str]:
    return [line for line in lines if UNUSED not in line]


def _of_mypy(lines: list[str]) -> list[str]:
    own = set(of_genstate("\n".join(lines)))
    return [line for line in lines if line not in own and UNUSED not in line]
