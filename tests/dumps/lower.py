"""Lower programs as mypy does with genstate's plugin: every expression has its type."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

import pytest
from mypy import build
from mypy.checker import TypeChecker
from mypy.modulefinder import BuildSource
from mypy.options import Options

from genstate import analysis
from genstate.cfg.dump import dump
from genstate.cfg.graph import Graph
from genstate.codes import CLOSED
from genstate.rules import RULES, Rule
from genstate.rules.finding import Finding
from genstate.typestate.solution import FunctionFlow
from tests.checking import CACHE, ROOT, look_at_everything


@dataclass
class Lowered:
    """What came of some modules.

    Attributes:
        graphs: for each module the graphs by name; the top level's name is the module's.
        errors: mypy's own errors, and failures of genstate: no program here should have any.
    """

    graphs: dict[str, dict[str, Graph]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    def dumps(self, module: str, *, top_level: bool) -> str:
        """The dumps of a module's functions in the order in which mypy finishes them."""
        found = self.graphs.get(module, {})
        return "\n\n".join(
            f"{name}:\n{dump(graph)}"
            for name, graph in found.items()
            if top_level or name != module
        )


def lower(sources: dict[str, str], path: Path, version: tuple[int, int]) -> Lowered:
    """Lower the modules `sources`, which may import what lies in the folder `path`.

    They are read as Python `version` would read them, whatever the version of the interpreter.

    There are no files of their names, so genstate cannot skip functions by the words in them.
    """
    lowered = Lowered()
    with _collecting(lowered.graphs):
        result = build.build(
            [BuildSource(f"<{module}>.py", module, text) for module, text in sources.items()],
            _options(path, version),
        )
    lowered.errors = [line for line in result.errors if _is_trouble(line)]
    return lowered


def _is_trouble(line: str) -> bool:
    """mypy's own errors, and failures of genstate. Its findings are not asked for here."""
    return (": error:" in line and "[generator-" not in line) or "could not analyse" in line


def _options(path: Path, version: tuple[int, int]) -> Options:
    options = Options()
    options.config_file = str(ROOT / "test-data" / "mypy.ini")  # without one, it loads no plugins
    options.plugins = ["genstate"]
    options.python_version = version
    options.native_parser = True
    options.mypy_path = [str(path)]
    options.cache_dir = str(CACHE / "dumps")
    options.check_untyped_defs = True
    return options


@contextmanager
def _collecting(graphs: dict[str, dict[str, Graph]]) -> Iterator[None]:
    """Keep the graph of every function that is analysed; the last one where it happens again."""
    modules: list[str] = []

    def in_module(check: Callable[..., None]) -> Callable[..., None]:
        def checked(checker: TypeChecker, *rest: object) -> None:
            modules.append(checker.tree.fullname)
            check(checker, *rest)
            modules.pop()

        return checked

    def collect(flow: FunctionFlow) -> Iterator[Finding]:
        graphs.setdefault(modules[-1], {})[flow.graph.name] = flow.graph
        return iter(())

    with (
        mock.patch.object(analysis, "check_function", in_module(analysis.check_function)),
        mock.patch.object(analysis, "check_module", in_module(analysis.check_module)),
        mock.patch.dict(RULES, {CLOSED.code: Rule(collect, lambda _: True)}),
        pytest.MonkeyPatch.context() as patch,
    ):
        look_at_everything(patch)
        yield
