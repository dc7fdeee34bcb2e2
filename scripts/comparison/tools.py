"""The tools of the comparison: what to install, how to run them, and how to read what they report.

Each has all of its checks on, those that are optional or new too, and knows nothing of genstate.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[2]
PLACE: Final = ROOT / ".venv-compare"
#: The highest exit status with which a tool says that it found something.
FOUND: Final = 1

#: The checks of pyright that its strict mode leaves off.
PYRIGHT: Final = {
    "typeCheckingMode": "strict",
    "enableReachabilityAnalysis": True,
    "enableExperimentalFeatures": True,
    "reportCallInDefaultInitializer": True,
    "reportImplicitOverride": True,
    "reportImplicitStringConcatenation": True,
    "reportImportCycles": True,
    "reportMissingSuperCall": True,
    "reportPropertyTypeMismatch": True,
    "reportUninitializedInstanceVariable": True,
    "reportUnnecessaryTypeIgnoreComment": True,
    "reportUnusedCallResult": True,
}
OPTIONAL_CODES: Final = """
from mypy.errorcodes import error_codes
print(*(name for name, code in error_codes.items() if not code.default_enabled))
"""


class Report(NamedTuple):
    """One report: the name of the file, the line, and what the tool calls the check."""

    file: str
    line: int
    check: str


@dataclass(frozen=True)
class Tool:
    """A tool that is compared.

    Attributes:
        name: what it is called on the registry.
        version: the version that is installed.
        options: its options, given the directory of its environment.
        read: finds the reports in what it prints.
        command: its command, where that is not its name.
        extra: an extra of its package to install.
        beside: what to install beside it.
        found: its highest exit status that does not mean that it failed.
    """

    name: str
    version: str
    options: Callable[[Path], list[str]]
    read: Callable[[str], Iterator[Report]]
    command: str = ""
    extra: str = ""
    beside: tuple[str, ...] = ()
    found: int = FOUND

    def reports(self, folder: Path) -> set[Report]:
        """What it reports on the programs in `folder`."""
        environment = PLACE / self.name
        package = f"{self.name}{self.extra}=={self.version}"
        _run([str(ROOT / "scripts" / "make-venv"), str(environment), package, *self.beside], ROOT)
        command = environment / "bin" / (self.command or self.name)
        files = sorted(path.name for path in folder.glob("*.py"))
        words = [str(command), *self.options(environment), *files]
        return set(self.read(_run(words, folder, self.found)))


def by_genstate(folder: Path, codes: Iterable[str]) -> set[Report]:
    """What genstate reports on the programs in `folder`, with its optional codes on."""
    command = str(Path(sys.executable).with_name("genstate"))
    enabled = [word for code in codes for word in ("--enable", code)]
    printed = _run([command, "check", "--config-file=", "--format=json", *enabled, "."], folder)
    found = map(json.loads, printed.splitlines())
    return {Report(_name(one["path"]), one["line"], one["code"]) for one in found}


def configure(folder: Path) -> None:
    """Write the configuration that a tool does not take as options."""
    (folder / "pyrightconfig.json").write_text(json.dumps(PYRIGHT))


def _run(command: list[str], folder: Path, found: int = FOUND) -> str:
    # Nothing of genstate may get into the run of another tool.
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    ran = subprocess.run(
        command, cwd=folder, env=environ, capture_output=True, text=True, check=False
    )
    if not 0 <= ran.returncode <= found:
        raise SystemExit(f"{command[0]} failed:\n{ran.stdout}{ran.stderr}")
    return ran.stdout


def _mypy_options(environment: Path) -> list[str]:
    python = str(environment / "bin" / "python")
    codes = _run([python, "-c", OPTIONAL_CODES], environment).split()
    enabled = [word for code in codes for word in ("--enable-error-code", code)]
    return ["--config-file=", "--strict", "--warn-unreachable", "--output=json", *enabled]


def _mypy(printed: str) -> Iterator[Report]:
    for line in filter(None, printed.splitlines()):
        found = json.loads(line)
        yield Report(found["file"], found["line"], found["code"])


def _pyright(printed: str) -> Iterator[Report]:
    for found in json.loads(printed)["generalDiagnostics"]:
        line = found["range"]["start"]["line"] + 1
        yield Report(_name(found["file"]), line, found.get("rule", "error"))


def _ruff(printed: str) -> Iterator[Report]:
    for found in json.loads(printed):
        yield Report(_name(found["filename"]), found["location"]["row"], found["code"])


def _flake8(printed: str) -> Iterator[Report]:
    for line in printed.splitlines():
        file, number, code = line.split("\t")
        yield Report(_name(file), int(number), code)


def _pylint(printed: str) -> Iterator[Report]:
    for found in json.loads(printed):
        yield Report(_name(found["path"]), found["line"], found["symbol"])


def _name(path: str) -> str:
    return Path(path).name


RUFF_OPTIONS: Final = ["--isolated", "--select=ALL", "--preview", "--output-format=json"]
FLAKE8_OPTIONS: Final = [
    "--isolated",
    "--select=ASYNC",
    "--enable=ASYNC",
    "--format=%(path)s\t%(row)d\t%(code)s",
]
PYLINT_OPTIONS: Final = ["--rcfile=/dev/null", "--enable=all", "--output-format=json"]

TOOLS: Final = (
    Tool("mypy", "2.4.1", _mypy_options, _mypy),
    Tool("pyright", "1.1.414", lambda _: ["--outputjson"], _pyright, extra="[nodejs]"),
    Tool("ruff", "0.17.6", lambda _: ["check", *RUFF_OPTIONS], _ruff),
    Tool(
        "flake8-async",
        "26.8.1",
        lambda _: FLAKE8_OPTIONS,
        _flake8,
        command="flake8",
        beside=("flake8==7.5.0",),
    ),
    Tool("pylint", "4.1.4", lambda _: PYLINT_OPTIONS, _pylint, found=31),
)
