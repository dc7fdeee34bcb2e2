"""The error codes: one parent, `generator`, and one child per rule.

Switching the parent off (`disable_error_code`, `# type: ignore[generator]`) silences every child;
codes that are off by default are switched on one by one (`enable_error_code`).
"""

from __future__ import annotations

from typing import Final

from mypy.errorcodes import ErrorCode

CATEGORY: Final = "Generators"

GENERATOR: Final = ErrorCode("generator", "Check the generator protocol", CATEGORY)


def _child(name: str, description: str, *, default: bool = True) -> ErrorCode:
    return ErrorCode(
        f"generator-{name}",
        description,
        CATEGORY,
        default_enabled=default,
        sub_code_of=GENERATOR,
    )


UNSTARTED_SEND: Final = _child(
    "unstarted-send", "Warn about sending a value to a generator that has not been started"
)
EXIT_YIELD: Final = _child(
    "exit-yield", "Warn about a yield that can be reached while the generator is being closed"
)

ALL: Final = {code.code: code for code in (GENERATOR, UNSTARTED_SEND, EXIT_YIELD)}
