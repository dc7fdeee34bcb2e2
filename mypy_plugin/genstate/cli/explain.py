"""`genstate explain`: print the page of a rule."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Final

from genstate.cli.failure import CannotRun
from genstate.cli.pages import pages

if TYPE_CHECKING:
    import argparse
    from collections.abc import Collection, Sequence


#: What the codes of all diagnostics begin with.
PREFIX: Final = "generator-"


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the arguments of `genstate explain`."""
    parser = commands.add_parser(
        "explain", help="explain a diagnostic", description="Explain a diagnostic."
    )
    parser.add_argument("code", metavar="CODE", help=f'its code, with or without "{PREFIX}"')
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, passed_on: Sequence[str]) -> int:
    """Print the page of `args.code`."""
    if passed_on:
        raise CannotRun("explain takes nothing behind --")
    known = pages()
    page = known[_full_code(args.code, known)]
    print(f"{page.code} ({'on' if page.default else 'off'} by default)\n\n{page.text}")
    return 0


def _full_code(word: str, known: Collection[str]) -> str:
    if f"{word}-" == PREFIX:
        raise CannotRun(f'"{word}" stands for all codes: genstate rules lists them')
    code = word if word.startswith(PREFIX) else f"{PREFIX}{word}"
    if code in known:
        return code
    nearest = difflib.get_close_matches(code, known, n=1)
    hint = f'did you mean "{nearest[0]}"?' if nearest else "genstate rules lists the codes"
    raise CannotRun(f'there is no code "{word}": {hint}')
