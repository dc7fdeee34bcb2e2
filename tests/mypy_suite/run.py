"""Run the cases of mypy's own suite with genstate: `python -m tests.mypy_suite.run`.

These are its `check-*.test` and its `fine-grained*.test`, the latter also from a cache. Prints each
case in which mypy says something else than without genstate, and fails where that is not explained
in `differences.json`. Only cases with a generator or a coroutine in them are run, but for
`--all-cases`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import mypy

from tests.mypy_suite.sdist import source_tree

ROOT = Path(__file__).parents[2]


EXPLAINED = json.loads(Path(__file__).with_name("differences.json").read_text("utf-8"))
CHECKS = ("testcheck.py",)
DAEMON = ("testfinegrained.py", "testfinegrainedcache.py")


def run(*options: str, suites: tuple[str, ...] = CHECKS) -> dict[str, list[str]]:
    """The difference that genstate makes, for each case that was run, by its name."""
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results.json"
        results.touch()
        command = [
            sys.executable, "-m", "pytest", "-c", os.devnull, f"--rootdir={folder}", "--quiet",
            "-p", "no:cacheprovider", "-p", "no:mypy-plugins", "-p", "mypy.test.data",
            "-p", "tests.mypy_suite.instrument", f"--results={results}", *options,
            *(str(Path(mypy.__file__).parent / "test" / name) for name in suites),
        ]  # fmt: skip
        path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        environment = {**os.environ, "MYPY_TEST_PREFIX": str(source_tree()), "PYTHONPATH": path}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        assert done.returncode in (0, 1), f"{done.returncode}\n{done.stdout}{done.stderr}"
        lines = [json.loads(line) for line in results.read_text("utf-8").splitlines()]
    return {line["case"]: line["difference"] for line in lines}


def unexplained(results: dict[str, list[str]]) -> dict[str, list[str]]:
    """The differences that are not those, at those places, which `differences.json` explains."""
    return {
        case: lines
        for case, lines in results.items()
        if places(lines) != set(EXPLAINED.get(case, {"places": []})["places"])
    }


def places(difference: list[str]) -> set[str]:
    """Where the lines of a difference stand, such as `+main:15`."""
    return {":".join(line.replace(" ", "", 1).split(":")[:2]) for line in difference}


def main() -> int:
    results = run(*sys.argv[1:], suites=CHECKS + DAEMON)
    different = {case: lines for case, lines in results.items() if lines}
    for case, lines in different.items():
        print(case, *lines, sep="\n  ")
    left = unexplained(results)
    print(f"{len(results)} cases, {len(different)} different, {len(left)} not as explained")
    print(*left, sep="\n")
    return bool(left)


if __name__ == "__main__":
    sys.exit(main())
