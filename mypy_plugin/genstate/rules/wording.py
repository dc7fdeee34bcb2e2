"""How findings speak of states: where a generator's state came from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from genstate.cfg.vocabulary import Protocol
from genstate.typestate.facts import Use
from genstate.typestate.values import Being

_PHRASES: Final = {
    "created": "It was created at line {line} and never started",
    "resumed": "It waits at the yield that it came to at line {line}",
    "closed": "It was closed at line {line}",
    "exhausted": "It ran to its end at line {line}",
    "failed": "It was ended at line {line} by an exception out of its body",
    "timed out": "It was closed at line {line} by the timeout of an operation",
    "thrown": "It was ended at line {line} by the exception thrown in",
}


def origins(uses: Iterable[Use]) -> str:
    """One sentence on where the state of a generator came from."""
    beings = {being for use in uses for being in use.states() or ()}
    found = sorted(beings, key=lambda being: (being.line, being.how))
    return " or ".join(phrase(being) for being in found[:2])


_STARTS: Final = {Protocol.ASYNC: '"await anext(…)"', Protocol.SYNC: '"next(…)"'}


def start(protocol: Protocol) -> str:
    """How a generator is started."""
    return _STARTS[protocol]


def phrase(being: Being) -> str:
    return _PHRASES[being.how].format(line=being.line)
