"""Measures runs of mypy: the processor time that they take of their own, and their memory."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

CONFIG: Final = """\
[mypy]
ignore_missing_imports = true
namespace_packages = true
explicit_package_bases = true
"""
PLUGIN: Final = "plugins = genstate\n"


class Run(NamedTuple):
    """One run: user CPU in seconds, the highest resident memory in bytes."""

    seconds: float
    memory: int


class Way(NamedTuple):
    """A way to run mypy: with the interpreter of an environment, with the plugin or without."""

    python: str
    config: str


def ways(compiled: str) -> tuple[Way, ...]:
    """mypy alone, with the plugin, and with the `compiled` one, whose interpreter is given."""
    alone, with_it = Way(sys.executable, CONFIG), Way(sys.executable, CONFIG + PLUGIN)
    return alone, with_it, Way(compiled, CONFIG + PLUGIN)


class Measured(NamedTuple):
    """Rounds of runs, one run each way, with an empty cache and with what these have put there.

    The first way of all is mypy alone.
    """

    cold: Sequence[Sequence[Run]]
    warm: Sequence[Sequence[Run]]

    @property
    def alone(self) -> float:
        """The seconds that mypy takes without the plugin."""
        return median(runs[0].seconds for runs in self.cold)

    def ratio(self, way: int) -> float:
        """How much longer mypy takes that way."""
        return median(runs[way].seconds for runs in self.cold) / self.alone

    def memory_ratio(self, way: int) -> float:
        """How much more memory it takes."""
        taken = median(runs[way].memory for runs in self.cold)
        return taken / median(runs[0].memory for runs in self.cold)

    def warm_difference(self, way: int) -> float:
        """How many seconds longer a run takes that finds everything in the cache."""
        return median(runs[way].seconds - runs[0].seconds for runs in self.warm)


def measure(folder: Path, rounds: int, ways: Sequence[Way]) -> Measured:
    """Run mypy over all modules below `folder`, in turn in each of the `ways`."""
    cold: list[Sequence[Run]] = []
    warm: list[Sequence[Run]] = []
    with tempfile.TemporaryDirectory() as name:
        places = [Path(name) / str(number) for number, _ in enumerate(ways)]
        for place, way in zip(places, ways, strict=True):
            place.mkdir()
            (place / "mypy.ini").write_text(way.config)

        def once() -> list[Run]:
            return [
                run(folder, place / "mypy.ini", place / "cache", way.python)
                for place, way in zip(places, ways, strict=True)
            ]

        once()  # the first run of all compiles modules and reads the disk
        for _ in range(rounds):
            for place in places:
                shutil.rmtree(place / "cache")
            cold.append(once())
            warm.append(once())
    return Measured(cold, warm)


def run(folder: Path, config: Path, cache: Path, python: str = sys.executable) -> Run:
    """Run mypy once, with the interpreter `python`.

    Raises:
        RuntimeError: it failed otherwise than by finding errors.
    """
    command = [python, "-m", "mypy", f"--config-file={config}", f"--cache-dir={cache}", "."]
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, "PYTHONHASHSEED": "0"},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 1):
            output.seek(0)
            raise RuntimeError(f"mypy in {folder}: {output.read().decode()}")
    return Run(used.ru_utime, used.ru_maxrss * (1 if sys.platform == "darwin" else 1024))
