"""What `genstate check` reports, and its exit status."""

from __future__ import annotations

import subprocess
import sys
from typing import Final

import pytest

from genstate.cli import main
from tests.cli.conftest import Check, Project

CONFIG: Final = {"mypy.ini": "[mypy]\nplugins = reporter.py\n"}
MISUSE: Final = "def misuse() -> None: ...\nmisuse()\n"
MISUSE_REPORT: Final = (
    "error: Misuse  [generator-exit-yield]",
    "note: This is why",
    "note: That would be right",
)
FOUND_ONE: Final = "Found 1 error in 1 file (checked 1 source file)"
UNSTARTED: Final = """
from collections.abc import AsyncGenerator

async def numbers() -> AsyncGenerator[int, int]:
    yield 1

async def main():
    g = numbers()
    await g.asend(1)
"""


def report(place: str) -> list[str]:
    """The lines of the report on a `misuse()` at `place`."""
    return [f"{place}: {line}" for line in MISUSE_REPORT]


def test_clean(project: Project, check: Check) -> None:
    project({"a.py": "x = 1\n"})
    ran = check("a.py")
    assert (ran.status, ran.err) == (0, [])
    assert ran.out == ["Success: no issues found in 1 source file"]


def test_found_with_its_notes(project: Project, check: Check) -> None:
    project({**CONFIG, "a.py": MISUSE})
    ran = check("a.py")
    assert (ran.status, ran.err) == (1, [])
    assert ran.out == [*report("a.py:2"), FOUND_ONE]


def test_genstate_itself_runs_without_any_configuration(project: Project, check: Check) -> None:
    project({"a.py": UNSTARTED})
    ran = check("a.py")
    assert ran.status == 1
    assert ran.out[0].startswith("a.py:9: error: ")
    assert ran.out[0].endswith("  [generator-unstarted-send]")


def test_mypys_own_errors_are_hidden(project: Project, check: Check) -> None:
    project({"a.py": "import nowhere\nx: int = ''\nreveal_type(x)\n"})
    assert check("a.py").out == ["Success: no issues found in 1 source file"]


def test_all_shows_mypys_own_errors(project: Project, check: Check) -> None:
    project({**CONFIG, "a.py": f"{MISUSE}x: int = ''\nreveal_type(x)\n"})
    ran = check("--all", "a.py")
    assert ran.status == 1
    assert ran.out[:3] == report("a.py:2")
    assert ran.out[3].startswith("a.py:3: error: Incompatible types in assignment")
    assert ran.out[4].startswith("a.py:4: note: Revealed type is")
    assert ran.out[5] == "Found 2 errors in 1 file (checked 1 source file)"


def test_failure_note_is_shown_though_mypy_reports_at_the_same_place(
    project: Project, check: Check
) -> None:
    project({**CONFIG, "a.py": "def failure() -> None: ...\nfailure()\n"})
    ran = check("a.py")
    assert ran.status == 0
    assert ran.out == [
        'a.py:2: note: genstate could not analyse "f"; please report this at URL',
        "a.py:2: note: Traceback",
        "Success: no issues found in 1 source file",
    ]


def test_unannotated_bodies_are_checked(project: Project, check: Check) -> None:
    project({**CONFIG, "a.py": "def misuse(): ...\ndef f():\n    misuse()\n"})
    assert check("a.py").out == [*report("a.py:3"), FOUND_ONE]


def test_imports_are_followed_and_not_reported(project: Project, check: Check) -> None:
    project({**CONFIG, "a.py": MISUSE, "b.py": "from a import misuse\nmisuse()\n"})
    assert check("b.py").out == [*report("b.py:2"), FOUND_ONE]


def test_type_ignore_covers_the_notes(project: Project, check: Check) -> None:
    ignored = MISUSE.replace("misuse()\n", "misuse()  # type: ignore[generator]\n")
    project({**CONFIG, "a.py": ignored})
    assert check("a.py").out == ["Success: no issues found in 1 source file"]


def test_reports_are_sorted_by_place(project: Project, check: Check) -> None:
    project({**CONFIG, "p/b.py": MISUSE, "p/a.py": f"import b\n{MISUSE}{MISUSE}"})
    ran = check("p")
    assert ran.out == [
        *report("p/a.py:3"),
        *report("p/a.py:5"),
        *report("p/b.py:2"),
        "Found 3 errors in 2 files (checked 2 source files)",
    ]


def test_a_second_run_from_the_cache_reports_the_same(project: Project, check: Check) -> None:
    project({**CONFIG, "a.py": f"{MISUSE}{UNSTARTED}"})
    assert check("a.py") == check("a.py")


def test_disable(project: Project, check: Check) -> None:
    project({**CONFIG, "a.py": MISUSE})
    assert check("a.py", "--disable", "generator-exit-yield").status == 0
    assert check("a.py", "--disable", "generator-unstarted-send").status == 1
    assert check("a.py", "--disable", "exit-yield").status == 0


def test_enable(project: Project, check: Check) -> None:
    project({"a.py": "x: int = ''  # type: ignore\n"})
    assert check("--all", "a.py").status == 0
    ran = check("--all", "a.py", "--enable", "ignore-without-code")
    assert (ran.status, ran.out[-1]) == (1, FOUND_ONE)


def test_python_version(project: Project, check: Check) -> None:
    newer = "import sys\nif sys.version_info >= (3, 12):\n    misuse()\n"
    project({**CONFIG, "a.py": f"def misuse() -> None: ...\n{newer}"})
    assert check("a.py", "--python-version", "3.11").status == 0
    assert check("a.py", "--python-version", "3.12").status == 1


def test_arguments_behind_the_dashes_go_to_mypy(project: Project, check: Check) -> None:
    project({**CONFIG, "a.py": MISUSE, "b.py": MISUSE})
    assert check(".", "--", "--exclude", "b.py").out == [
        *report("a.py:2"),
        "Found 1 error in 1 file (checked 2 source files)",
    ]


def test_colours_are_for_those_who_want_them(
    project: Project, check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    project({**CONFIG, "a.py": MISUSE})
    monkeypatch.setenv("FORCE_COLOR", "1")
    coloured = check("a.py").out
    assert (
        coloured[0]
        == "a.py:2: \x1b[1;31merror:\x1b[0m Misuse  \x1b[33m[generator-exit-yield]\x1b[0m"
    )
    monkeypatch.setenv("NO_COLOR", "1")
    assert check("a.py").out == [*report("a.py:2"), FOUND_ONE]


def test_reader_that_goes_away_is_no_failure_to_talk_about(project: Project) -> None:
    root = project({"a.py": UNSTARTED})
    command = [sys.executable, "-m", "genstate", "check", "a.py"]
    with subprocess.Popen(
        command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 2


def test_cache_is_not_the_users_own(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    root = project({"a.py": "x = 1\n"})
    monkeypatch.delenv("MYPY_CACHE_DIR", raising=False)
    main(["check", "a.py"])
    assert [path.name for path in (root / ".mypy_cache").iterdir()] == ["genstate"]


def test_cache_dir_is_taken_as_it_is(project: Project, check: Check) -> None:
    root = project({"a.py": "x = 1\n"})
    for number, arguments in enumerate((("--cache-dir", "c0"), ("--", "--cache-dir=c1"))):
        check("a.py", *arguments)
        assert (root / f"c{number}" / "CACHEDIR.TAG").exists()
