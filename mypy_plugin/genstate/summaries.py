"""What the bodies of other functions of the same module say.

A summary reads names and declared types only: whether mypy has found the types inside another
function already depends on the mode of the run, and every run must say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Final, TypeVar

from mypy import nodes
from mypy.nodes import Block
from mypy.semanal import is_trivial_body

from genstate.cfg.body import body
from genstate.cfg.exceptions import (
    EXCEPTION,
    GENERATOR_EXIT,
    RUNTIME_ERROR,
    STOP_ASYNC_ITERATION,
    STOP_ITERATION,
    TYPE_ERROR,
    ExceptionClass,
    Handled,
)
from genstate.cfg.graph import Graph
from genstate.cfg.lower import Declared, Oracle, Surroundings, TooComplex, lower_function
from genstate.cfg.lower.children import own_nodes, walk
from genstate.cfg.lower.roles import role_of
from genstate.cfg.lower.scope import mentioned
from genstate.cfg.lower.surroundings import ManagerSummary, NoSummaries
from genstate.cfg.vocabulary import Body, Place, Role, Swallow
from genstate.trigger import original_body
from genstate.typestate.calling import effects_of
from genstate.typestate.effects import Effect, Given
from genstate.typestate.path import Path
from genstate.typestate.solution import Question, solve_function
from genstate.typestate.values import Thrown, Value, truth

T = TypeVar("T")

_EXIT_PARAMETERS: Final = 3
_DEPTH: Final = 3
_LOUD: Final = (nodes.CallExpr, nodes.RaiseStmt, nodes.AssertStmt)


class ModuleSummaries:
    """Summaries of one module's functions, made when they are asked for.

    A summary goes by the summaries of the functions that are called, and these by others, to a
    certain depth. So recursion ends, and the answer is the same whichever function is asked first.

    Attributes:
        asked: the functions whose bodies were asked about, also by the summaries of others.
    """

    def __init__(
        self,
        module: str,
        scope_classes: Mapping[str, str],
        scope_functions: Mapping[str, str],
        depth: int = _DEPTH,
        asked: set[nodes.FuncDef] | None = None,
    ) -> None:
        self.asked: set[nodes.FuncDef] = set() if asked is None else asked
        self._around = Surroundings(
            module,
            Oracle(Declared(), knows_dead_code=False),
            ModuleSummaries(module, scope_classes, scope_functions, depth - 1, self.asked)
            if depth
            else NoSummaries(),
            scope_classes=scope_classes,
            scope_functions=scope_functions,
        )
        self._managers: dict[Block, ManagerSummary | None] = {}
        self._exits: dict[Block, Swallow | None] = {}
        self._discards: dict[Block, bool] = {}
        self._bodies: dict[Block, Body] = {}
        self._quiet: dict[Block, bool] = {}
        self._graphs: dict[Block, Graph | None] = {}
        self._effects: dict[tuple[Block, tuple[Given, ...]], tuple[Effect, ...] | None] = {}

    def of_manager(self, decorator: nodes.Decorator) -> ManagerSummary | None:
        """About a context manager function; None where nothing can be said."""
        self.asked.add(decorator.func)
        body = decorator.func.body
        if body not in self._managers:
            self._managers[body] = self._read_manager(decorator)
        return self._managers[body]

    def of_exit(self, function: nodes.FuncDef) -> Swallow | None:
        """What an `__exit__` or `__aexit__` method swallows; None where its body does not tell."""
        self.asked.add(function)
        if function.body not in self._exits:
            self._exits[function.body] = self._read_exit(function)
        return self._exits[function.body]

    def discards_received(self, function: nodes.FuncDef) -> bool:
        """The generator function throws away whatever is sent to it."""
        self.asked.add(function)
        if function.body not in self._discards:
            self._discards[function.body] = _discards_received(function)
        return self._discards[function.body]

    def body(self, function: nodes.FuncDef) -> Body:
        """What the function's body says about its generators."""
        self.asked.add(function)
        if function.body not in self._bodies:
            graph = self._lower(function, None)
            self._bodies[function.body] = Body() if graph is None else body(graph)
        return self._bodies[function.body]

    def raises_nothing(self, function: nodes.FuncDef) -> bool:
        """No exception can come out of the function's body."""
        self.asked.add(function)
        if function.body not in self._quiet:
            self._quiet[function.body] = self._is_quiet(function)
        return self._quiet[function.body]

    def effects(self, function: nodes.FuncDef) -> Callable[[Any], Any]:
        """Asks what a call of the function does to the generators that it is given."""
        self.asked.add(function)
        return partial(self._effects_on, function)

    def _effects_on(
        self, function: nodes.FuncDef, given: tuple[Given, ...]
    ) -> tuple[Effect, ...] | None:
        key = (function.body, given)
        if key not in self._effects:
            if function.body not in self._graphs:
                known = bool(original_body(function))  # some modes drop what is not needed
                self._graphs[function.body] = self._lower(function, None) if known else None
            graph = self._graphs[function.body]
            self._effects[key] = None if graph is None else effects_of(graph, given)
        return self._effects[key]

    def _is_quiet(self, function: nodes.FuncDef) -> bool:
        """Most bodies call something, and so are not: these need not be lowered."""
        body = original_body(function)
        if any(isinstance(node, _LOUD) for node in own_nodes(list(body))):
            return False
        graph = self._lower(function, None)
        return graph is not None and not solve_function(graph).facts.fails

    def _read_manager(self, decorator: nodes.Decorator) -> ManagerSummary | None:
        function = decorator.func
        if role_of(decorator) is not Role.CONTEXT_MANAGER or not function.is_generator:
            return None
        graph = self._lower(function, decorator)
        if graph is None:
            return None
        swallowed = tuple(raised for raised in _ASKED if _swallows(graph, raised))
        spared = tuple(raised for raised in _OF_OPERATIONS if not _may_swallow(graph, raised))
        unsure = tuple(r for r in _ASKED if r not in swallowed and _may_swallow(graph, r))
        flow = solve_function(graph)
        scopes = [
            scope
            for _, paths in flow.facts.yields.values()
            for path in paths
            for scope in path.scopes
        ]
        name = scopes[0].name if scopes else ""
        quiet = all(_leaves_quietly(graph, raised) for raised in _ASKED)
        return ManagerSummary(Swallow(Handled(swallowed, unsure), spared=spared), name, quiet)

    def _read_exit(self, function: nodes.FuncDef) -> Swallow | None:
        if function.is_generator or is_trivial_body(function.body):
            return None
        names = [argument.variable.name for argument in function.arguments]
        graph = self._lower(function, None)
        if graph is None:
            return None
        given = names[1:3] if len(names) == _EXIT_PARAMETERS + 1 else []
        answers = {raised: _exit_answers(graph, given, raised) for raised in _ASKED}
        blind = not given and any(len(found) > 1 for found in answers.values())
        if blind or any(None in found for found in answers.values()):
            return None
        swallowed = tuple(raised for raised, found in answers.items() if True in found)
        always = all(found == {True} for found in answers.values())
        spared = tuple(r for r in _OF_OPERATIONS if _exit_answers(graph, given, r) == {False})
        return Swallow(Handled(swallowed), always, spared)

    def _lower(self, function: nodes.FuncDef, decorator: nodes.Decorator | None) -> Graph | None:
        try:
            return lower_function(function, original_body(function), self._around, decorator)
        except TooComplex:
            return None


