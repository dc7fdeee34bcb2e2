"""Run the `check-*.test` cases of mypy with genstate: `python -m tests.mypy_suite.run`.

Prints each case in which mypy says something else than without genstate. Only cases with a
generator or a coroutine in them are run, but for `--all-cases`.
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


def run(*options: str) -> dict[str, list[str]]:
    """The difference that genstate makes, for each case that was run, by its name."""
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results.json"
        results.touch()
        command = [
            sys.executable, "-m", "pytest", "-c", os.devnull, f"--rootdir={folder}", "--quiet",
            "-p", "no:cacheprovider", "-p", "no:mypy-plugins", "-p", "mypy.test.data",
            "-p", "tests.mypy_suite.instrument", f"--results={results}", *options,
            str(Path(mypy.__file__).parent / "test" / "testcheck.py"),
        ]  # fmt: skip
        environment = {**os.environ, "MYPY_TEST_PREFIX": str(source_tree()), "PYTHONPATH": "."}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        assert done.returncode in (0, 1), f"{done.returncode}\n{done.stdout}{done.stderr}"
        lines = [json.loads(line) for line in results.read_text("utf-8").splitlines()]
    return {line["case"]: line["difference"] for line in lines}


def main() -> None:
    results = run(*sys.argv[1:])
    different = {case: lines for case, lines in results.items() if lines}
    for case, lines in different.items():
        print(case, *lines, sep="\n  ")
    print(f"{len(results)} cases, {len(different)} different")


if __name__ == "__main__":
    main()
