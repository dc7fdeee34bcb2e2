"""What a rule hands back: a finding, not yet reported."""

from __future__ import annotations

from dataclasses import dataclass

from genstate.cfg.vocabulary import Node


@dataclass(frozen=True)
class Finding:
    """One misuse at one place.

    Attributes:
        code: name of the error code, a key of `codes.ALL`.
        node: the AST node to report at. Rules treat it as opaque.
        message: the fact, as one sentence in the words of mypy's own messages.
        notes: where the state came from, then how to put it right.
    """

    code: str
    node: Node
    message: str
    notes: tuple[str, ...] = ()
