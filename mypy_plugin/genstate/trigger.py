"""Getting called by mypy for every function and every module that it checks.

mypy has no plugin hook for a function definition. So a *trigger* is put before the first statement
of a function: an expression statement that changes nothing, but makes the checker ask the plugin
for a hook. In turn:

1. `Arming` puts a trigger before the first statement of a module, before mypy analyses it.
2. When mypy checks the module, this trigger puts one into every function of the module that may
   have to do with generators.
3. When mypy checks a function, its trigger moves the rest of the body into an `if` whose `else`
   holds a second trigger. However the body ends, mypy then comes to the `else`, and by then every
   expression of the body that mypy takes for reachable has its type.
4. The second trigger takes the `if` away again and starts the analysis.

The module's own statements are treated like a function's body. A trigger is known by its text, and
the function is taken from the checker's scope, never remembered: mypy checks copies of functions
with constrained type variables, and the daemon replaces functions.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, cast

from mypy.nodes import CallExpr, MypyFile

from genstate import analysis, compat, concern, fine_grained, functions, report, trees, worth
from genstate.exports import on_the_way_to
from genstate.safety import SAFETY
from genstate.selection import Selection

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy.checker import TypeChecker
    from mypy.nodes import FuncItem, Statement
    from mypy.options import Options
    from mypy.plugin import FunctionContext
    from mypy.types import Type

    from genstate.config import Config


class Arming:
    """Puts the triggers into modules as they appear in mypy's table of modules.

    A worker of a parallel run, or a run from the cache, fills that table bit by bit.
    """

    def __init__(self, options: Options) -> None:
        self._enabled = not compat.compiles_with_mypyc(options)

    def arm(self, modules: dict[str, MypyFile], arrived: int) -> None:
        """Arm the last `arrived` of `modules`, or as many as there are."""
        builtins = modules.get("builtins")
        if builtins is None or not self._enabled:
            return
        for tree in islice(reversed(modules.values()), arrived):
            if tree is builtins or tree.is_stub or not tree.defs:
                continue
            if not trees.is_trigger(tree.defs[0]):
                tree.defs.insert(0, trees.new_trigger(tree.defs[0], builtins))


class Firing:
    """What triggers do when mypy comes to them; `otherwise` answers for all other calls."""

    def __init__(self, config: Config, otherwise: Callable[[FunctionContext], Type]) -> None:
        self._otherwise = otherwise
        self._environment = analysis.Environment(config)
        self._configured = on_the_way_to([*config.cancel_scopes, *config.safe_decorators])
        self._selection = Selection()
        self._kinds = fine_grained.Kinds()
        self._bodies = fine_grained.Bodies()

    def on_call(self, ctx: FunctionContext) -> Type:
        """Answer mypy's question about the type of a call, which may be that of a trigger."""
        call = ctx.context
        if isinstance(call, CallExpr) and trees.is_trigger_call(call):
            self._fire(cast("TypeChecker", ctx.api), call)
            return ctx.default_return_type
        return self._otherwise(ctx)

    def _fire(self, checker: TypeChecker, call: CallExpr) -> None:
        """Do what the trigger `call` is there for. The guard around all that runs in a check."""
        code: FuncItem | MypyFile | None = None
        try:
            code = compat.function_in_hand(checker) or checker.tree
            if trees.is_first(call, code):
                self._enter(checker, code)
            else:
                self._leave(checker, code)
                if compat.keeps_dependencies(checker):
                    self._bodies.declare(checker, self._environment.asked(checker), code)
        except Exception as failure:
            if code is None:
                SAFETY.failed("Nothing is checked", failure)
                return
            name = code.fullname if isinstance(code, MypyFile) else code.name
            report.report_failure(checker, name, code, failure)

    def _enter(self, checker: TypeChecker, code: FuncItem | MypyFile) -> None:
        if isinstance(code, MypyFile):
            if compat.keeps_dependencies(checker):
                self._selection.renew(code)
                self._kinds.declare(checker)
            if not self._arm_functions(checker):
                _disarm(checker, code)
                return
        elif compat.errors_are_hidden(checker) or not checker.in_checked_function():
            return
        trees.wrap(trees.statements_of(code), checker.modules["builtins"])

    def _arm_functions(self, checker: TypeChecker) -> bool:
        """Put triggers into functions of the module, and say whether its own statements matter."""
        if compat.errors_are_hidden(checker):
            return False
        armed, module_level = self._selection.to_arm(checker)
        for function in armed:
            trees.arm(function, checker.modules["builtins"])
        return module_level

    def _leave(self, checker: TypeChecker, code: FuncItem | MypyFile) -> None:
        statements = trees.statements_of(code)
        body = trees.wrapped_statements(statements)
        if body is None:
            return
        trees.replace_statements(code, [statements[0], *body])
        if isinstance(code, MypyFile):
            _disarm(checker, code)
        if compat.is_deferred(checker):
            return  # types are missing, mypy comes back
        parts = [*functions.own_parts(body)] if isinstance(code, MypyFile) else body
        if not self._selection.includes(checker, code, parts):
            return
        if compat.keeps_dependencies(checker):
            fine_grained.declare_analysis(checker)
            fine_grained.declare_names(checker, self._configured)
            classes = concern.classes_in(checker, parts)
            fine_grained.declare_names(checker, fine_grained.special_methods(classes))
        if isinstance(code, MypyFile):
            if concern.has_generators(checker, parts):
                analysis.check_module(checker, code, body, self._environment)
            return
        environment = self._environment
        decorator = environment.decorator_of(checker, code)
        if self._is_worthwhile(checker, code, body) or (
            decorator is not None and analysis.is_driven_by_manager(checker, decorator, environment)
        ):
            analysis.check_function(checker, code, body, decorator, environment)

    @staticmethod
    def _is_worthwhile(checker: TypeChecker, function: FuncItem, body: list[Statement]) -> bool:
        watched = analysis.ONLOOKER.get() is not None
        return worth.is_of_interest(checker, function, body) and (
            watched or worth.may_break_a_rule(checker, function, body)
        )


def _disarm(checker: TypeChecker, tree: MypyFile) -> None:
    """Take the trigger out of a module to which mypy will not come again.

    Else mypy's reports would count its expressions.
    """
    if not compat.keeps_dependencies(checker):
        trees.replace_statements(tree, tree.defs[1:])


def original_body(code: FuncItem | MypyFile) -> list[Statement]:
    """The statements of a function or module as its author wrote them, without triggers."""
    statements = trees.statements_of(code)
    if not statements or not trees.is_trigger(statements[0]):
        return statements
    wrapped = trees.wrapped_statements(statements)
    return statements[1:] if wrapped is None else wrapped
