"""Each page has an example that is reported where it says so, and a fix that is not."""

from __future__ import annotations

import contextlib
import io
import json
import re
from collections import defaultdict
from collections.abc import Callable
from textwrap import dedent
from typing import Any, Final, NamedTuple

import pytest

from genstate.cli import main
from genstate.cli.pages import pages
from genstate.codes import ALL

MARK: Final = "# reported"
CODES: Final = list(pages())


COMMAND: Final = [
    "check",
    "--all",
    "--format",
    "json",
    "--config-file=mypy.ini",
    "--cache-dir=cache",
    "--python-version=3.13",
]


class Programs(NamedTuple):
    """The two programs on a page."""

    example: str
    fix: str

    @property
    def reported(self) -> list[int]:
        """The lines of the example that are to be reported."""
        return [n for n, line in enumerate(self.example.splitlines(), start=1) if MARK in line]


def programs_of(text: str) -> Programs:
    """The example, and the fix, which stands behind the sentence on how to put it right."""
    found = re.search(r"^Example:\n(.*?)^Fix: (.*?)^Known:", text, re.MULTILINE | re.DOTALL)
    assert found
    _sentence, _, fix = found[2].partition("\n\n")
    return Programs(dedent(found[1]), dedent(fix))


PROGRAMS: Final = {code: programs_of(page.text) for code, page in pages().items()}
Reports = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Reports:
    """What one run, with all codes on, reports on all programs, by the name of the file."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / "mypy.ini").write_text("[mypy]\nstrict = True\n")
    for code, programs in PROGRAMS.items():
        for kind, program in programs._asdict().items():
            (folder / name_of(code, kind)).write_text(program)
    enabled = [word for code in CODES for word in ("--enable", code)]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        lines = printed_by(lambda: main([*COMMAND, *enabled, "."]))
    found: Reports = defaultdict(list)
    for line in lines:
        report = json.loads(line)
        found[report["path"]].append(report)
    return found


def name_of(code: str, kind: str) -> str:
    return f"{code}-{kind}".replace("-", "_") + ".py"


def printed_by(action: Callable[[], object]) -> list[str]:
    """The lines that `action` prints, where no fixture can catch them."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        action()
    return out.getvalue().splitlines()


def unexpected(reports: list[dict[str, Any]], code: str) -> list[dict[str, Any]]:
    """What a program must not have: anything but this code and codes that are off by default."""
    return [
        report
        for report in reports
        if report["code"] != code
        and (report["code"] not in ALL or ALL[report["code"]].default_enabled)
    ]


@pytest.mark.parametrize("code", CODES)
def test_the_example_is_reported_where_it_says_so(code: str, reports: Reports) -> None:
    found = reports[name_of(code, "example")]
    assert [report["line"] for report in found if report["code"] == code] == PROGRAMS[code].reported
    assert PROGRAMS[code].reported
    assert unexpected(found, code) == []


@pytest.mark.parametrize("code", CODES)
def test_the_fix_is_not_reported(code: str, reports: Reports) -> None:
    found = reports[name_of(code, "fix")]
    assert PROGRAMS[code].fix
    assert [report for report in found if report["code"] == code] == []
    assert unexpected(found, code) == []
