"""genstate's own section in the configuration: how it is read, and what happens if it is wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from mypy.main import process_options
from mypy.options import Options

import genstate
from genstate import config, digest
from genstate.config import Config
from tests.modes.running import HAS_WORKERS

CONFIGURED: Final = Config(frozenset({"a.B", "a.b.c"}), frozenset({"d.e"}), sync=False)
INI: Final = "cancel_scopes = a.B, a.b.c\nsafe_decorators = d.e\nsync = no\n"
TOML: Final = 'cancel_scopes = ["a.b.c", "a.B"]\nsafe_decorators = ["d.e"]\nsync = false\n'


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each test runs in an empty folder, the root of a repository."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read(name: str, content: str) -> Config:
    """The configuration in a file with this content."""
    Path(name).write_text(content)
    options = Options()
    options.config_file = name
    return config.load(options)


@pytest.mark.any_mypy
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("mypy.ini", f"[mypy]\nplugins = genstate\n[genstate]\n{INI}"),
        (".mypy.ini", f"[genstate]\n{INI}[mypy]\n"),
        ("setup.cfg", f"[metadata]\nname = it\n[genstate]\n{INI}"),
        ("other.ini", f"[mypy]\n[genstate]\n{INI}"),
        ("pyproject.toml", f"[tool.mypy]\nplugins = ['genstate']\n[tool.genstate]\n{TOML}"),
        ("other.TOML", f"[tool.genstate]\n{TOML}"),
    ],
)
def test_each_kind_of_file(name: str, content: str) -> None:
    assert read(name, content) == CONFIGURED


@pytest.mark.any_mypy
@pytest.mark.parametrize(
    "content",
    [
        "[ tool . genstate ]\nsync = false",
        '["tool"."genstate"]\nsync = false',
        "[tool]\ngenstate.sync = false",
        "[tool]\ngenstate = {sync = false}",
        "tool.genstate.sync = false",
        "tool = {genstate = {sync = false}}",
    ],
)
def test_every_way_to_write_a_table(content: str) -> None:
    assert read("pyproject.toml", content) == Config(sync=False)


@pytest.mark.any_mypy
@pytest.mark.parametrize(
    "value", ["a.B, a.b.c", "a.B,a.b.c,", "a.B\n a.b.c", "\n  a.B,\n  # not this one\n  a.b.c,\n"]
)
def test_lists_in_ini_files(value: str) -> None:
    found = read("mypy.ini", f"[genstate]\ncancel_scopes = {value}\n")
    assert found == Config(cancel_scopes=frozenset({"a.B", "a.b.c"}))


@pytest.mark.any_mypy
@pytest.mark.parametrize(
    ("word", "meaning"), [("no", False), ("False", False), ("0", False), ("on", True), ("1", True)]
)
def test_switches_in_ini_files(word: str, meaning: bool) -> None:
    assert read("setup.cfg", f"[genstate]\nsync = {word}\n") == Config(sync=meaning)


@pytest.mark.any_mypy
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("pyproject.toml", "[tool.mypy]\nplugins = ['genstate']\n[tool.genstates]\n"),
        ("pyproject.toml", "[tool.genstate]\n"),
        ("mypy.ini", "[mypy]\nplugins = genstate\n# [genstate]\n"),
        ("mypy.ini", "[genstate]\ncancel_scopes =\n"),
    ],
)
def test_nothing_is_configured(name: str, content: str) -> None:
    assert read(name, content) == Config()


@pytest.mark.any_mypy
@pytest.mark.parametrize("path", [None, "", "missing.ini", os.devnull])
def test_no_file(path: str | None) -> None:
    options = Options()
    options.config_file = path
    assert config.load(options) == Config()


@pytest.mark.any_mypy
@pytest.mark.parametrize(
    ("name", "content"),
    [("pyproject.toml", "[tool.mypy]\nplugins = ['genstate']\n= 1\n"), ("mypy.ini", "[mypy\n")],
)
def test_file_without_the_section_is_not_parsed(name: str, content: str) -> None:
    assert read(name, content) == Config()


def test_the_file_that_mypy_reads_counts() -> None:
    Path("pyproject.toml").write_text(f"[tool.mypy]\n[tool.genstate]\n{TOML}")
    Path("a.py").touch()
    assert config.load(process_options(["a.py"])[1]) == CONFIGURED
    Path("mypy.ini").write_text("[mypy]\n")
    assert config.load(process_options(["a.py"])[1]) == Config()


# What is wrong.

IN_TOML: Final = (
    '(usage: cancel_scopes = ["package.name", ...]; safe_decorators = ["package.name", ...]; '
    "sync = true)"
)
IN_INI: Final = (
    "(usage: cancel_scopes = package.name, ...; safe_decorators = package.name, ...; sync = true)"
)


@pytest.mark.any_mypy
@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("cancel_scope = []", ':3: error: [tool.genstate]: Unknown key "cancel_scope"'),
        ('"a (\\nb" = 1', ': error: [tool.genstate]: Unknown key "a (\\nb"'),
        ("sync = 1", ':3: error: [tool.genstate]: "sync" must be true or false'),
        ("cancel_scopes = 'a.b'", ':3: error: [tool.genstate]: "cancel_scopes" must be a list'),
        (
            "sync = true\nsafe_decorators = [\n  'a.b',\n  3,\n]",
            ':4: error: [tool.genstate]: "3" in "safe_decorators" is not a full name',
        ),
        (
            "cancel_scopes = ['open']",
            ':3: error: [tool.genstate]: "open" in "cancel_scopes" is not a full name',
        ),
    ],
)
def test_complaint_about_toml(content: str, complaint: str) -> None:
    found = read("pyproject.toml", f"# first\n[tool.genstate]\n{content}\n[tool.x]\nsync = 2\n")
    assert found.complaint.startswith(f"pyproject.toml{complaint}")
    assert found.complaint.endswith(IN_TOML)
    assert "\n" not in found.complaint


@pytest.mark.any_mypy
def test_complaint_about_what_is_no_table() -> None:
    found = read("pyproject.toml", "[[tool.genstate]]\nsync = true\n")
    assert found.complaint == (
        f"pyproject.toml: error: [tool.genstate]: This must be a table {IN_TOML}"
    )


@pytest.mark.any_mypy
@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("cancel-scopes = a.b", ':3: error: [genstate]: Unknown key "cancel-scopes"'),
        ("sync = maybe", ':3: error: [genstate]: "sync" must be true or false'),
        (
            "cancel_scopes = a.b\n  c.d e.f",
            ':3: error: [genstate]: "c.d e.f" in "cancel_scopes" is not a full name',
        ),
        (
            "safe_decorators = a.b, a..b",
            ':3: error: [genstate]: "a..b" in "safe_decorators" is not a full name',
        ),
    ],
)
def test_complaint_about_ini(content: str, complaint: str) -> None:
    found = read("mypy.ini", f"[mypy]\n[genstate]\n{content}\n")
    assert found.complaint == f"mypy.ini{complaint} {IN_INI}"


# Where mypy has no configuration.


@pytest.mark.any_mypy
@pytest.mark.parametrize(
    ("name", "content"),
    [("pyproject.toml", "[tool.genstate]\n"), ("setup.cfg", "[genstate]\nsync = no\n")],
)
def test_nearest_file_with_the_section(
    name: str, content: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / name).write_text(content)
    (folder / "deep" / "down").mkdir(parents=True)
    (folder / "deep" / "pyproject.toml").write_text("[tool.mypy]\nplugins = ['genstate']\n")
    monkeypatch.chdir(folder / "deep" / "down")
    assert config.find() == os.path.join("..", "..", name)


@pytest.mark.any_mypy
def test_search_ends_at_the_root_of_the_repository(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "pyproject.toml").write_text("[tool.genstate]\n")
    (folder / "inner" / ".hg").mkdir(parents=True)
    monkeypatch.chdir(folder / "inner")
    assert config.find() is None


# What mypy remembers.


@pytest.mark.any_mypy
def test_digest_tells_configurations_apart() -> None:
    names = frozenset({"a.b"})
    configs = [
        Config(),
        Config(cancel_scopes=names),
        Config(safe_decorators=names),
        Config(sync=False),
        Config(complaint="wrong"),
    ]
    assert len({digest.of_config(one) for one in configs}) == len(configs)


@pytest.mark.any_mypy
def test_digest_is_the_same_in_every_process() -> None:
    names = [f"a.b{number}" for number in range(20)]
    program = (
        "from genstate import config, digest\n"
        f"print(digest.of_config(config.Config(frozenset({names}))))"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1


@pytest.mark.any_mypy
def test_version_tells_the_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(genstate, "__version__", "1.2")
    versions = []
    for found in (Config(), CONFIGURED, Config(sync=False), Config()):
        digest.mark_version(found)
        versions.append(genstate.__version__)
    assert versions[0] == versions[3] == "1.2"
    assert len(set(versions)) == 3
    assert all(version.startswith("1.2") for version in versions)


# Runs of mypy.

SCOPES: Final = """\
class First:
    async def __aenter__(self) -> None: ...
    async def __aexit__(self, *exception: object) -> None: ...
