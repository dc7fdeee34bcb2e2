"""The rules for callers, on synchronous generators: the programs of `callers`, in other words."""

from __future__ import annotations

from functools import partial

from fuzz.callers.judge import judge
from fuzz.callers.rules import BY_CODE, OPTIONAL
from fuzz.family import Family
from fuzz.sync.speech import SYNC
from fuzz.sync.translate import program

FAMILY = Family("sync", "main", program, partial(judge, speech=SYNC), tuple(BY_CODE), OPTIONAL)
