"""mypy's questions and who answers them. Dispatch, nothing else.

What is imported here is paid for by every run, also by one that takes everything from the cache.
So the parts are imported when mypy first asks for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy.errors import CompileError
from mypy.plugin import Plugin
from typing_extensions import override

from genstate import config, digest, fullnames
from genstate.safety import SAFETY, is_worker

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
        self._config = config.load(options)
        digest.mark_version(self._config)
        self._table: dict[str, MypyFile] = {}
        self._seen = 0
        self._may_be_hidden = options.plugins[:1] not in ([], ["genstate"]) and not is_worker()
        self._arming: Arming | None = None
        self._firing: Firing | None = None
        self._digest: str | None = None

    @override
    def set_modules(self, modules: dict[str, MypyFile]) -> None:
        super().set_modules(modules)
        self._table = modules
        self._seen = -1
        if self._may_be_hidden:
            self._may_be_hidden = False
            SAFETY.attempt("It is not known if other plugins hide genstate", self._look_around)

    def _look_around(self) -> None:
        """Say if a plugin that mypy asks first answers for genstate, too.

        The coordinator of a parallel run does that for its workers.
        """
        from genstate.chain import loss

        lost = loss(self)
        if lost:
            SAFETY.hidden(*lost)

    @override
    def report_config_data(self, ctx: ReportConfigContext) -> str:
        if self._digest is None:
            self._digest = f"{digest.of_sources()}:{digest.of_config(self._config)}"
        return self._digest

    @override
    def get_additional_deps(self, file: MypyFile) -> list[tuple[int, str, int]]:
        """Never any: as this is mypy's first question, a wrong configuration is refused here.

        While mypy makes its plugins, there is no exception that it and its daemon take well. With
        such a configuration nothing is taken from the cache, so the question comes.
        """
        if self._config.complaint:
            raise CompileError([self._config.complaint])
        return []

    @override
    def get_type_analyze_hook(self, fullname: str) -> Callable[[AnalyzeTypeContext], Type] | None:
        """Never a hook: this is where new modules are seen in time.

        The analysis of every module begins with the type of `__name__`. It is asked for a million
        times, so it must not cost more than a look into a dictionary.
        """
        if len(self._table) != self._seen:
            SAFETY.attempt("Nothing is checked", self._arm)
            self._seen = len(self._table)
        return None

    @override
    def get_customize_class_mro_hook(
        self, fullname: str
    ) -> Callable[[ClassDefContext], None] | None:
        if fullname not in fullnames.CORRECTED:
            return None
        if self._seen < 0 and self._table:
            SAFETY.failed("Nothing is checked", LookupError("get_type_analyze_hook is not called"))
        return SAFETY.attempt("The stubs are not corrected", lambda: self._overlay_for(fullname))

    def _overlay_for(self, fullname: str) -> Callable[[ClassDefContext], None] | None:
        from genstate.overlay import hook_for

        return _guarded(hook_for(fullname, self.options))

    @override
    def get_base_class_hook(self, fullname: str) -> Callable[[ClassDefContext], None] | None:
        """A hook for the corrected classes, where another plugin hides the one above."""
        if fullname not in fullnames.BASES_OF_CORRECTED:
            return None
        return SAFETY.attempt("The stubs are not corrected", lambda: self._late_overlay(fullname))

    def _late_overlay(self, base: str) -> Callable[[ClassDefContext], None] | None:
        from genstate.overlay import late_hook_for

        return _guarded(late_hook_for(base, self.lookup_fully_qualified, self.options))

    @override
    def get_function_hook(self, fullname: str) -> Callable[[FunctionContext], Type] | None:
        if fullname != fullnames.TRIGGER:
            return None
        return SAFETY.attempt("Nothing is checked", self._on_trigger)

    @override
    def get_method_hook(self, fullname: str) -> Callable[[MethodContext], Type] | None:
        if fullname not in fullnames.ATHROW:
            return None
        return SAFETY.attempt("The type of athrow is not refined", self._on_athrow)

    def _on_trigger(self) -> Callable[[FunctionContext], Type]:
        if self._firing is None:
            from genstate.trigger import Firing

            self._firing = Firing(self._config, self._on_other_call)
        return self._firing.on_call

    def _on_other_call(self, ctx: FunctionContext) -> Type:
        """What a plugin behind genstate says to a call of what triggers call, too."""
        from genstate.chain import behind

        others = (
            SAFETY.attempt("Other plugins do not see object()", lambda: behind(self, ctx)) or ()
        )
        hooks = (other.get_function_hook(fullnames.TRIGGER) for other in others)
        hook = next(filter(None, hooks), None)
        return hook(ctx) if hook else ctx.default_return_type

    def _on_athrow(self) -> Callable[[MethodContext], Type]:
        from genstate.refine import on_athrow

        return on_athrow

    def _arm(self) -> None:
        """Arm the modules that have come since the last time: all of them after `set_modules`."""
        if self._arming is None:
            from genstate.trigger import Arming

            self._arming = Arming(self.options)
        total = len(self._table)
        arrived = total - self._seen if 0 <= self._seen < total else total
        self._arming.arm(self._table, arrived)
        self._seen = total


def _guarded(
    put_in_place: Callable[[ClassDefContext], None] | None,
) -> Callable[[ClassDefContext], None] | None:
    return put_in_place and (
        lambda ctx: SAFETY.attempt("The stubs are not corrected", lambda: put_in_place(ctx))
    )
