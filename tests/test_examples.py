"""The programs in examples/: genstate reports the wrong ones, and CPython agrees."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from genstate.cli import main

ROOT: Final = Path(__file__).parent.parent
EXAMPLES: Final = ROOT / "examples"
WRONG: Final = sorted((EXAMPLES / "wrong").glob("*.py"))
RIGHT: Final = sorted((EXAMPLES / "right").glob("*.py"))
# What is reported, and the lines it is reported on.
EXPECTED: Final = {
    "page_footer.py": ("generator-exit-yield", 'yield "</table>"'),
    "running_average.py": ("generator-unstarted-send", "print(await averages.asend(value))"),
    "sensor_poll.py": ("generator-exit-yield", "yield await read_sensor()"),
    "stream_done.py": ("generator-exit-yield", r'yield "data: [DONE]\n\n"'),
}
REPORT: Final = re.compile(r"(.+?):(\d+): error: .* \[([\w-]+)\]$")
AT_RUN_TIME: Final = re.compile(r"^At run time: (.+)$", re.MULTILINE)


def run(path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(path)], capture_output=True, text=True, check=False)


def test_genstate_reports_the_wrong_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    main(["check", "examples", "--config-file=", "--cache-dir", str(tmp_path)])
    reports = map(REPORT.fullmatch, capsys.readouterr().out.splitlines())
    found = {
        report[1]: (report[3], Path(report[1]).read_text().splitlines()[int(report[2]) - 1].strip())
        for report in reports
        if report
    }
    assert found == {f"examples/wrong/{name}": place for name, place in EXPECTED.items()}


def test_every_wrong_example_has_its_twin() -> None:
    assert [path.name for path in WRONG] == [path.name for path in RIGHT]


@pytest.mark.any_mypy
@pytest.mark.parametrize("path", WRONG, ids=lambda path: path.stem)
def test_wrong_example_fails_as_it_says(path: Path) -> None:
    says = AT_RUN_TIME.search(path.read_text())
    assert says is not None
    assert says[1] in run(path).stderr


@pytest.mark.any_mypy
@pytest.mark.parametrize("path", RIGHT, ids=lambda path: path.stem)
def test_right_example_runs(path: Path) -> None:
    ran = run(path)
    assert (ran.returncode, ran.stderr) == (0, "")
