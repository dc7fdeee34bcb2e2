"""What genstate says of many programs: one mypy run for all of them."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from mypy import api

STUB: Final = Path(__file__).with_name("opaque.pyi")
DIAGNOSTIC: Final = re.compile(
    r"^(?P<file>[^:]+\.py):(?P<line>\d+):(?P<column>\d+): (?P<kind>error|note): (?P<text>.*?)"
    r"(?:  \[(?P<code>[a-z0-9-]+)\])?$"
)
PREFIX: Final = "generator-"
FAILURE: Final = "genstate could not analyse"


class Report(NamedTuple):
    """A diagnostic of genstate's."""

    line: int
    column: int
    code: str
    text: str


@dataclass
class Checked:
    """What the run said of one program.

    `failures` are about functions that genstate could not analyse.
    """

    reports: list[Report] = field(default_factory=list)
    other_errors: list[str] = field(default_factory=list)
    failures: list[Report] = field(default_factory=list)


class BatchFailed(Exception):
    """mypy did not get to its end."""


def check(sources: Sequence[str], codes: Sequence[str]) -> list[Checked]:
    """Run mypy with genstate over `sources`, with the opt-in `codes` switched on.

    Raises:
        BatchFailed: mypy crashed, or refused to run.
    """
    folder = Path(tempfile.mkdtemp(prefix="genstate-fuzz-"))
    try:
        paths = [folder / f"program{number}.py" for number in range(len(sources))]
        for path, source in zip(paths, sources, strict=True):
            path.write_text(source)
        shutil.copy(STUB, folder)
        output = _run(folder, paths, codes)
        found = _parsed(output)
        return [found.get(path.name, Checked()) for path in paths]
    finally:
        shutil.rmtree(folder)


def _run(folder: Path, paths: Sequence[Path], codes: Sequence[str]) -> str:
    config = folder / "mypy.ini"
    config.write_text(f"[mypy]\nplugins = genstate\nmypy_path = {folder}\n")
    arguments = ["--config-file", str(config), "--cache-dir=/dev/null", "--no-pretty"]
    arguments += ["--show-column-numbers", "--no-error-summary", "--hide-error-context"]
    arguments += ["--no-color-output", "--disable-error-code=unused-awaitable"]
    for code in codes:
        arguments += ["--enable-error-code", code]
    output, problems, status = api.run([*arguments, *map(str, paths)])
    if problems or status not in (0, 1):
        raise BatchFailed(problems or output)
    return output


def _parsed(output: str) -> Mapping[str, Checked]:
    found: dict[str, Checked] = {}
    for text in output.splitlines():
        match = DIAGNOSTIC.match(text)
        if match is None:
            raise BatchFailed(text)
        checked = found.setdefault(Path(match["file"]).name, Checked())
        code = (match["code"] or "").removeprefix(PREFIX)
        report = Report(int(match["line"]), int(match["column"]) - 1, code, match["text"])
        if match["text"].startswith(FAILURE):
            checked.failures.append(report)
        elif match["kind"] == "error" and code != match["code"]:
            checked.reports.append(report)
        elif match["kind"] == "error":
            checked.other_errors.append(text)
    return found
