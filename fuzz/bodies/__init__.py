"""The rules for bodies."""
from fuzz.callers import FAMILY as FAMILY
