"""What happens when mypy has checked a function: lower it, solve it, run the rules, report.

The trigger calls `check_function` (or `check_module`) once every expression in the body has its
type.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Final, TypeAlias

from mypy.nodes import FuncDef

from genstate import compat
from genstate.functions import key_of
from genstate.report import Reporter, is_enabled

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mypy.checker import TypeChecker
    from mypy.nodes import Decorator, Expression, FuncItem, MypyFile, Statement
    from mypy.types import Type

    from genstate.cfg.graph import Graph
    from genstate.cfg.lower import Surroundings
    from genstate.cfg.lower.handing import Handing
    from genstate.config import Config
    from genstate.functions import Key


Onlooker: TypeAlias = "Callable[[TypeChecker, Graph], None]"

#: Who is shown each function that is analysed. mypy makes the plugin by itself, so nothing can be
#: handed over to it.
ONLOOKER: Final[ContextVar[Onlooker | None]] = ContextVar("onlooker", default=None)


class Environment:
    """What is known of the world around a function: by the configuration, and in its module.

    Attributes:
        config: the configuration.
        reporter: reports what is found.
    """

    def __init__(self, config: Config) -> None:
        self.config = config
        self.reporter = Reporter()
        self._checker: TypeChecker | None = None
        self._surroundings: Surroundings | None = None
        self._handing: Handing | None = None
        self._decorators: Mapping[Key, Decorator] = {}
        self._asked: set[FuncDef] = set()

    def around(self, checker: TypeChecker) -> Surroundings:
        """What the lowering needs to know of the world around the functions of a module.

        mypy has another checker for each module, and for each time that its daemon comes back to
        one: what is known of other functions of the module holds as long as the checker does.
        """
        if self._surroundings is None or checker is not self._checker:
            self._checker, self._surroundings = checker, self._look_around(checker)
            self._handing = None
        return self._surroundings

    def handing(self, checker: TypeChecker) -> Handing:
        """What the module that is `around` does with its functions, other than to call them."""
        if self._handing is None:
            from genstate.cfg.lower.handing import Handing

            self._handing = Handing(checker.tree, compat.source_text(checker) or b"")
        return self._handing

    def decorator_of(self, checker: TypeChecker, function: FuncItem) -> Decorator | None:
        """The decorators of a function of the module, which itself does not know them.

        They are found by its place: mypy checks copies of functions with constrained type
        variables.
        """
        if not isinstance(function, FuncDef) or not function.is_decorated:
            return None
        self.around(checker)
        return self._decorators.get(key_of(function))

    def asked(self, checker: TypeChecker) -> set[FuncDef]:
        """The functions of the module whose bodies counted for others, so far."""
        return self._asked if checker is self._checker else set()

    def _look_around(self, checker: TypeChecker) -> Surroundings:
        from dataclasses import replace

        from genstate.cfg.lower import Declared, Oracle, Surroundings
        from genstate.cfg.lower.scope import bindings_of
        from genstate.cfg.lower.surroundings import Readers, Writers
        from genstate.exports import with_definitions
        from genstate.functions import definitions_in
        from genstate.knowledge import scopes
        from genstate.summaries import ModuleSummaries

        tree, modules = checker.tree, checker.modules
        configured = with_definitions(self.config.cancel_scopes, tree, modules)
        classes, functions = {**scopes.CLASSES, **configured}, {**scopes.FUNCTIONS, **configured}
        bindings, defined = bindings_of(tree.defs), definitions_in(tree)
        definitions = bindings.once()
        around = Surroundings(
            tree.fullname,
            Oracle(Declared(definitions), knows_dead_code=False),
            scope_classes=classes,
            scope_functions=functions,
            safe_decorators=frozenset(with_definitions(self.config.safe_decorators, tree, modules)),
            version=checker.options.python_version,
            sync=self.config.sync,
            definitions=definitions,
            rebound=frozenset(defined.rebound),
            functions=defined.functions,
            replaced=bindings.again() | defined.rebound,
            assigned=frozenset(defined.assigned),
            readers=Readers(defined.functions),
            writers=Writers(defined.functions),
        )
        summaries = ModuleSummaries(around)
        self._asked, self._decorators = summaries.asked, defined.decorators
        oracle = Oracle(CheckedTypes(checker), knows_dead_code=True)
        return replace(around, oracle=oracle, summaries=summaries)


class CheckedTypes:
    """The types that the running checker has found."""

    def __init__(self, checker: TypeChecker) -> None:
        self._checker = checker

    def type_of(self, expression: Expression) -> Type | None:
        return self._checker.lookup_type_or_none(expression)


def is_driven_by_manager(
    checker: TypeChecker, decorator: Decorator, environment: Environment
) -> bool:
    """The decorated function should be a generator function of a context manager or fixture."""
    from genstate.cfg.lower.roles import role_of
    from genstate.cfg.vocabulary import Role

    role = role_of(decorator, definitions=environment.around(checker).definitions)
    return role in (Role.CONTEXT_MANAGER, Role.FIXTURE)


def check_function(
    checker: TypeChecker,
    func: FuncItem,
    body: list[Statement],
    decorator: Decorator | None,
    environment: Environment,
) -> None:
    """Check `func`, whose own statements (without triggers) are `body`, in its `environment`."""
    from genstate.cfg.lower import LeftAlone, lower_function
    from genstate.cfg.vocabulary import Role
    from genstate.rules import cancel_scope_yield

    try:
        graph = lower_function(func, body, environment.around(checker), decorator)
    except LeftAlone:
        return
    if cancel_scope_yield.may_apply(graph) and environment.handing(checker).hands_over(func):
        graph.role = Role.UNKNOWN
    _check(checker, graph, environment)


def check_module(
    checker: TypeChecker, tree: MypyFile, body: list[Statement], environment: Environment
) -> None:
    """Check the module-level code of `tree`, class bodies included."""
    from genstate.cfg.lower import LeftAlone, lower_module

    try:
        graph = lower_module(tree, body, environment.around(checker))
    except LeftAlone:
        return
    _check(checker, graph, environment)


def _check(checker: TypeChecker, graph: Graph, environment: Environment) -> None:
    from genstate.rules import rules_for
    from genstate.typestate.solution import solve_function

    onlooker = ONLOOKER.get()
    if onlooker is not None:
        onlooker(checker, graph)
    rules = rules_for(graph, lambda code: is_enabled(checker, code), sync=environment.config.sync)
    if not rules:
        return
    flow = solve_function(graph)
    for rule in rules:
        for finding in rule.check(flow):
            environment.reporter.report(checker, finding)