#: The exceptions that summaries are asked about: those of closing, and all others.
_ASKED: Final = (GENERATOR_EXIT, EXCEPTION)

#: What operations on generators raise of themselves: whether it gets out of a with-block decides
#: which state the generator is in behind it.
_OF_OPERATIONS: Final = (STOP_ITERATION, STOP_ASYNC_ITERATION, RUNTIME_ERROR, TYPE_ERROR)


def _thrown(raised: ExceptionClass) -> Thrown:
    return Thrown(raised, exact=raised is GENERATOR_EXIT)


def _swallows(graph: Graph, raised: ExceptionClass) -> bool:
    """An exception of the with-block can end in a normal end of the context manager function.

    What its parameters and attributes decide may be otherwise for the manager at hand.
    """
    return any(path.thrown and path.likely and not path.asked for path in _ends(graph, raised))


def _may_swallow(graph: Graph, raised: ExceptionClass) -> bool:
    """It is not certain that such an exception passes."""
    return any(path.thrown for path in _ends(graph, raised))


def _ends(graph: Graph, raised: ExceptionClass) -> Iterator[Path]:
    """The paths to the end of a context manager function whose with-block raises this."""
    flow = solve_function(graph, Question(thrown=_thrown(raised)))
    for _, paths in flow.facts.returns.values():
        yield from paths


def _leaves_quietly(graph: Graph, raised: ExceptionClass) -> bool:
    """Behind its yield the function raises nothing but what the with-block, if that, has raised."""
    facts = solve_function(graph, Question(thrown=_thrown(raised), kept=frozenset())).facts
    again = any(path.yielded for _, paths in facts.yields.values() for path in paths)
    failures = (end for end in facts.ends or () if end.raises and end.store.path.yielded)
    return not again and all(
        end.store.path.thrown and not end.store.path.failing and _passes_on(end.value, raised)
        for end in failures
    )


def _passes_on(value: Value, raised: ExceptionClass) -> bool:
    """The exception is the one that came in."""
    return all(
        isinstance(atom, Thrown) and atom.origin < 0 and atom.raised.is_subclass_of(raised)
        for atom in value
    )


def _exit_answers(
    graph: Graph, parameters: list[Place], raised: ExceptionClass
) -> set[bool | None]:
    """The truth of what the exit method returns when it is given such an exception."""
    question = Question(entry=dict.fromkeys(parameters, frozenset({_thrown(raised)})))
    flow = solve_function(graph, question)
    return {
        truth(atom)
        for _, values in flow.facts.results.values()
        for value in values
        for atom in value
    }


def _discards_received(function: nodes.FuncDef) -> bool:
    """Every yield is a statement of its own, or goes to a variable that nobody reads."""
    unused: set[nodes.Node] = set()
    targets: set[nodes.Node] = set()
    for node in own_nodes([function.body]):
        if isinstance(node, nodes.ExpressionStmt):
            unused.add(node.expr)
        elif isinstance(node, nodes.AssignmentStmt):
            targets.update(node.lvalues)
    read, handed_out = mentioned(_reads(function, targets))
    for node in own_nodes([function.body]):
        if isinstance(node, nodes.AssignmentStmt) and all(
            isinstance(target, nodes.NameExpr) and target.name not in read | handed_out
            for target in node.lvalues
        ):
            unused.add(node.rvalue)
    yields = (node for node in own_nodes([function.body]) if isinstance(node, nodes.YieldExpr))
    return all(node in unused for node in yields)


def _reads(function: nodes.FuncDef, targets: set[nodes.Node]) -> list[nodes.Node]:
    """What stands in the body, but for the names that are assigned to."""
    return [
        node
        for node in walk([function.body], lambda _: True)
        if node not in targets
        and isinstance(node, (nodes.NameExpr, nodes.GlobalDecl, nodes.NonlocalDecl))
    ]
