"""When `genstate check` cannot run, it says so in one line and exits with status 2."""

from __future__ import annotations

from typing import Final

import pytest

from tests.cli.conftest import Check, Project

BROKEN_INI: Final = {"a.py": "", "mypy.ini": "plugins = reporter.py\n"}
BROKEN_TOML: Final = {"a.py": "", "pyproject.toml": "[tool.mypy\n"}


@pytest.mark.parametrize(
    ("files", "arguments", "reason"),
    [
        pytest.param({}, ["a.py"], 'there is no file or directory "a.py"', id="no-path"),
        pytest.param({}, [], "no path is given", id="no-path-given"),
        pytest.param(
            {"d/x.txt": ""}, ["d"], "There are no .py[i] files in directory 'd'", id="dir"
        ),
        pytest.param(
            {"a.py": ""},
            ["a.py", "--config-file", "m.ini"],
            'there is no file or directory "m.ini"',
            id="no-config",
        ),
        pytest.param({"a.py": "def f(:\n"}, ["a.py"], "a.py:1: ", id="syntax"),
        pytest.param({"a.py": "x = 1\n", "b.py": "(\n"}, ["."], "b.py:", id="syntax-in-one"),
        pytest.param({"a.py": "x = y\nz = yield\n"}, ["a.py"], "a.py:2: ", id="behind-an-error"),
        pytest.param(BROKEN_INI, ["a.py"], "mypy.ini: File contains no section", id="ini"),
        pytest.param(BROKEN_TOML, ["a.py"], "pyproject.toml: ", id="toml"),
        pytest.param(
            BROKEN_TOML,
            ["a.py", "--config-file", "pyproject.toml"],
            "pyproject.toml: ",
            id="toml-named",
        ),
        pytest.param(
            {"a.py": "", "mypy.ini": "[mypy]\nplugins = nowhere\n"},
            ["a.py"],
            'mypy.ini:2: Error importing plugin "nowhere": No module named',
            id="plugin-module",
        ),
        pytest.param(
            {"a.py": "", "mypy.ini": "[mypy]\nplugins = nowhere.py\n"},
            ["a.py"],
            'mypy.ini:2: Can\'t find plugin "nowhere.py"',
            id="plugin-file",
        ),
        pytest.param(
            {"a.py": ""}, ["a.py", "--enable", "x"], "Invalid error code(s): x", id="code"
        ),
        pytest.param(
            {"a.py": ""},
            ["a.py", "--python-version", "3"],
            "argument --python-version",
            id="version",
        ),
        pytest.param(
            {"a.py": ""},
            ["a.py", "--", "--nonsense"],
            "unrecognized arguments: --nonsense",
            id="args",
        ),
    ],
)
def test_one_line(
    files: dict[str, str], arguments: list[str], reason: str, project: Project, check: Check
) -> None:
    project(files)
    ran = check(*arguments)
    assert (ran.status, ran.out) == (2, [])
    assert len(ran.err) == 1
    assert ran.err[0].startswith(f"genstate: error: {reason}")


def test_file_that_cannot_be_decoded(project: Project, check: Check) -> None:
    root = project({})
    (root / "a.py").write_bytes(b"x = '\xff'\n")
    ran = check("a.py")
    assert (ran.status, ran.out) == (2, [])
    assert "decode" in ran.err[-1]


def test_configuration_that_cannot_be_decoded(project: Project, check: Check) -> None:
    root = project({"a.py": ""})
    (root / "mypy.ini").write_bytes(b"\xff\xfe")
    ran = check("a.py")
    assert (ran.status, ran.out, len(ran.err)) == (2, [], 1)
    assert ran.err[0].startswith("genstate: error: the mypy configuration cannot be read: ")


FAILING_PLUGIN: Final = {
    "a.py": "",
    "failing.py": "def plugin(version):\n    raise LookupError('no idea')\n",
    "mypy.ini": "[mypy]\nplugins = failing.py\n",
}


def test_plugin_that_fails(project: Project, check: Check) -> None:
    project(FAILING_PLUGIN)
    ran = check("a.py")
    assert (ran.status, ran.out) == (2, [])
    assert ran.err[-1] == ("genstate: error: LookupError: no idea (--show-traceback shows where)")


def test_show_traceback(project: Project, check: Check) -> None:
    project(FAILING_PLUGIN)
    with pytest.raises(LookupError, match="no idea"):
        check("a.py", "--show-traceback")
