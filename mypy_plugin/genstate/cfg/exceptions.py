"""Exception classes as handlers see them: a name and the names of all its bases."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final


@dataclass(frozen=True, slots=True)
class ExceptionClass:
    """An exception class by full name, with the full names of its MRO (itself included)."""

    name: str
    mro: frozenset[str]

    def __hash__(self) -> int:
        """Of what tells classes apart nearly always: it is asked for all the time."""
        return hash(self.name)

    @property
    def short_name(self) -> str:
        return self.name.rpartition(".")[2]

    def is_subclass_of(self, other: ExceptionClass) -> bool:
        return other.name in self.mro


def _builtin(name: str, *bases: str) -> ExceptionClass:
    names = (name, *bases, "BaseException", "object")
    return ExceptionClass(f"builtins.{name}", frozenset(f"builtins.{n}" for n in names))


BASE_EXCEPTION: Final = _builtin("BaseException")
EXCEPTION: Final = _builtin("Exception")
GENERATOR_EXIT: Final = _builtin("GeneratorExit")
BASE_EXCEPTION_GROUP: Final = _builtin("BaseExceptionGroup")
EXCEPTION_GROUP: Final = _builtin("ExceptionGroup", "BaseExceptionGroup", "Exception")
STOP_ITERATION: Final = _builtin("StopIteration", "Exception")
STOP_ASYNC_ITERATION: Final = _builtin("StopAsyncIteration", "Exception")
TYPE_ERROR: Final = _builtin("TypeError", "Exception")
VALUE_ERROR: Final = _builtin("ValueError", "Exception")
RUNTIME_ERROR: Final = _builtin("RuntimeError", "Exception")
ASSERTION_ERROR: Final = _builtin("AssertionError", "Exception")
UNBOUND_LOCAL_ERROR: Final = _builtin("UnboundLocalError", "NameError", "Exception")


#: What says that a limit of time is over, before Python 3.11 and from then on.
OLD_TIMEOUT_ERROR: Final = ExceptionClass(
    "asyncio.exceptions.TimeoutError", EXCEPTION.mro | {"asyncio.exceptions.TimeoutError"}
)
TIMEOUT_ERROR: Final = _builtin("TimeoutError", "OSError", "Exception")
TOO_SLOW_ERROR: Final = ExceptionClass(
    "trio._timeouts.TooSlowError", EXCEPTION.mro | {"trio._timeouts.TooSlowError"}
)

#: What a task that is cancelled gets, and who waits for it.
CANCELLED: Final = ExceptionClass(
    "asyncio.exceptions.CancelledError",
    BASE_EXCEPTION.mro | {"asyncio.exceptions.CancelledError"},
)

#: The cancellation that a timeout scope throws in, and takes out again where it is left.
EXPIRED: Final = ExceptionClass(
    "the cancellation of a timeout",
    BASE_EXCEPTION.mro
    | {"asyncio.exceptions.CancelledError", "trio._core._exceptions.Cancelled"}
    | {"the cancellation of a timeout"},
)


@dataclass(frozen=True, slots=True)
class Handled:
    """What an `except` clause (or `isinstance`, `suppress` …) names.

    Attributes:
        classes: classes that are written down.
        bounds: for values whose class is not known: a class of which each is a subclass.
    """

    classes: tuple[ExceptionClass, ...] = ()
    bounds: tuple[ExceptionClass, ...] = ()

    @property
    def all(self) -> tuple[ExceptionClass, ...]:
        return self.classes + self.bounds

    def __add__(self, other: Handled) -> Handled:
        return Handled(self.classes + other.classes, self.bounds + other.bounds)


NOTHING: Final = Handled()


class Matching(Enum):
    """Does a handler for some class catch an exception?"""

    NEVER = "never"
    PERHAPS = "perhaps"
    ALWAYS = "always"


def match(raised: ExceptionClass, exact: bool, handler: ExceptionClass) -> Matching:
    """Match `raised` (that very class if `exact`, else any subclass of it) against `handler`.

    Source: CPython's CHECK_EXC_MATCH, which is `issubclass`. An inexact class may turn out to
    inherit from both, but only a handler for one of its subclasses is taken for a possible match.
    """
    if raised.is_subclass_of(handler):
        return Matching.ALWAYS
    if not exact and handler.is_subclass_of(raised):
        return Matching.PERHAPS
    return Matching.NEVER
