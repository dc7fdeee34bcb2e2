"""What a rule hands back: a finding, not yet reported."""

from __future__ import annotations

from genstate.cfg.vocabulary import Node
from genstate.structs import Record


class Finding(Record):
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
