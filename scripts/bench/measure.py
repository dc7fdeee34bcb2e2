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


class Pair(NamedTuple):
    """Two runs in a row, without the plugin and with it."""

    without: Run
    with_it: Run


class Measured(NamedTuple):
    """Pairs of runs with an empty cache, and with the cache that these have filled."""

    cold: Sequence[Pair]
    warm: Sequence[Pair]

    @property
    def ratio(self) -> float:
        """How much longer mypy takes with the plugin."""
        return median(p.with_it.seconds for p in self.cold) / self.alone

    @property
    def alone(self) -> float:
        """The seconds that mypy takes without the plugin."""
        return median(pair.without.seconds for pair in self.cold)

    @property
    def memory_ratio(self) -> float:
        """How much more memory it takes."""
        with_it = median(pair.with_it.memory for pair in self.cold)
        return with_it / median(pair.without.memory for pair in self.cold)

    @property
    def warm_difference(self) -> float:
        """How many seconds longer a run takes that finds everything in the cache."""
        return median(pair.with_it.seconds - pair.without.seconds for pair in self.warm)


def measure(folder: Path, pairs: int) -> Measured:
    """Run mypy over all modules below `folder`, in `pairs` of runs without and with the plugin."""
    cold: list[Pair] = []
    warm: list[Pair] = []
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        caches = place / "without", place / "with"
        configs = place / "without.ini", place / "with.ini"
        configs[0].write_text(CONFIG)
        configs[1].write_text(CONFIG + PLUGIN)
        _pair(folder, configs, caches)  # the first run of all compiles modules and reads the disk
        for _ in range(pairs):
            for cache in caches:
                shutil.rmtree(cache)
            cold.append(_pair(folder, configs, caches))
            warm.append(_pair(folder, configs, caches))
    return Measured(cold, warm)


def _pair(folder: Path, configs: tuple[Path, Path], caches: tuple[Path, Path]) -> Pair:
    return Pair(run(folder, configs[0], caches[0]), run(folder, configs[1], caches[1]))


def run(folder: Path, config: Path, cache: Path) -> Run:
    """Run mypy once.

    Raises:
        RuntimeError: it failed otherwise than by finding errors.
    """
    command = [sys.executable, "-m", "mypy", f"--config-file={config}", f"--cache-dir={cache}", "."]
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
