"""What genstate does where mypy is not the one that it was made for.

Where a part fails, that part is left out, and mypy goes on: one line on the standard error says it.
Nothing is said through mypy, whose cache would keep it.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

ISSUES_URL: Final = "https://github.com/genstate/genstate/issues"
NEWEST: Final = (2, 4)
"""The newest mypy that genstate is tested with."""

_NEWER: Final = "mypy {mypy} is newer than any that this genstate is tested with ({newest})"
_FAILED: Final = "{part} with mypy {mypy} ({failure}); please report this at {url}"
_HIDDEN: Final = (
    "{part}, as the plugin {plugin} answers before genstate: put genstate first in `plugins`"
)
_WORKER: Final = "mypy.build_worker"

T = TypeVar("T")


class Safety:
    """Says once what cannot be done.

    Attributes:
        mypy: mypy's version.
    """

    def __init__(self) -> None:
        self.mypy = ""
        self._has_failed = False
        self._newer = ""

    @property
    def is_untested(self) -> bool:
        """Is this mypy newer than those that genstate is tested with?"""
        return _release(self.mypy) > NEWEST

    def meet(self, mypy: str) -> None:
        """Learn mypy's version, and say so where it is too new.

        In a parallel run, the coordinator says it for its workers, too.
        """
        self.mypy = mypy
        if self.is_untested and self._newer != mypy:
            self._newer = mypy
            _say_once(_NEWER.format(mypy=mypy, newest=".".join(map(str, NEWEST))))

    def failed(self, part: str, failure: Exception, *, everywhere: bool = False) -> None:
        """Say that a part of genstate is left out.

        The first failure is enough, as others mostly come from the same change.

        Args:
            part: a clause that says what is not done.
            failure: what went wrong.
            everywhere: does it go wrong in each process of a parallel run? The workers do the
                checking, so most failures are theirs alone.
        """
        if not self._has_failed:
            self._has_failed = True
            reason = f"{type(failure).__name__}: {failure}".splitlines()[0]
            say = _say_once if everywhere else _say
            say(_FAILED.format(part=part, mypy=self.mypy, failure=reason, url=ISSUES_URL))

    def hidden(self, part: str, plugin: str) -> None:
        """Say that mypy asks another plugin in genstate's place; `part` as in `failed`."""
        _say(_HIDDEN.format(part=part, plugin=plugin))

    def attempt(self, part: str, action: Callable[[], T], *, everywhere: bool = False) -> T | None:
        """What `action` gives; None where it fails, which is said then, as by `failed`."""
        try:
            return action()
        except Exception as failure:
            self.failed(part, failure, everywhere=everywhere)
            return None


def _say(line: str) -> None:
    print(f"genstate: {line}", file=sys.stderr)


def _say_once(line: str) -> None:
    """Say what each process of a parallel run finds, in the coordinator alone."""
    if not is_worker():
        _say(line)


def _release(version: str) -> tuple[int, ...]:
    """The first two numbers of a version; none where it does not begin with numbers."""
    numbers = version.split("+")[0].split(".")[:2]
    return tuple(int(number) for number in numbers if number.isdigit())


def is_worker() -> bool:
    """Is this a process of a parallel run, and not its coordinator?"""
    main = sys.modules.get("__main__")
    spec = getattr(main, "__spec__", None)
    return str(getattr(spec, "name", "")).startswith(_WORKER)


SAFETY: Final = Safety()
"""What this process has said."""
