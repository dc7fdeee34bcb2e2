"""The `genstate` command: one module for each subcommand, and what they share.

A subcommand's module has `add_parser`, which declares its arguments, and `run`, which does the work
and returns the exit status. mypy is imported in `run` only, so `genstate --version` is quick.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING, Final

from genstate import __version__
from genstate.cli import check, explain, init, rules, states, typeshed
from genstate.cli.failure import CannotRun

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS: Final = (check, states, init, explain, rules, typeshed)

DONE: Final = 0
CANNOT_RUN: Final = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line `argv` (default: `sys.argv[1:]`) and return the exit status.

    0 means that nothing was found, 1 that something was, 2 that the command could not run; then
    one line on the standard error stream says why.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    own, passed_on = _split(words)
    parser = _parser()
    args = parser.parse_args(own)
    if args.run is None:
        parser.print_help()
        return DONE
    try:
        status: int = args.run(args, passed_on)
        sys.stdout.flush()
    except CannotRun as failure:
        return _fail(str(failure))
    except KeyboardInterrupt:
        return _fail("interrupted")
    except BrokenPipeError:
        # The reader has gone (`genstate check . | head`): nobody is left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CANNOT_RUN
    except Exception as failure:
        if args.show_traceback:
            raise
        return _fail(f"{type(failure).__name__}: {failure} (--show-traceback shows where)")
    return status


def _split(words: list[str]) -> tuple[list[str], list[str]]:
    """The words before the first `--`, and those behind it, which are mypy's."""
    if "--" not in words:
        return words, []
    cut = words.index("--")
    return words[:cut], words[cut + 1 :]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="genstate", description="Find misuse of the generator protocol in Python code."
    )
    parser.add_argument("--version", action="version", version=f"genstate {__version__}")
    parser.set_defaults(run=None, show_traceback=False)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for command in COMMANDS:
        command.add_parser(commands)
    return parser


def _fail(why: str) -> int:
    print(f"genstate: error: {why}", file=sys.stderr)
    return CANNOT_RUN
