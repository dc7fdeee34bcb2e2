"""Options of the Python tests."""

from __future__ import annotations

import gc
import itertools
from typing import TYPE_CHECKING, Final

import mypy.version
from hypothesis import HealthCheck, settings

# How fast inputs are made says something about the machine, and nothing about the project. Each run
# makes the same inputs; `--hypothesis-profile=search` makes new ones.
settings.register_profile(
    "search",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile("the same again", settings.get_profile("search"), derandomize=True)
settings.load_profile("the same again")


# mypy 1.19 collects in each run, all that the runs before have left: that takes seconds.
RUNS_BETWEEN_COLLECTIONS: Final = 20
collect, wanted = gc.collect, itertools.count(1)


def collect_now_and_then(generation: int = 2) -> int:
    return 0 if next(wanted) % RUNS_BETWEEN_COLLECTIONS else collect(generation)


if mypy.version.__version__.startswith("1.19."):
    gc.collect = collect_now_and_then

if TYPE_CHECKING:
    import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-dumps",
        action="store_true",
        help="write what the lowering gives now into test-data/cfg/*.test",
    )
    parser.addoption("--all-modes", action="store_true", help="the large project in every mode")
    parser.addoption("--edits", type=int, default=10, help="how many edits mypy's daemon is given")
    parser.addoption("--seed", type=int, default=1, help="which edits these are")
