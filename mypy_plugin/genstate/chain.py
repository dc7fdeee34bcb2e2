"""The plugins beside genstate: mypy asks them in turn, and takes the first answer that it gets."""

from __future__ import annotations

import gc
from operator import methodcaller
from typing import TYPE_CHECKING, Final, cast

from mypy.plugin import Plugin

from genstate import fullnames
from genstate.overlay import SUBCLASSES

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy.checker import TypeChecker
    from mypy.plugin import ChainedPlugin, FunctionContext

    Ask = Callable[[Plugin], object]

CHECKING: Final = "Nothing is checked"
STUBS: Final = "The stubs are not corrected"


def loss(own: Plugin) -> tuple[str, str] | None:
    """What `own` cannot do, and the name of the plugin that mypy asks first, and that answers.

    Nothing is analysed yet. So it is such a plugin as has an answer for every name; not one that
    looks names up, and answers for some of them.
    """
    plugins = _chain_around(own)
    earlier = dict(zip(own.options.plugins, plugins[: plugins.index(own)], strict=False))
    culprit = _first(earlier, methodcaller("get_function_hook", fullnames.TRIGGER))
    if culprit:
        return CHECKING, culprit
    for base, corrected in SUBCLASSES.items():
        culprit = _first(earlier, methodcaller("get_customize_class_mro_hook", corrected))
        if culprit and _first(earlier, methodcaller("get_base_class_hook", base)):
            return STUBS, culprit
    return None


def behind(own: Plugin, ctx: FunctionContext) -> list[Plugin]:
    """The plugins that mypy would ask if `own` had no answer, its default plugin last."""
    plugins = cast("ChainedPlugin", cast("TypeChecker", ctx.api).plugin)._plugins
    return plugins[plugins.index(own) + 1 :]


def _chain_around(own: Plugin) -> list[Plugin]:
    """The list of plugins in which `own` stands.

    Until it checks something, mypy hands it to nobody, and only the workers of a parallel run check
    something. So it is looked for among the objects that refer to `own`.
    """
    for holder in gc.get_referrers(own):
        if isinstance(holder, list) and all(isinstance(each, Plugin) for each in holder):
            return holder
    raise LookupError("mypy's list of plugins is not found")


def _first(plugins: dict[str, Plugin], ask: Ask) -> str | None:
    """The name of the first one that answers."""
    return next((name for name, plugin in plugins.items() if _answers(plugin, ask)), None)


def _answers(plugin: Plugin, ask: Ask) -> bool:
    try:
        return ask(plugin) is not None
    except Exception:
        return False  # no failure of genstate's: mypy will ask the same, and find it
