"""Nested functions, lambdas and generator expressions, and the variables that they share."""

from __future__ import annotations

from mypy import nodes

from genstate.cfg.events import Share
from genstate.cfg.lower.lowering import Lowering


def share(low: Lowering, node: nodes.Node, mentions: tuple[set[str], set[str]]) -> Share:
    """The event of a closure that reads, and rebinds, the names that it `mentions`."""
    names, rebound = mentions
    found = (low.scope.place(name, from_function=True) for name in sorted(names))
    places = tuple(place for place in found if place is not None)
    changed = (low.scope.place(name, from_function=True) for name in sorted(rebound))
    return Share(node, node.line, places, tuple(place for place in changed if place is not None))
