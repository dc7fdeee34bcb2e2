"""A mypy plugin for the tests: calls of functions with certain names are reported.

`misuse()` gets an error as genstate's rules report them. `failure()` gets an error of mypy's own,
and at the same place the note with which genstate tells that it failed.
"""

from __future__ import annotations

from collections.abc import Callable

from mypy.checker import TypeChecker
from mypy.errorcodes import MISC
from mypy.plugin import FunctionContext, Plugin
from mypy.types import Type

from genstate.codes import EXIT_YIELD, GENERATOR
from genstate.report import FAILURE


class Reporter(Plugin):
    def get_function_hook(self, fullname: str) -> Callable[[FunctionContext], Type] | None:
        return {"misuse": _misuse, "failure": _failure}.get(fullname.rpartition(".")[2])


def _misuse(ctx: FunctionContext) -> Type:
    assert isinstance(ctx.api, TypeChecker)
    ctx.api.msg.fail("Misuse", ctx.context, code=EXIT_YIELD)
    ctx.api.msg.note("This is why", ctx.context, code=EXIT_YIELD)
    ctx.api.msg.note("That would be right", ctx.context, code=EXIT_YIELD)
    return ctx.default_return_type


def _failure(ctx: FunctionContext) -> Type:
    assert isinstance(ctx.api, TypeChecker)
    ctx.api.msg.fail("Not for genstate to tell", ctx.context, code=MISC)
    ctx.api.msg.note("Nor is this", ctx.context, code=MISC)
    ctx.api.msg.note(FAILURE.format(name="f", url="URL"), ctx.context, code=GENERATOR)
    ctx.api.msg.note("Traceback", ctx.context, code=GENERATOR)
    return ctx.default_return_type


def plugin(_version: str) -> type[Plugin]:
    return Reporter
