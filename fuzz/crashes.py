"""`python -m fuzz.crashes`: does genstate survive any module that mypy itself survives?

The modules are those of the paths that are named: the interpreter's own tests are a good start.
They are checked in batches, each by mypy alone and by mypy with genstate, every rule on, and every
function analysed, whether it has to do with generators or not. A batch that genstate does not
survive is halved until the module is found.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final

from genstate import codes

FAILURE: Final = "genstate could not analyse"
SIZE: Final = 40
SECONDS: Final = 900
LONGEST: Final = 3.0
"""How many times as long as mypy alone a batch may take, when every function is analysed."""
_LEAST_SECONDS: Final = 20.0
"""A batch that takes less is not judged by its time: the machine has other things to do."""

_PLUGIN: Final = """\
from genstate import compat, concern, plugin, worth
compat.source_text = lambda _: None
concern.has_generators = worth.may_break_a_rule = lambda *_: True
"""


@dataclass(frozen=True)
class Module:
    """One file.

    Attributes:
        origin: where it comes from.
        copy: the copy that mypy is given, under a name that no other has.
    """

    origin: Path
    copy: Path


@dataclass
class Tally:
    """What came of the modules."""

    checked: int = 0
    refused: int = 0
    reports: int = 0
    alone: float = 0.0
    together: float = 0.0
    slow: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    crashes: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Count what came of other modules, too."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)

    def __str__(self) -> str:
        return (
            f"{self.checked} files checked, {self.refused} that mypy alone does not check, "
            f"{self.reports} reports, {len(self.failures)} functions not analysed, "
            f"{len(self.crashes)} crashes, {len(self.slow)} slow; "
            f"{self.alone:.0f} s of mypy alone, {self.together:.0f} s with genstate"
        )


@dataclass(frozen=True)
class Run:
    """How one run of mypy ended."""

    output: str
    crash: str
    seconds: float


def main(arguments: Sequence[str] | None = None) -> int:
    """The command. Its status is 1 where genstate did not survive."""
    options = _parser().parse_args(arguments)
    warnings.simplefilter("ignore")  # what CPython says of the modules as it compiles them
    started = time.monotonic()
    total = Tally()
    with tempfile.TemporaryDirectory(prefix="genstate-crashes-") as name:
        folder = Path(name)
        modules = list(_copies(_chosen(options.paths, options.files, options.seed), folder))
        batches = [modules[at : at + SIZE] for at in range(0, len(modules), SIZE)]
        with ThreadPoolExecutor(options.processes) as pool:
            for part in pool.map(lambda batch: check(folder, batch), batches):
                total.add(part)
                print(f"{time.monotonic() - started:.0f} s: {total}", file=sys.stderr, flush=True)
                for line in (*part.failures, *part.crashes, *part.slow):
                    print(line, flush=True)
    print(total)
    return 1 if total.failures or total.crashes or total.slow else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m fuzz.crashes", description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path, help="files and folders of modules")
    parser.add_argument("--files", type=int, default=2000, metavar="N", help="at most so many")
    parser.add_argument("--seed", default="1", help="which of them")
    parser.add_argument("--processes", type=int, default=2, metavar="N")
    return parser


def _chosen(paths: Sequence[Path], most: int, seed: str) -> list[Path]:
    found = [file for path in paths for file in ([path] if path.is_file() else path.rglob("*.py"))]
    found.sort()
    random.Random(seed).shuffle(found)
    return [*islice(filter(_is_valid, found), most)]


def _is_valid(file: Path) -> bool:
    try:
        compile(file.read_bytes(), str(file), "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _copies(files: Sequence[Path], folder: Path) -> Iterator[Module]:
    for number, file in enumerate(files):
        copy = folder / f"module{number}.py"
        copy.write_bytes(file.read_bytes())
        yield Module(file, copy)


def check(folder: Path, modules: Sequence[Module]) -> Tally:
    """What comes of `modules`, whose copies are in `folder`."""
    alone = _run(folder, modules, with_genstate=False)
    together = alone if alone.crash else _run(folder, modules, with_genstate=True)
    if not together.crash:
        return _counted(modules, alone, together)
    if len(modules) == 1:
        if alone.crash:
            return Tally(refused=1)
        return Tally(crashes=[f"{modules[0].origin}: {together.crash}"])
    half, found = len(modules) // 2, Tally()
    for part in (modules[:half], modules[half:]):
        found.add(check(folder, part))
    return found


def _counted(modules: Sequence[Module], alone: Run, together: Run) -> Tally:
    found = Tally(checked=len(modules), alone=alone.seconds, together=together.seconds)
    origins = {module.copy.name: module.origin for module in modules}
    for line in together.output.splitlines():
        found.reports += "[generator-" in line
        if FAILURE in line or "Traceback (most recent call last)" in line:
            name, _, rest = line.partition(":")
            found.failures.append(f"{origins.get(Path(name).name, name)}:{rest}")
    if together.seconds > max(LONGEST * alone.seconds, _LEAST_SECONDS):
        names = " ".join(str(module.origin) for module in modules)
        found.slow.append(f"{alone.seconds:.0f} s became {together.seconds:.0f} s: {names}")
    return found


def _run(folder: Path, modules: Sequence[Module], *, with_genstate: bool) -> Run:
    """One run of mypy. Imports between the modules are not followed: each is one of its own."""
    options = ["--check-untyped-defs", "--follow-imports=skip", "--ignore-missing-imports"]
    options += ["--warn-unreachable", "--no-error-summary", "--hide-error-context", "--no-pretty"]
    options += ["--cache-dir=/dev/null", f"--config-file={_config(folder, with_genstate)}"]
    if with_genstate:
        options += [f"--enable-error-code={code}" for code in codes.ALL]
    command = [sys.executable, "-m", "mypy", *options, *(each.copy.name for each in modules)]
    started = time.monotonic()
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, errors="replace", timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        return Run("", f"still running after {SECONDS} s", float(SECONDS))
    crash = ""
    if done.returncode not in (0, 1) or "INTERNAL ERROR" in done.stdout + done.stderr:
        crash = " ".join((done.stderr or done.stdout).split()[-40:]) or f"status {done.returncode}"
    elif "genstate:" in done.stderr:
        crash = done.stderr
    return Run(done.stdout, crash, time.monotonic() - started)


def _config(folder: Path, with_genstate: bool) -> Path:
    config = folder / ("with.ini" if with_genstate else "alone.ini")
    if not config.exists():
        (folder / "everything.py").write_text(_PLUGIN)
        own = f"plugins = {folder / 'everything.py'}\n[genstate]\nsync = True\n"
        config.write_text("[mypy]\n" + (own if with_genstate else ""))
    return config


if __name__ == "__main__":
    sys.exit(main())
