"""A pytest plugin for mypy's own test suite: runs its cases with genstate, and compares.

It takes part in a pytest session of its own, which `run.py` starts. A case that fails with genstate
is run again without it; what mypy says then, and did not say with genstate, or the other way
round, is written to the file that `--results` names.
"""

from __future__ import annotations

import difflib
import json
import re
import zlib
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from typing import Any
from unittest import mock

import pytest
from mypy import build
from mypy.errors import CompileError
from mypy.options import Options
from mypy.test.data import DataDrivenTestCase, DataSuite
from mypy.test.helpers import assert_string_arrays_equal
from mypy.test.testcheck import TypeCheckSuite
from mypy.test.testfinegrained import FineGrainedSuite

from genstate import compat, concern, plugin, worth

#: Of a symbol by which genstate tells the daemon what mypy does not see.
OWN_TRIGGER = re.compile(r"<[\w.]+\.\([0-9a-f]+\)>, |, <[\w.]+\.\([0-9a-f]+\)>$")
GENERATORS = re.compile(r"\b(?:async|yield)\b")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--results", help="the file to write results to, as lines of JSON")
    parser.addoption("--all-cases", action="store_true", help="also those without async and yield")
    parser.addoption("--part", default="0/1", help="which of how many parts of the cases to run")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    part, parts = map(int, config.getoption("--part").split("/"))
    items[:] = [
        item
        for item in items
        if isinstance(item, DataDrivenTestCase)
        and zlib.crc32(item.name.encode()) % parts == part
        and (config.getoption("--all-cases") or GENERATORS.search(item.data))
    ]


def pytest_configure(config: pytest.Config) -> None:
    _instrument(config, TypeCheckSuite, Recorder)
    _instrument(config, FineGrainedSuite, DaemonRecorder)
    # Everything is analysed, also what holds no word of interest.
    mock.patch.object(compat, "source_text", return_value=None).start()
    mock.patch.object(concern, "has_generators", return_value=True).start()
    mock.patch.object(worth, "may_break_a_rule", return_value=True).start()


def _instrument(config: pytest.Config, suite: type[DataSuite], record: type[Recorder]) -> None:
    run_case = suite.run_case

    def run_and_compare(self: DataSuite, case: DataDrivenTestCase) -> None:
        difference = _difference(lambda: run_case(self, case), case, record)
        with open(config.getoption("--results"), "a", encoding="utf-8") as file:
            print(json.dumps({"case": case.name, "difference": difference}), file=file)

    mock.patch.object(suite, "run_case", run_and_compare).start()


def _difference(
    run: Callable[[], None], case: DataDrivenTestCase, record: type[Recorder]
) -> list[str]:
    """Lines that only one of the two says: `+` with genstate, `-` without it."""
    recorder = record(run, with_genstate=True)
    if recorder.failure is None:
        return []
    case.teardown()
    case.setup()
    bare = record(run, with_genstate=False)
    compared = difflib.ndiff(bare.messages, recorder.messages)
    lines = [line for line in compared if line.startswith(("+", "-"))]
    return lines or ([f"+ {recorder.failure}"] if bare.failure is None else [])


class Recorder:
    """Runs a case and keeps what mypy says.

    Attributes:
        messages: mypy's messages, in all steps of the case.
        failure: why mypy's own suite is not content, None if it is.
    """

    def __init__(self, run: Callable[[], None], *, with_genstate: bool) -> None:
        self.messages: list[str] = []
        self.failure: str | None = None
        self._with_genstate = with_genstate
        with ExitStack() as patches:
            for patch in self._patches():
                patches.enter_context(patch)
            try:
                run()
            except (Exception, SystemExit, pytest.fail.Exception) as failure:
                self.failure = f"{type(failure).__name__}: {failure}"

    def _patches(self) -> list[AbstractContextManager[object]]:
        self._build = build.build
        return [mock.patch.object(build, "build", self._recorded_build)]

    def _recorded_build(self, sources: Any, options: Any, **rest: Any) -> build.BuildResult:
        plugins = [plugin("")(options)] if self._with_genstate else []
        try:
            result = self._build(sources, options, extra_plugins=plugins, **rest)
        except CompileError as error:
            self.messages += error.messages
            raise
        except SystemExit:
            self.messages.append("mypy has crashed")
            raise
        self.messages += result.errors
        return result


class DaemonRecorder(Recorder):
    """Runs a case of mypy's daemon, whose server makes its plugins from the configuration."""

    def _patches(self) -> list[AbstractContextManager[object]]:
        get_options = FineGrainedSuite.get_options

        def with_plugin(*arguments: Any, **rest: Any) -> Options:
            options = get_options(*arguments, **rest)
            if self._with_genstate:
                options.plugins = [*options.plugins, "genstate"]
                options.config_file = options.config_file or "mypy.ini"
            return options

        def record(expected: list[str], actual: list[str], message: str) -> None:
            actual = [OWN_TRIGGER.sub("", line) for line in actual]
            self.messages += actual
            assert_string_arrays_equal(expected, actual, message)

        return [
            mock.patch.object(FineGrainedSuite, "get_options", with_plugin),
            mock.patch("mypy.test.testfinegrained.assert_string_arrays_equal", record),
        ]
