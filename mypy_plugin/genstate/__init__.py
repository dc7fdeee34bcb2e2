"""genstate: a mypy plugin that checks how generators are written and driven."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy.plugin import Plugin

__version__ = "0.1.0"


def plugin(version: str) -> type[Plugin]:
    """mypy's entry point: the plugin class, or one that does nothing in a mypy too different."""
    from mypy.plugin import Plugin

    from genstate.safety import SAFETY

    SAFETY.meet(version)
    return SAFETY.attempt("Nothing is checked", _load, everywhere=True) or Plugin


def _load() -> type[Plugin]:
    # The codes come first: mypy refuses a configuration with names that it does not know, also
    # where the rest cannot be loaded.
    from genstate import codes

    if codes.FAILURES:
        raise codes.FAILURES[0]
    from genstate.plugin import GenstatePlugin

    # The import has put the module in this function's place; mypy may load its plugins again.
    globals()["plugin"] = _entry_point
    return GenstatePlugin


_entry_point = plugin
