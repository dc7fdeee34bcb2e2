"""The rules for callers: what one function does with the generators that it holds."""

from __future__ import annotations

from fuzz.callers.generate import program
from fuzz.callers.judge import judge
from fuzz.callers.rules import BY_CODE, OPTIONAL
from fuzz.family import Family

FAMILY = Family("callers", "main", program, judge, tuple(BY_CODE), OPTIONAL)
