"""Report findings, and failures inside genstate, as mypy's own messages."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Final, cast

from genstate import codes
from genstate.safety import ISSUES_URL, SAFETY

if TYPE_CHECKING:
    from mypy.checker import TypeChecker
    from mypy.errorcodes import ErrorCode
    from mypy.nodes import Context

    from genstate.rules.finding import Finding

FAILURE: Final = 'genstate could not analyse "{name}"; please report this at {url}'
PARTLY: Final = "Some functions are not checked"
TRACEBACK_FRAMES: Final = 20


def report(checker: TypeChecker, finding: Finding) -> None:
    """Report `finding` as an error with its notes, unless its place has been reported already.

    The notes carry the error's code and stand where it stands, so one `# type: ignore` covers
    them all.
    """
    code = codes.ALL[finding.code]
    place = cast("Context", finding.node)
    if _is_reported(checker, code, place):
        return
    error = checker.msg.fail(finding.message, place, code=code)
    for note in finding.notes:
        checker.msg.note(note, place, code=code, parent_error=error)


def is_enabled(checker: TypeChecker, code: str) -> bool:
    """Is the code on in the module that is checked?"""
    return checker.errors.is_error_code_enabled(codes.ALL[code])


def report_failure(checker: TypeChecker, name: str, place: Context, failure: Exception) -> None:
    """Report that genstate itself failed on the function or module called `name`.

    With a mypy that it is not tested with, it may fail on them all: one line says so then.
    """
    if SAFETY.is_untested:
        SAFETY.failed(PARTLY, failure)
        return
    message = FAILURE.format(name=name, url=ISSUES_URL)
    checker.msg.note(message, place, code=codes.GENERATOR)
    if checker.options.show_traceback:
        for line in _traceback_lines(failure):
            checker.msg.note(line, place, code=codes.GENERATOR)


def _is_reported(checker: TypeChecker, code: ErrorCode, place: Context) -> bool:
    """Does mypy hold an error with this code at this place?

    mypy checks some code several times: loops, `finally`, type variables with values. Its list of
    errors is the memory of what has been reported, as it forgets what the daemon checks anew.
    """
    errors = checker.errors
    return any(
        info.code == code and info.line == place.line and info.column == place.column
        for info in errors.error_info_map.get(errors.file, ())
    )


def _traceback_lines(failure: Exception) -> list[str]:
    text = "".join(traceback.format_exception(failure, limit=-TRACEBACK_FRAMES))
    return text.splitlines()
