"""Running mypy in its several modes over a project, each time in processes of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import mypy.version

OF_GENSTATE = ("[generator", "genstate could not", "note: probe:")
MYPY_VERSION = tuple(int(part) for part in mypy.version.__version__.split("+")[0].split(".")[:2])
#: mypy 1.20 knows the option `-n`, too, and crashes with it, without any plugin.
HAS_NATIVE_PARSER = HAS_WORKERS = MYPY_VERSION >= (2, 0)


class Project:
    """A folder with modules and a mypy configuration.

    Attributes:
        folder: where the modules are.
        config: the configuration file.
    """

    def __init__(
        self, folder: Path, modules: dict[str, str], plugin: str, more_config: str = ""
    ) -> None:
        self.folder = folder / "project"
        self.folder.mkdir()
        self.config = folder / "mypy.ini"
        self.config.write_text(
            f"[mypy]\nplugins = {plugin}\n"
            "check_untyped_defs = True\nwarn_unused_ignores = True\nwarn_unreachable = True\n"
            + more_config
        )
        self.write(modules)

    def write(self, modules: dict[str, str]) -> None:
        """Give the modules these texts. Files that stay the same are not touched."""
        for name, text in modules.items():
            file = self.folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            if not file.exists() or file.read_text() != text:
                file.write_text(text)

    def replace(self, modules: dict[str, str]) -> None:
        """Give the modules these texts, and remove all others.

        With their folders: where one is left that was a package, mypy's daemon, with no plugin at
        all, may stop with a KeyError at the next change.
        """
        for file in self.folder.rglob("*.py*"):
            if file.is_file() and str(file.relative_to(self.folder)) not in modules:
                file.unlink()
        for folder in sorted(self.folder.rglob("*"), reverse=True):
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
        self.write(modules)

    def mypy(self, *options: str, cache: str) -> list[str]:
        """What genstate says in one run of mypy."""
        return of_genstate(self.output(*options, ".", cache=cache))

    def output(self, *arguments: str, cache: str, command: tuple[str, ...] = ()) -> str:
        """All that one run of mypy says; `command` is another way to start it."""
        start = command or (sys.executable, "-m", "mypy")
        return self._run([*start, *self._arguments(cache), *arguments])

    @contextmanager
    def daemon(self, cache: str, *options: str) -> Iterator[Daemon]:
        """A daemon for this project, with these options for mypy, that is stopped in the end."""
        status = self.folder.parent / f"{cache}.json"
        command = [sys.executable, "-m", "mypy.dmypy", "--status-file", str(status)]
        daemon = Daemon(self, command, [*self._arguments(cache), *options])
        try:
            yield daemon
        finally:
            self._run([*command, "stop"])

    def _arguments(self, cache: str) -> list[str]:
        return [f"--config-file={self.config}", f"--cache-dir={self.folder.parent / cache}"]

    def _run(self, command: list[str]) -> str:
        # Another width breaks mypy's lines, another PYTHONPATH may hold another genstate.
        environment = {**os.environ, "MYPY_FORCE_TERMINAL_WIDTH": "1000"}
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
        )
        blocked = done.returncode == 2 and "[syntax]" in done.stdout
        assert blocked or done.returncode in (0, 1), done.stdout + done.stderr
        return done.stdout


class Daemon:
    """A running daemon."""

    def __init__(self, project: Project, command: list[str], arguments: list[str]) -> None:
        self._project = project
        self._command = command
        self._arguments = arguments

    def check(self) -> list[str]:
        """What genstate says now."""
        return of_genstate(self.output())

    def output(self, *options: str) -> str:
        """All that mypy says now. With `--export-types` it checks all modules whole, each time."""
        command = [*self._command, "run", *options, "--", *self._arguments, "."]
        return self._project._run(command)

    def inspect(self, place: str) -> str:
        """What the daemon knows of the expressions at `place`, such as `module.py:3:1`."""
        return self._project._run([*self._command, "inspect", "--include-span", place])


def of_genstate(output: str) -> list[str]:
    """genstate's errors and the notes that follow them, ordered by file.

    In which order mypy comes to the files is another thing in every mode.
    """
    kept: list[str] = []
    follows = False
    for line in output.splitlines():
        own = any(mark in line for mark in OF_GENSTATE)
        follows = own or (follows and ": note: " in line)
        if follows:
            kept.append(line)
    return sorted(kept, key=lambda line: line.partition(":")[0])
