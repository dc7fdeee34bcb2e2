"""The base of all events."""

from __future__ import annotations

from dataclasses import dataclass

from genstate.cfg.vocabulary import Node, Place


@dataclass(slots=True, eq=False)
class Event:
    """Base of all events. `node` is the AST node to report at, `line` its line."""

    node: Node
    line: int

    def uses(self) -> tuple[Place, ...]:
        return ()

    def defines(self) -> tuple[Place, ...]:
        return ()
