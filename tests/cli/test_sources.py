"""Files that mypy would refuse for their names are checked all the same."""

from __future__ import annotations

from typing import Final

import pytest

from tests.cli.conftest import Check, Project

CONFIG: Final = {"mypy.ini": "[mypy]\nplugins = reporter.py\n"}
MISUSE: Final = "def misuse() -> None: ...\nmisuse()\n"


@pytest.mark.parametrize(
    ("files", "paths", "found"),
    [
        pytest.param(
            ["tests/a/conftest.py", "tests/b/conftest.py"],
            ["tests"],
            ["tests/a/conftest.py:2", "tests/b/conftest.py:2"],
            id="same-name",
        ),
        pytest.param(
            ["one/pkg/__init__.py", "one/pkg/m.py", "two/pkg/__init__.py", "two/pkg/m.py"],
            ["one", "two"],
            ["one/pkg/__init__.py:2", "one/pkg/m.py:2", "two/pkg/__init__.py:2", "two/pkg/m.py:2"],
            id="same-package",
        ),
        pytest.param(
            ["with-dash/m.py", "with.dot/m.py", "m.py"],
            ["with-dash", "with.dot", "m.py"],
            ["m.py:2", "with-dash/m.py:2", "with.dot/m.py:2"],
            id="no-identifiers",
        ),
        pytest.param(
            ["bin/one", "bin/two"], ["bin/one", "bin/two"], ["bin/one:2", "bin/two:2"], id="scripts"
        ),
        pytest.param(["s/types.py"], ["s"], ["s/types.py:2"], id="core-module"),
        pytest.param(["ns/sub/m.py"], ["ns"], ["ns/sub/m.py:2"], id="no-init"),
        pytest.param(
            ["lib/site-packages/pkg/__init__.py", "lib/site-packages/typing_extensions.py"],
            ["lib/site-packages/pkg"],
            ["lib/site-packages/pkg/__init__.py:2"],
            id="installed",
        ),
    ],
)
def test_is_checked(
    files: list[str], paths: list[str], found: list[str], project: Project, check: Check
) -> None:
    # mypy's cache knows a file by its module's name and its content: no two may be the same.
    project({**CONFIG, **{name: f"{MISUSE}# {name}\n" for name in files}})
    ran = check(*paths)
    assert ran.err == []
    assert [line.partition(": ")[0] for line in ran.out if ": error: " in line] == found


def test_file_imported_under_another_name(project: Project, check: Check) -> None:
    project(
        {
            **CONFIG,
            "tests/helpers.py": MISUSE,
            "tests/test_it.py": "from tests.helpers import misuse\nmisuse()\n",
        }
    )
    ran = check("tests")
    assert ran.err == []
    assert ran.out[-1] == "Found 2 errors in 2 files (checked 2 source files)"


def test_packages_find_each_other_below_site_packages(project: Project, check: Check) -> None:
    project(
        {
            **CONFIG,
            "site-packages/pkg/__init__.py": "",
            "site-packages/pkg/a.py": "def misuse() -> None: ...\n",
            "site-packages/pkg/b.py": (
                "from .a import misuse\nfrom pkg import a\nmisuse()\na.misuse()\n"
            ),
        }
    )
    ran = check("site-packages/pkg")
    assert ran.out[-1] == "Found 2 errors in 1 file (checked 3 source files)"
