"""Iterators over another iterator: each takes from its source when it is asked for a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from genstate.cfg.vocabulary import DIRECT, Through


@dataclass(frozen=True, slots=True)
class Adapter:
    """A function or class that makes such an iterator.

    Attributes:
        source: the position of the source, which is asked before all other arguments are.
        through: how it hands values on.
        shortest: it ends when one of the arguments behind the source does, if there are any.
        calls: it calls its first argument for each value.
    """

    source: int = 0
    through: Through = DIRECT
    shortest: bool = False
    calls: bool = False


_CALLING: Final = Through(raises=True)
_CHOOSING: Final = Through(skips=True, raises=True)

#: Called for a number or a string, these raise nothing.
QUIET: Final = frozenset({"builtins.None", "builtins.bool", "builtins.repr", "builtins.str"})

#: By full name. The groups of `groupby` take from its source, too, so it is not here.
ADAPTERS: Final = {
    "builtins.enumerate": Adapter(),
    "builtins.filter": Adapter(1, _CHOOSING, calls=True),
    "builtins.map": Adapter(1, _CALLING, shortest=True, calls=True),
    "builtins.zip": Adapter(0, _CALLING, shortest=True),
    "itertools.accumulate": Adapter(0, _CALLING),
    "itertools.batched": Adapter(0, Through(skips=True)),
    "itertools.chain": Adapter(0, Through(goes_on=True, raises=True)),
    "itertools.compress": Adapter(0, Through(early=True, skips=True, raises=True)),
    "itertools.dropwhile": Adapter(1, _CHOOSING),
    "itertools.filterfalse": Adapter(1, _CHOOSING),
    "itertools.islice": Adapter(0, Through(early=True, unasked=True, skips=True)),
    "itertools.pairwise": Adapter(0, Through(skips=True)),
    "itertools.starmap": Adapter(1, _CALLING),
    "itertools.takewhile": Adapter(1, Through(early=True, raises=True)),
    "itertools.zip_longest": Adapter(0, Through(goes_on=True, raises=True)),
}
