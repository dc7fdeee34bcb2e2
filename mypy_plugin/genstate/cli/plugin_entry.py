"""How genstate is listed among the plugins in a configuration of mypy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

PLUGIN: Final = "genstate"


def is_listed(plugins: Iterable[str]) -> bool:
    """Is genstate one of `plugins`? An entry may name a function behind a colon."""
    return any(plugin.strip().partition(":")[0] == PLUGIN for plugin in plugins)
