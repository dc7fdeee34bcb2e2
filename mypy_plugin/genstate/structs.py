"""What the small records of the analysis are made with.

There are a hundred kinds of them, and a run has to make their classes before it makes the first
one: as dataclasses, they took longer than all other imports of genstate together. What grows while
one works on it is a dataclass: mypyc checks that what is written in a class body has the type that
the field has, so that no record has a field with a new list for each.
"""

from __future__ import annotations

from msgspec import Struct
from typing_extensions import dataclass_transform


@dataclass_transform(frozen_default=True)
class Record(Struct, frozen=True):
    """What cannot be changed, and equals what has the same fields."""


@dataclass_transform(eq_default=False)
class Entity(Struct, eq=False):
    """What equals nothing but itself."""
