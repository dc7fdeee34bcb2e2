"""Lower programs as a run of mypy does: with genstate's plugin, and with the types of the checker."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

from mypy import build
from mypy.modulefinder import BuildSource
from mypy.options import Options

from genstate import analysis
from genstate.cfg.dump import dump
from genstate.cfg.graph import Graph
from genstate.typestate import solution
from genstate.watch import Watch

ROOT = Path(__file__).parents[2]


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


def lower(sources: dict[str, str], path: Path) -> Lowered:
    """Lower the modules `sources`, which may import what lies in the folder `path`.

    There are no files of their names, so genstate cannot skip functions by the words in them.
    """
    lowered = Lowered()
    with _collecting(lowered.graphs):
        result = build.build(
            [BuildSource(f"<{module}>.py", module, text) for module, text in sources.items()],
            _options(path),
        )
    lowered.errors = [line for line in result.errors if _is_trouble(line)]
    return lowered


def _is_trouble(line: str) -> bool:
    """mypy's own errors, and failures of genstate. Its findings are not asked for here."""
    return (": error:" in line and "[generator-" not in line) or "could not analyse" in line


def _options(path: Path) -> Options:
    options = Options()
    options.config_file = str(ROOT / "test-data" / "mypy.ini")  # without one, it loads no plugins
    options.plugins = ["genstate"]
    options.mypy_path = [str(path)]
    options.cache_dir = str(ROOT / ".cache" / "dumps")
    options.check_untyped_defs = True
    return options


@contextmanager
def _collecting(graphs: dict[str, dict[str, Graph]]) -> Iterator[None]:
    """Keep the graph of every function that genstate analyses; the last one where it does so again."""
    modules: list[str] = []

    def check(original: Any, module: str, arguments: Iterable[Any]) -> None:
        modules.append(module)
        original(*arguments)
        modules.pop()

    def check_function(checker: Any, *rest: Any) -> None:
        check(_check_function, checker.tree.fullname, (checker, *rest))

    def check_module(checker: Any, *rest: Any) -> None:
        check(_check_module, checker.tree.fullname, (checker, *rest))

    def solve(graph: Graph) -> solution.FunctionFlow:
        graphs.setdefault(modules[-1], {})[graph.name] = graph
        return _solve(graph)

    _check_function, _check_module = analysis.check_function, analysis.check_module
    _solve = solution.solve_function
    with (
        mock.patch.object(analysis, "check_function", check_function),
        mock.patch.object(analysis, "check_module", check_module),
        mock.patch.object(solution, "solve_function", solve),
        mock.patch.object(Watch, "leave", return_value=True),  # or it skips what has no generators
    ):
        yield
