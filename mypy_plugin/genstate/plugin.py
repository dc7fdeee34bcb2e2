"""mypy's questions and who answers them. Dispatch, nothing else.

What is imported here is paid for by every run, also by one that takes everything from the cache.
So the parts are imported when mypy first asks for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy.plugin import Plugin
from typing_extensions import override

from genstate import codes as codes  # mypy learns the error codes while it loads its plugins
from genstate import fullnames
from genstate.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy.nodes import MypyFile
    from mypy.options import Options
    from mypy.plugin import (
        AnalyzeTypeContext,
        ClassDefContext,
        FunctionContext,
        MethodContext,
        ReportConfigContext,
    )
    from mypy.types import Type

    from genstate.trigger import Arming, Firing


class GenstatePlugin(Plugin):
    """genstate, as mypy sees it."""

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._table: dict[str, MypyFile] = {}
        self._seen = 0
        self._arming: Arming | None = None
        self._firing: Firing | None = None
        self._watch = Watch()
        self._digest: str | None = None

    @override
    def set_modules(self, modules: dict[str, MypyFile]) -> None:
        super().set_modules(modules)
        self._table = modules
        self._seen = -1
        self._watch.watch(modules)

    @override
    def report_config_data(self, ctx: ReportConfigContext) -> str:
        if self._digest is None:
            from genstate.digest import digest

            self._digest = digest()
        return self._digest

    @override
    def get_type_analyze_hook(self, fullname: str) -> Callable[[AnalyzeTypeContext], Type] | None:
        """Never a hook: this is where new modules are seen in time.

        The analysis of every module begins with the type of `__name__`. It is asked for a million
        times, so it must not cost more than a look into a dictionary.
        """
        if len(self._table) != self._seen:
            self._arm()
        return None

    @override
    def get_customize_class_mro_hook(
        self, fullname: str
    ) -> Callable[[ClassDefContext], None] | None:
        from genstate.overlay import hook_for

        return hook_for(fullname, self.options)

    @override
    def get_function_hook(self, fullname: str) -> Callable[[FunctionContext], Type] | None:
        if fullname != fullnames.TRIGGER:
            self._watch.look_up(fullname)
            return None
        if self._firing is None:
            from genstate.trigger import Firing

            self._firing = Firing(self._watch)
        return self._firing.on_call

    @override
    def get_method_hook(self, fullname: str) -> Callable[[MethodContext], Type] | None:
        """Never a hook: the look-up tells which method is called."""
        self._watch.look_up(fullname)
        return None

    def _arm(self) -> None:
        """Arm the modules that have come since the last time: all of them after `set_modules`."""
        if self._arming is None:
            from genstate.trigger import Arming

            self._arming = Arming(self.options)
        total = len(self._table)
        arrived = total - self._seen if 0 <= self._seen < total else total
        self._arming.arm(self._table, arrived)
        self._seen = total
