"""`genstate check` under the project's own mypy configuration."""

from __future__ import annotations

from typing import Final

import pytest

from tests.cli.conftest import Check, Project

MISUSE: Final = "def misuse() -> None: ...\nmisuse()\n"
INI: Final = "[mypy]\nplugins = reporter.py\n"
TOML: Final = '[tool.mypy]\nplugins = ["reporter.py"]\n'


@pytest.mark.parametrize(
    ("name", "content"),
    [("mypy.ini", INI), (".mypy.ini", INI), ("setup.cfg", INI), ("pyproject.toml", TOML)],
)
def test_is_found_and_its_plugins_are_kept(
    name: str, content: str, project: Project, check: Check
) -> None:
    project({name: content, "a.py": MISUSE})
    assert check("a.py").status == 1


def test_is_found_in_a_parent_directory(
    project: Project, check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = project({"mypy.ini": INI, "deep/down/a.py": MISUSE})
    monkeypatch.chdir(root / "deep" / "down")
    assert check("a.py").status == 1


def test_config_file_replaces_the_projects_own(project: Project, check: Check) -> None:
    project({"mypy.ini": "[mypy]\n", "etc/other.ini": INI, "a.py": MISUSE})
    ran = check("a.py", "--config-file", "etc/other.ini")
    assert (ran.status, ran.err) == (
        2,
        ['genstate: error: etc/other.ini:2: Can\'t find plugin "etc/reporter.py"'],
    )


def test_empty_config_file_means_none(project: Project, check: Check) -> None:
    project({"mypy.ini": INI, "a.py": MISUSE})
    assert check("a.py", "--config-file=").status == 0


def test_genstate_may_be_listed_already(project: Project, check: Check) -> None:
    listed = INI.replace("reporter.py", "genstate, reporter.py")
    unstarted = "async def g():\n    yield 1\nasync def f():\n    h = g()\n    await h.asend(1)\n"
    project({"mypy.ini": listed, "a.py": unstarted + MISUSE})
    errors = [line for line in check("a.py").out if ": error: " in line]
    assert [line.partition(": ")[0] for line in errors] == ["a.py:5", "a.py:7"]


def test_its_plugins_are_asked_after_genstate(project: Project, check: Check) -> None:
    greedy = (
        "from mypy.plugin import Plugin\nclass Greedy(Plugin):\n"
        "    def get_function_hook(self, fullname):\n"
        "        return lambda ctx: ctx.default_return_type\n"
        "def plugin(version):\n    return Greedy\n"
    )
    ini = INI.replace("reporter", "greedy")
    dropped = "async def g():\n    yield 1\ng()\n"
    project({"mypy.ini": ini, "greedy.py": greedy, "a.py": dropped})
    ran = check("a.py")
    assert (ran.status, ran.err) == (1, [])


def test_its_files_are_the_default(project: Project, check: Check) -> None:
    project({"mypy.ini": f"{INI}files = a.py\n", "a.py": MISUSE, "b.py": MISUSE})
    assert check().out[-1] == "Found 1 error in 1 file (checked 1 source file)"


def test_its_codes_count(project: Project, check: Check) -> None:
    project({"mypy.ini": f"{INI}disable_error_code = generator\n", "a.py": MISUSE})
    assert check("a.py").status == 0


def test_its_sections_for_modules_count(project: Project, check: Check) -> None:
    project({"mypy.ini": f"{INI}[mypy-b]\nignore_errors = true\n", "a.py": MISUSE, "b.py": MISUSE})
    assert check("a.py", "b.py").out[-1] == "Found 1 error in 1 file (checked 2 source files)"


def test_its_output_options_do_not_matter(project: Project, check: Check) -> None:
    options = "pretty = true\nhide_error_codes = true\nshow_error_context = true\nstrict = true\n"
    project({"mypy.ini": INI + options, "a.py": MISUSE})
    assert check("a.py").out[0] == "a.py:2: error: Misuse  [generator-exit-yield]"


def test_what_mypy_cannot_use_of_it_is_a_warning(project: Project, check: Check) -> None:
    project({"mypy.ini": f"{INI}nonsense = 1\n[mypy-a]\npython_version = 2\n", "a.py": MISUSE})
    ran = check("a.py")
    assert ran.status == 1
    assert ran.err[0] == ("genstate: warning: mypy.ini: [mypy]: Unrecognized option: nonsense = 1")
    assert all(line.startswith("genstate: warning: mypy.ini: [mypy-a]") for line in ran.err[1:])
