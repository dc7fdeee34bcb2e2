"""`genstate rules`: list the diagnostics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genstate.cli.failure import CannotRun
from genstate.cli.pages import pages

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare `genstate rules`, which has no arguments."""
    parser = commands.add_parser(
        "rules",
        help="list the diagnostics",
        description="List the diagnostics, and whether each is on by default.",
    )
    parser.set_defaults(run=run)


def run(_args: argparse.Namespace, passed_on: Sequence[str]) -> int:
    """Print one line for each rule: its code, its default, and what it reports."""
    if passed_on:
        raise CannotRun("rules takes nothing behind --")
    known = pages()
    width = max(map(len, known))
    for page in known.values():
        print(f"{page.code:{width}}  {'on' if page.default else 'off':3}  {page.summary}")
    return 0
