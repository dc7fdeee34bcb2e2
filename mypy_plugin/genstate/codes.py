"""The error codes: one parent, `generator`, and one child per rule.

Switching the parent off (`disable_error_code`, `# type: ignore[generator]`) silences every child;
codes that are off by default are switched on one by one (`enable_error_code`).
"""

from __future__ import annotations

from typing import Any, Final

from mypy.errorcodes import ErrorCode

CATEGORY: Final = "Generators"

FAILURES: Final[list[TypeError]] = []
"""Why codes are not what they should be; configurations may name them all the same."""


def _new(name: str, description: str, **more: Any) -> ErrorCode:
    try:
        return ErrorCode(name, description, CATEGORY, **more)
    except TypeError as failure:
        FAILURES.append(failure)
        return ErrorCode(name, description, CATEGORY)


GENERATOR: Final = _new("generator", "Check the generator protocol")


_children: Final[list[ErrorCode]] = []


def _child(name: str, description: str, *, default: bool = True) -> ErrorCode:
    code = _new(f"generator-{name}", description, default_enabled=default, sub_code_of=GENERATOR)
    _children.append(code)
    return code


UNSTARTED_SEND: Final = _child(
    "unstarted-send", "Warn about sending a value to a generator that has not been started"
)
EXIT_YIELD: Final = _child(
    "exit-yield", "Warn about a yield that can be reached while the generator is being closed"
)

UNSTARTED_THROW: Final = _child(
    "unstarted-throw", "Warn about throwing into a generator that has not been started"
)
CLOSED: Final = _child("closed", "Warn about the use of a generator that is closed")
NONE_RESUME: Final = _child(
    "none-resume", "Warn about resuming a generator with None if its send type excludes None"
)
CONCURRENT: Final = _child(
    "concurrent", "Warn about an operation on a generator while another one goes on"
)
REUSED_AWAITABLE: Final = _child(
    "reused-awaitable", "Warn about awaiting the awaitable of an operation a second time"
)
CANCELLED_DRIVE: Final = _child(
    "cancelled-drive", "Warn about the use of a generator that a timeout has closed"
)
DROPPED: Final = _child("dropped", "Warn about a generator that is made and thrown away")
LEAK: Final = _child(
    "leak",
    "Warn about a loop that can leave behind a generator with something to clean up",
    default=False,
)
POSSIBLY_UNSTARTED_SEND: Final = _child(
    "possibly-unstarted-send",
    "Warn about sending a value to a generator that on some paths has not been started",
    default=False,
)
POSSIBLY_CLOSED: Final = _child(
    "possibly-closed",
    "Warn about the use of a generator that on some paths is closed",
    default=False,
)

STOP_ITERATION: Final = _child(
    "stop-iteration", "Warn about StopIteration or StopAsyncIteration that leaves a generator"
)
UNGUARDED_NEXT: Final = _child(
    "unguarded-next",
    "Warn about a next() in a generator, if the end of the iterator would leave the generator",
    default=False,
)
CONTEXTMANAGER_YIELDS: Final = _child(
    "contextmanager-yields",
    "Warn about context manager functions that may yield never or more than once",
)
CANCEL_SCOPE_YIELD: Final = _child(
    "cancel-scope-yield", "Warn about a yield inside a cancel scope (PEP 789)"
)
RETURN_ANNOTATION: Final = _child(
    "return-annotation",
    'Warn about async generator functions whose return type hides "aclose"',
    default=False,
)

ALL: Final = {code.code: code for code in (GENERATOR, *_children)}
