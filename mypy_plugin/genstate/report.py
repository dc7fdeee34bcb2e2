"""Report findings, and failures inside genstate, as mypy's own messages."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Final, cast

from genstate import codes
from genstate.safety import ISSUES_URL, SAFETY

if TYPE_CHECKING:
    from mypy.checker import TypeChecker
    from mypy.errorcodes import ErrorCode
    from mypy.errors import ErrorInfo, Errors
    from mypy.nodes import Context

    from genstate.rules.finding import Finding

FAILURE: Final = 'genstate could not analyse "{name}"; please report this at {url}'
PARTLY: Final = "Some functions are not checked"
TRACEBACK_FRAMES: Final = 20


class Reporter:
    """Reports findings, each place once.

    mypy checks some code several times: loops, `finally`, type variables with values. Its list of
    errors is the memory of what has been reported, as it forgets what the daemon checks anew. mypy
    only adds to such a list, or puts another in its place: so far as it has been read, the places
    in it are known.
    """

    def __init__(self) -> None:
        self._errors: list[ErrorInfo] = []
        self._read = 0
        self._places: set[tuple[ErrorCode | None, int, int]] = set()

    def report(self, checker: TypeChecker, finding: Finding) -> None:
        """Report `finding` as an error with its notes, unless its place has been reported already.

        The notes carry the error's code and stand where it stands, so one `# type: ignore` covers
        them all.
        """
        code = codes.ALL[finding.code]
        place = cast("Context", finding.node)
        if (code, place.line, place.column) in self._places_in(checker.errors):
            return
        error = checker.msg.fail(finding.message, place, code=code)
        for note in finding.notes:
            checker.msg.note(note, place, code=code, parent_error=error)

    def _places_in(self, errors: Errors) -> set[tuple[ErrorCode | None, int, int]]:
        """Where mypy holds an error with which code, in the file that is checked."""
        found = errors.error_info_map.get(errors.file, [])
        if found is not self._errors:
            self._errors, self._read, self._places = found, 0, set()
        self._places.update((info.code, info.line, info.column) for info in found[self._read :])
        self._read = len(found)
        return self._places


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


def _traceback_lines(failure: Exception) -> list[str]:
    text = "".join(traceback.format_exception(failure, limit=-TRACEBACK_FRAMES))
    return text.splitlines()
