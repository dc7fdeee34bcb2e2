"""The events of a basic block: what a function does, as far as generators are concerned.

An event carries its AST node as an opaque place to report at.

An event that `raises` has a second way out, to the handler of its block. Operations on generators,
awaits and yields decide by the generator's state what comes out of them: see `typestate.transfer`.
"""

from __future__ import annotations

from genstate.cfg.events.base import Event
from genstate.cfg.events.generators import (
    Await,
    Cancel,
    Consume,
    Create,
    MakeIterator,
    Operate,
    Start,
    Yield,
)
from genstate.cfg.events.managers import Closing, Defer, Enter, Group, HandOver, Leave, Suppress
from genstate.cfg.events.values import (
    Bind,
    Call,
    Change,
    Copy,
    Count,
    Discard,
    Doubt,
    Escape,
    Forget,
    Invoke,
    Item,
    MakeException,
    Pack,
    Share,
    Unpack,
)

__all__ = [
    "Await",
    "Bind",
    "Call",
    "Cancel",
    "Change",
    "Closing",
    "Consume",
    "Copy",
    "Count",
    "Create",
    "Defer",
    "Discard",
    "Doubt",
    "Enter",
    "Escape",
    "Event",
    "Forget",
    "Group",
    "HandOver",
    "Invoke",
    "Item",
    "Leave",
    "MakeException",
    "MakeIterator",
    "Operate",
    "Pack",
    "Share",
    "Start",
    "Suppress",
    "Unpack",
    "Yield",
]
