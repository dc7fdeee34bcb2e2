"""`genstate check`: run mypy with the plugin on, and show what genstate found.

The project's own mypy configuration counts where there is one; none is needed.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING, Final

from genstate.cli.explain import PREFIX
from genstate.cli.failure import CannotRun

if TYPE_CHECKING:
    from collections.abc import Sequence

    from genstate.cli.mypy_run import Outcome

CLEAN: Final = 0
FOUND: Final = 1

FORMATS: Final = ("text", "concise", "json", "github", "sarif")
FOR_PEOPLE: Final = ("text", "concise")

DESCRIPTION: Final = """\
Check Python files and directories for misuse of the generator protocol.

Runs mypy with the genstate plugin, under the project's mypy configuration if there is one, and
shows genstate's diagnostics. Arguments after "--" go to mypy unchanged."""

EXIT_STATUS: Final = "Exit status: 0 nothing found, 1 something found, 2 the check could not run."


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare `genstate check` and its arguments."""
    parser = commands.add_parser(
        "check",
        help="report misuse of generators in files and directories",
        description=DESCRIPTION,
        epilog=EXIT_STATUS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("paths", nargs="*", metavar="PATH", help='default: "files" of the mypy configuration')
    add("--all", action="store_true", help="show mypy's own diagnostics too")
    add("--format", choices=FORMATS, default=FORMATS[0], help="how to write the report")
    add("--statistics", action="store_true", help="show how many errors there are of each code")
    add("--enable", action="append", metavar="CODE", help="switch a diagnostic on")
    add("--disable", action="append", metavar="CODE", help="switch a diagnostic off")
    add("--config-file", metavar="FILE", help="mypy configuration to use instead of the project's")
    add("--cache-dir", metavar="DIR", help='default: "genstate" in mypy\'s own cache directory')
    add("--python-version", metavar="X.Y", help="check the code as for this Python version")
    add("--show-traceback", action="store_true", help="show where genstate or mypy itself failed")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, mypy_arguments: Sequence[str]) -> int:
    """Check the paths in `args`, write the report, and return the exit status.

    Raises:
        CannotRun: a path or the configuration is missing or broken, or mypy was stopped.
    """
    _require_files(args)
    if args.statistics and args.format not in FOR_PEOPLE:
        raise CannotRun("--statistics is text: leave --format out")
    from genstate.cli import diagnostics, mypy_run, output
    from genstate.cli.progress import progress

    with progress(sys.stdout, sys.stderr, os.environ) as seen:
        outcome = mypy_run.run(args.paths, [*_mypy_options(args), *mypy_arguments], progress=seen)
    _warn(outcome)
    shown = outcome.diagnostics if args.all else diagnostics.only_genstate(outcome.diagnostics)
    if args.statistics:
        errors = output.write_statistics(shown, sys.stdout)
    elif args.format in FOR_PEOPLE:
        errors = output.write_report(
            shown, outcome.checked, sys.stdout, os.environ, sources=args.format == "text"
        )
    else:
        errors = output.write_lines(shown, args.format, sys.stdout)
    return FOUND if errors else CLEAN


def _require_files(args: argparse.Namespace) -> None:
    for path in (*args.paths, args.config_file):
        if path and not os.path.exists(path):
            raise CannotRun(f'there is no file or directory "{path}"')


def _in_full(code: str) -> str:
    """The code of a diagnostic, which may be named without what all of them begin with."""
    from genstate.codes import ALL  # mypy takes long to import

    return PREFIX + code if PREFIX + code in ALL else code


def _mypy_options(args: argparse.Namespace) -> list[str]:
    """The options of `genstate check` in mypy's words."""
    options: list[str] = []
    for word in ("config_file", "cache_dir", "python_version"):
        if (value := getattr(args, word)) is not None:
            options += [f"--{word.replace('_', '-')}", value]
    for code in args.enable or ():
        options += ["--enable-error-code", _in_full(code)]
    for code in args.disable or ():
        options += ["--disable-error-code", _in_full(code)]
    if args.show_traceback:
        options.append("--show-traceback")
    return options


def _warn(outcome: Outcome) -> None:
    for warning in outcome.warnings:
        print(f"genstate: warning: {warning}", file=sys.stderr)
