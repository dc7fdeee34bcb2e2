"""`genstate states`: show the source with what the analysis believes of each generator."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING, Final

from genstate.cli.failure import CannotRun

if TYPE_CHECKING:
    from collections.abc import Sequence

    from genstate.cli.states_source import View

DESCRIPTION: Final = """\
Show the states that genstate believes each generator may be in, line by line, with the lines that
it reports.

created       made, and not started
suspended     waits at a yield
in use        an operation on it was handed over, to a task perhaps, and goes on
running       this function is its body, which runs
being closed  this function is its body, and GeneratorExit was raised at a yield
closed        has come to its end, was closed, or has failed
unknown       genstate does not know"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the arguments of `genstate states`."""
    parser = commands.add_parser(
        "states",
        help="show the states of generators, line by line",
        description=DESCRIPTION,
        epilog="Exit status: 0 shown, 2 the file could not be checked.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("place", metavar="FILE[:FUNCTION]", help="a method is named CLASS.METHOD")
    add("--html", metavar="PAGE", help="write one page for a browser into this file instead")
    add("--config-file", metavar="FILE", help="mypy configuration to use instead of the project's")
    add("--cache-dir", metavar="DIR", help="as for check")
    add("--show-traceback", action="store_true", help="show where genstate or mypy itself failed")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, mypy_arguments: Sequence[str]) -> int:
    """Check the file, and show it with the states of its generators.

    Raises:
        CannotRun: the file, or the function in it, is not there, or mypy was stopped.
    """
    path, function = _split(args.place)
    view = _look(path, [*_options(args), *mypy_arguments])
    if function:
        view = view.only(function)
    from genstate.cli import output, states_html, states_text

    if args.html is None:
        states_text.write(view, sys.stdout, output.painter(sys.stdout, os.environ))
        return 0
    try:
        with open(args.html, "w", encoding="utf-8") as file:
            file.write(states_html.page(view))
    except OSError as failure:
        raise CannotRun(f'"{args.html}" cannot be written: {failure.strerror}') from None
    print(f"Wrote {args.html}")
    return 0


def _split(place: str) -> tuple[str, str]:
    """The file, and the function behind the last colon, if one is named."""
    if os.path.isfile(place):
        return place, ""
    path, colon, function = place.rpartition(":")
    if not colon or not os.path.isfile(path):
        raise CannotRun(f'there is no file "{path if colon else place}"')
    return path, function


def _options(args: argparse.Namespace) -> list[str]:
    options = ["--show-traceback"] if args.show_traceback else []
    for word in ("config_file", "cache_dir"):
        if (value := getattr(args, word)) is not None:
            options += [f"--{word.replace('_', '-')}", value]
    return options


def _look(path: str, options: Sequence[str]) -> View:
    from genstate.analysis import ONLOOKER
    from genstate.cli import diagnostics, mypy_run
    from genstate.cli.states_seen import Collector
    from genstate.cli.states_source import View

    collector = Collector(path)
    token = ONLOOKER.set(collector)
    try:
        outcome = mypy_run.run([path], options, anew=True)
    finally:
        ONLOOKER.reset(token)
    found = [one for one in diagnostics.only_genstate(outcome.diagnostics) if one.path == path]
    return View.of(path, collector.scopes(), found)
