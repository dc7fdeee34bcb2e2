"""The rules for bodies: what a generator function must not do."""

from __future__ import annotations

from fuzz.bodies.generate import program
from fuzz.bodies.judge import CODES, judge
from fuzz.family import Family

FAMILY = Family("bodies", "body", program, judge, CODES)