class Second(First): ...
"""
USER: Final = """\
from collections.abc import AsyncGenerator
from library import Second
async def numbers() -> AsyncGenerator[int, None]:
    async with Second():
        yield 1
"""
IN_FIRST: Final = '"library.First"'
IN_SECOND: Final = '"library.Second"'
WRONG: Final = f'mypy.ini:4: error: [genstate]: Unknown key "scopes" {IN_INI}'


SUMMARY: Final = "Found 1 error in 1 file (errors prevented further checking)\n"


def configure(section: str) -> None:
    Path("mypy.ini").write_text(f"[mypy]\nplugins = genstate\n[genstate]\n{section}\n")


def write_modules() -> None:
    Path("library").mkdir()
    Path("library", "__init__.py").write_text(
        "from library._scopes import First as First, Second as Second\n"
    )
    Path("library", "_scopes.py").write_text(SCOPES)
    Path("user.py").write_text(USER)


def run(*command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "MYPY_FORCE_TERMINAL_WIDTH": "1000"}
    environment.pop("FORCE_COLOR", None)
    return subprocess.run(
        [sys.executable, "-m", *command],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.mark.parametrize(
    "options",
    [
        [],
        pytest.param(
            ["--num-workers=2"],
            marks=pytest.mark.skipif(not HAS_WORKERS, reason="this mypy has no workers"),
        ),
    ],
    ids=["alone", "workers"],
)
def test_change_counts_in_the_next_run(options: list[str]) -> None:
    write_modules()
    for name, expected in [("First", IN_FIRST), ("Second", IN_SECOND)]:
        configure(f"cancel_scopes = library.{name}")
        assert expected in run("mypy", *options, ".").stdout
    Path("user.py").write_text(f"{USER}# edited\n")
    assert IN_SECOND in run("mypy", *options, ".").stdout, "with the library from the cache"


def test_change_counts_in_the_daemon() -> None:
    write_modules()
    daemon = ("mypy.dmypy", "--status-file", "status.json")
    try:
        configure("cancel_scopes = library.First")
        assert IN_FIRST in run(*daemon, "run", ".").stdout
        configure("cancel_scopes = library.Second")
        assert IN_SECOND in run(*daemon, "run", ".").stdout
        configure("scopes = library.First")
        for _ in range(2):
            refused = run(*daemon, "run", ".")
            assert (refused.returncode, refused.stderr) == (2, f"{WRONG}\n")
        configure("cancel_scopes = library.First")
        assert IN_FIRST in run(*daemon, "run", ".").stdout
    finally:
        run(*daemon, "stop")


@pytest.mark.parametrize(
    "command",
    [
        ["mypy"],
        ["mypy", "--no-incremental"],
        ["mypy", "--output=json"],
        pytest.param(
            ["mypy", "--num-workers=2"],
            marks=pytest.mark.skipif(not HAS_WORKERS, reason="this mypy has no workers"),
        ),
        ["mypy.dmypy", "--status-file", "status.json", "run"],
    ],
    ids=["plain", "no-cache", "json", "workers", "daemon"],
)
def test_refused_with_one_message(command: list[str]) -> None:
    write_modules()
    configure("scopes = library.First")
    try:
        done = run(*command, ".")
    finally:
        if "run" in command:
            run(*command[:-1], "stop")
    assert (done.returncode, done.stderr) == (2, f"{WRONG}\n")
    assert done.stdout in ("", SUMMARY, "Daemon started\n")


def test_refused_although_the_cache_has_everything() -> None:
    write_modules()
    configure("sync = yes")
    assert run("mypy", ".").returncode == 0
    configure("scopes = library.First")
    assert run("mypy", ".").stderr == f"{WRONG}\n"
    configure("sync = yes")
    assert run("mypy", ".").returncode == 0


def test_refused_by_genstate_check() -> None:
    write_modules()
    configure("scopes = library.First")
    done = run("genstate", "check", ".")
    refusal = f"genstate: error: {WRONG.replace('error: ', '', 1)}\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", refusal)


def test_genstate_check_needs_no_configuration_of_mypys() -> None:
    write_modules()
    Path("pyproject.toml").write_text("[tool.genstate]\ncancel_scopes = ['library.First']\n")
    assert IN_FIRST in run("genstate", "check", ".").stdout
    assert run("genstate", "check", ".", "--config-file=").returncode == 0
