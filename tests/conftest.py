"""Options of the Python tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-dumps",
        action="store_true",
        help="write what the lowering gives now into test-data/cfg/*.test",
    )
