"""What iterates over its arguments at once, as a loop would. What does so later: `adapters`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Consumer:
    """A function, class or method that takes values out of an iterable.

    Attributes:
        positions: of the arguments that it iterates over; None for all of them.
        early: it may stop before the end.
        alone: it does so only where it is given that one argument.
        quiet: it raises nothing of its own.
    """

    positions: tuple[int, ...] | None = (0,)
    early: bool = False
    alone: bool = False
    quiet: bool = False


_FIRST: Final = Consumer()
_KEEPING: Final = Consumer(quiet=True)
_SECOND: Final = Consumer((1,))
_EACH: Final = Consumer(None)
_EARLY: Final = Consumer(early=True)

#: Functions and classes by full name.
FUNCTIONS: Final = {
    **dict.fromkeys(("builtins.list", "builtins.tuple", "collections.deque"), _KEEPING),
    **dict.fromkeys(
        (
            "builtins.set",
            "builtins.frozenset",
            "builtins.dict",
            "builtins.bytes",
            "builtins.bytearray",
            "builtins.sum",
            "builtins.sorted",
            "collections.Counter",
            "collections.OrderedDict",
            "math.fsum",
            "math.prod",
            "statistics.mean",
            "statistics.fmean",
            "statistics.median",
            "itertools.permutations",
            "itertools.combinations",
            "itertools.combinations_with_replacement",
        ),
        _FIRST,
    ),
    "builtins.min": Consumer(alone=True),
    "builtins.max": Consumer(alone=True),
    "builtins.any": _EARLY,
    "builtins.all": _EARLY,
    "_functools.reduce": _SECOND,
    "functools.reduce": _SECOND,
    "heapq.nlargest": _SECOND,
    "heapq.nsmallest": _SECOND,
    "itertools.product": _EACH,
}

#: Methods by full name, of the class that defines them.
METHODS: Final = {
    "builtins.str.join": _FIRST,
    "builtins.bytes.join": _FIRST,
    "builtins.bytearray.join": _FIRST,
    "builtins.bytearray.extend": _FIRST,
    "builtins.list.extend": _KEEPING,
    "builtins.set.update": _EACH,
    "builtins.set.union": _EACH,
    "builtins.frozenset.union": _EACH,
    "collections.deque.extend": _KEEPING,
    "collections.deque.extendleft": _KEEPING,
    "typing.MutableSequence.extend": _FIRST,
    "typing.IO.writelines": _FIRST,
    "io.TextIOWrapper.writelines": _FIRST,
}
