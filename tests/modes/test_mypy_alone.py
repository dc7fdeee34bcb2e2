"""What mypy says otherwise in another mode without any plugin: the smallest programs that show it.

The page about mypy tells users of them. Where one of these tests fails with a newer mypy, it is
better than it was, and the comparisons of the other modules here can be made stricter.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.modes.running import HAS_WORKERS, Project

pytestmark = [pytest.mark.any_mypy, pytest.mark.usefixtures("all_modes")]

MISSING = "import nothing\n"
ADVICE = "#missing-imports"
WRONG = "x: int = ''\n"
ATTEMPTS = 10


def project(folder: Path, modules: dict[str, str]) -> Project:
    return Project(folder, modules, plugin="")


def cold(project: Project) -> str:
    return project.output("--no-incremental", ".", cache="none")


@pytest.mark.skipif(not HAS_WORKERS, reason="this mypy has no workers")
def test_the_order_of_the_files(tmp_path: Path) -> None:
    modules = {"a.py": f"import d\n{WRONG}", "b.py": WRONG, "c.py": WRONG, "d.py": WRONG}
    alone = project(tmp_path, modules)
    one = cold(alone)
    for attempt in range(ATTEMPTS):  # which worker is the first to be done changes from run to run
        other = alone.output("--num-workers=2", ".", cache=f"workers-{attempt}")
        assert sorted(one.splitlines()) == sorted(other.splitlines())
        if other != one:
            return
    pytest.fail("the files came in the same order each time")


def test_where_it_tells_to_read_on(tmp_path: Path) -> None:
    """Once in a run; but what is in the cache already counts for the file that it was said in."""
    alone = project(tmp_path, {"a.py": MISSING, "b.py": MISSING})
    assert cold(alone).count(ADVICE) == 1
    assert alone.output(".", cache="cache").count(ADVICE) == 1
    alone.write({"b.py": f"{MISSING}y = 1\n"})
    assert alone.output(".", cache="cache").count(ADVICE) == 2


def test_the_daemon_on_an_ignore_that_is_needed_no_more(tmp_path: Path) -> None:
    """It is reported when the file that has it is read, and that file has not changed."""
    called = "def f(x: {}) -> None: ...\n"
    caller = "import a\na.f('')  # type: ignore[arg-type]\n"
    alone = project(tmp_path, {"a.py": called.format("int"), "b.py": caller})
    with alone.daemon(cache="daemon") as daemon:
        assert "error" not in daemon.output()
        alone.write({"a.py": called.format("str")})
        assert "unused-ignore" in cold(alone)
        assert "unused-ignore" not in daemon.output()


def test_the_daemon_on_a_module_that_was_removed(tmp_path: Path) -> None:
    """A second error, about the attribute of the package that the module was."""
    modules = {"p/__init__.py": "", "p/a.py": "x = 1\n", "b.py": "import p.a\nprint(p.a.x)\n"}
    alone = project(tmp_path, modules)
    with alone.daemon(cache="daemon") as daemon:
        assert "error" not in daemon.output()
        del modules["p/a.py"]
        alone.replace(modules)
        assert "attr-defined" not in cold(alone)
        assert "attr-defined" in daemon.output()


def test_the_daemon_on_a_package_that_was_removed(tmp_path: Path) -> None:
    """It stops at the next change of any file."""
    modules = dict.fromkeys(["p/__init__.py", "p/q/__init__.py", "p/q/a.py", "b.py"], "")
    alone = project(tmp_path, modules)
    with alone.daemon(cache="daemon") as daemon:
        daemon.output()
        del modules["p/q/__init__.py"]
        alone.replace(modules)
        daemon.output()
        alone.write({"b.py": "x = 1\n"})
        with pytest.raises(AssertionError, match=r"KeyError: 'p\.q'"):
            daemon.output()
        daemon.output()  # another one, to be stopped


def test_the_daemon_on_a_decorator_that_is_final_no_more(tmp_path: Path) -> None:
    """What mypy knows by its name is no decorator any more once it was read."""
    decorated = (
        "import a\nclass C:\n    @a.keep\n    def f(self) -> int:\n        return 1\nC().f()\n"
    )
    alone = project(tmp_path, {"a.py": "from typing import final as keep\n", "b.py": decorated})
    with alone.daemon(cache="daemon") as daemon:
        assert "error" not in daemon.output()
        alone.write({"a.py": "def keep(f: object) -> int:\n    return 1\n"})
        assert "not callable" in cold(alone)
        assert "error" not in daemon.output()
