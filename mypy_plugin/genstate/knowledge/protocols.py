"""The spellings of the operations on generators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from genstate.cfg.vocabulary import Operation, Protocol


@dataclass(frozen=True, slots=True)
class Spelling:
    """A function or method that drives a generator.

    Attributes:
        operation: what it does; SEND of None counts as NEXT.
        protocol: of the generators that it drives.
        argument: the position of what is sent or thrown, behind the receiver.
        default: the position of a default for the end of the generator.
    """

    operation: Operation
    protocol: Protocol = Protocol.ASYNC
    argument: int | None = None
    default: int | None = None


METHODS: Final = {
    "__anext__": Spelling(Operation.NEXT),
    "asend": Spelling(Operation.SEND, argument=0),
    "athrow": Spelling(Operation.THROW, argument=0),
    "aclose": Spelling(Operation.CLOSE),
    "__next__": Spelling(Operation.NEXT, Protocol.SYNC),
}

#: Methods that other things have as well: they count where the type is that of a generator.
SYNC_METHODS: Final = {
    "send": Spelling(Operation.SEND, Protocol.SYNC, argument=0),
    "throw": Spelling(Operation.THROW, Protocol.SYNC, argument=0),
    "close": Spelling(Operation.CLOSE, Protocol.SYNC),
}

FUNCTIONS: Final = {
    "builtins.anext": Spelling(Operation.NEXT, default=0),
    "builtins.next": Spelling(Operation.NEXT, Protocol.SYNC, default=0),
}

#: The methods that throw an exception in, of generators and of coroutines.
THROWING: Final = frozenset({"throw", "athrow"})

#: Functions and methods that give back the generator itself.
SAME_FUNCTIONS: Final = frozenset({"builtins.aiter"})
SAME_METHODS: Final = frozenset({"__aiter__"})

#: Functions and methods that give the iterator of something.
ITERATORS: Final = frozenset({"builtins.iter"})
ITERATOR_METHODS: Final = frozenset({"__iter__"})

#: Context managers that close their argument on the way out.
CLOSING: Final = {"contextlib.aclosing": Protocol.ASYNC, "contextlib.closing": Protocol.SYNC}
