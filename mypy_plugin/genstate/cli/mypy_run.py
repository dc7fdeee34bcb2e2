"""Run mypy in this process, with the plugin on, under the project's own configuration."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mypy import build
from mypy.errors import CompileError
from mypy.fscache import FileSystemCache

from genstate.cli import diagnostics, mypy_options, sources
from genstate.cli.failure import CannotRun
from genstate.cli.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mypy.modulefinder import BuildSource
    from mypy.options import Options

    from genstate.cli.diagnostics import Diagnostic

RECURSION_LIMIT: Final = 2**14  # what mypy's own main program sets
# What mypy says when the names that it gave to the files do not fit together.
NAMES_CLASH: Final = (
    "found twice under different module names",
    "shadows library module",
)


@dataclass(frozen=True)
class Outcome:
    """What a run of mypy gave.

    Attributes:
        diagnostics: everything that mypy and its plugins reported.
        checked: the number of source files that were named for checking.
        warnings: what mypy had to say on its configuration.
    """

    diagnostics: Sequence[Diagnostic]
    checked: int
    warnings: Sequence[str]


def run(
    paths: Sequence[str],
    arguments: Sequence[str],
    *,
    anew: bool = False,
    progress: Progress | None = None,
) -> Outcome:
    """Check `paths` under mypy with the further command line `arguments` of mypy.

    With `anew`, they are checked even if the cache knows what would come of it. `progress` is told
    how far the run has come.

    Raises:
        CannotRun: mypy could not be started, or was stopped by something in the sources.
    """
    sys.setrecursionlimit(RECURSION_LIMIT)
    files = FileSystemCache()
    found, options, warnings = mypy_options.configure(paths, arguments, files)
    if anew:
        found = [sources.with_text(one, files) for one in found]
    lines = _build_with_any_names(found, options, files, progress or Progress())
    parsed = map(diagnostics.parse, lines)
    return Outcome([one for one in parsed if one is not None], len(found), warnings)


def _build_with_any_names(
    found: list[BuildSource], options: Options, files: FileSystemCache, progress: Progress
) -> list[str]:
    """Build, and give the files other names where mypy's own clash."""
    if sources.has_duplicates(found):
        return _build(sources.named_by_path(found), options, files, progress)
    try:
        return _build(found, options, files, progress)
    except CannotRun as failure:
        if not any(clash in str(failure) for clash in NAMES_CLASH):
            raise
    return _build(sources.named_by_path(found), options, files, progress)


def _build(
    found: list[BuildSource], options: Options, files: FileSystemCache, progress: Progress
) -> list[str]:
    """What mypy reports on `found`, one line each.

    Raises:
        CannotRun: a syntax error, a plugin that cannot be loaded, or a failure inside mypy.
    """
    if any(map(sources.is_installed, found)):
        found = [sources.unsearched(one) if sources.is_installed(one) else one for one in found]
        options.fast_module_lookup = True  # imports among them are found all the same
    batches: list[list[str]] = []

    def collect(path: str | None, messages: list[str], _serious: bool) -> None:
        batches.append(messages)
        if path is not None:
            progress.finished(path)

    progress.begin(source.path for source in found if source.path is not None)
    try:
        build.build(found, options, None, collect, files, sys.stderr, sys.stderr)
    except CompileError:
        # mypy hands over what stopped it last, all at once.
        raise CannotRun("; ".join(_reasons(batches[-1]))) from None
    except SystemExit:
        raise CannotRun("mypy stopped, for the reason given above") from None
    return [line for batch in batches for line in batch]


def _reasons(messages: Sequence[str]) -> Iterator[str]:
    """The first reason for each file, as `place: message`.

    What stops mypy has no code, or that of a syntax error. Ordinary errors may stand before it.
    """
    seen: set[str] = set()
    for message in sorted(messages, key=_has_stopped_nothing):
        found = diagnostics.parse(message)
        if found is None:
            yield message.removeprefix("mypy: ").replace("error: ", "", 1).partition("  [")[0]
            return
        if found.path not in seen:
            seen.add(found.path)
            yield f"{found.place}: {found.message}"


def _has_stopped_nothing(message: str) -> bool:
    found = diagnostics.parse(message)
    if found is None:
        return "  [" in message and not message.endswith("[syntax]")
    return found.code not in (None, "syntax")
