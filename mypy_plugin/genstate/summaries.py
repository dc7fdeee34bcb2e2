"""What the bodies of other functions of the same module say.

A summary reads names and declared types only: whether mypy has found the types inside another
function already depends on the mode of the run, and every run must say the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import Final, TypeVar

from mypy import nodes
from mypy.nodes import Block
from mypy.semanal import is_trivial_body

from genstate.cfg.body import body, is_cancelled_with
from genstate.cfg.graph import Graph
from genstate.cfg.lower import LeftAlone, Surroundings, absorbing, lower_function
from genstate.cfg.lower.received import takes_none
from genstate.cfg.lower.roles import role_of
from genstate.cfg.lower.surroundings import CallSummary, ExitSummary, ManagerSummary, NoSummaries
from genstate.cfg.lower.waiting import has_waits
from genstate.cfg.opening import opening
from genstate.cfg.vocabulary import Body, Opening, Role
from genstate.children import own_nodes
from genstate.leaving import read_enter, read_exit, read_manager
from genstate.trigger import original_body
from genstate.typestate.calling import answer_of
from genstate.typestate.effects import Answer, Given
from genstate.typestate.solution import solve_function

T = TypeVar("T")

_DEPTH: Final = 3
_LOUD: Final = (nodes.CallExpr, nodes.RaiseStmt, nodes.AssertStmt)


class ModuleSummaries:
    """Summaries of one module's functions, made when they are asked for.

    A summary goes by the summaries of the functions that are called, and these by others, to a
    certain depth. So recursion ends, and the answer is the same whichever function is asked first.

    `around` is the world around the module's functions, without types that mypy has inferred.

    Attributes:
        asked: the functions whose bodies were asked about, also by the summaries of others.
    """

    def __init__(
        self,
        around: Surroundings,
        depth: int = _DEPTH,
        asked: set[nodes.FuncDef] | None = None,
    ) -> None:
        self.asked: set[nodes.FuncDef] = set() if asked is None else asked
        deeper = ModuleSummaries(around, depth - 1, self.asked) if depth else NoSummaries()
        self._around = replace(around, summaries=deeper)
        self._managers: dict[Block, ManagerSummary | None] = {}
        self._exits: dict[Block, ExitSummary | None] = {}
        self._entries: dict[Block, str] = {}
        self._takers: dict[Block, bool] = {}
        self._bodies: dict[Block, Body] = {}
        self._quiet: dict[Block, bool] = {}
        self._graphs: dict[Block, Graph | None] = {}
        self._absorbing: dict[Block, bool] = {}
        self._returning: dict[Block, bool] = {}
        self._handling: bool | None = None
        self._waiting: bool | None = None
        self._openings: dict[Block, Opening | None] = {}
        self._answers: dict[tuple[Block, tuple[Given, ...]], Answer | None] = {}

    def of_manager(self, decorator: nodes.Decorator) -> ManagerSummary | None:
        """About a context manager function; None where nothing can be said."""
        self.asked.add(decorator.func)
        body = decorator.func.body
        if body not in self._managers:
            self._managers[body] = self._read_manager(decorator)
        return self._managers[body]

    def of_exit(self, function: nodes.FuncDef) -> ExitSummary | None:
        """About an `__exit__` or `__aexit__` method; None where its body does not tell."""
        self.asked.add(function)
        if function.body not in self._exits:
            self._exits[function.body] = self._read_exit(function)
        return self._exits[function.body]

    def of_enter(self, function: nodes.FuncDef) -> str:
        """The name of the cancel scope that an `__enter__` or `__aenter__` method leaves open."""
        self.asked.add(function)
        if function.body not in self._entries:
            graph = self._lower(function, None)
            self._entries[function.body] = "" if graph is None else read_enter(graph)
        return self._entries[function.body]

    def takes_none(self, function: nodes.FuncDef) -> bool:
        """The generator function gets along with None, whatever it says that it is sent."""
        self.asked.add(function)
        if function.body not in self._takers:
            self._takers[function.body] = takes_none(function)
        return self._takers[function.body]

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

    def absorbs(self, function: nodes.FuncDef) -> bool:
        """A cancellation of the coroutine function may be handled in its body."""
        self.asked.add(function)
        if function.body not in self._absorbing:
            graph = self._graph(function)
            self._absorbing[function.body] = graph is not None and not is_cancelled_with(graph)
        return self._absorbing[function.body]

    def handles_cancellation(self) -> bool:
        """Some function of the module may handle a cancellation."""
        if self._handling is None:
            self._handling = False  # for those that ask it of themselves
            self.asked.update(self._functions())
            self._handling = any(map(self._handles_cancellation, self._functions()))
        return self._handling

    def always_waits(self) -> bool:
        """There is something to wait for in every coroutine function of the module."""
        if self._waiting is None:
            self._waiting = all(
                has_waits(function)
                for function in self._functions()
                if function.is_coroutine and not is_trivial_body(function.body)
            )
        return self._waiting

    def _functions(self) -> Iterator[nodes.FuncDef]:
        return chain.from_iterable(self._around.functions.values())

    def _handles_cancellation(self, function: nodes.FuncDef) -> bool:
        if not absorbing.may_absorb(function):
            return False
        if function.is_async_generator:
            return self.body(function).survives
        return function.is_generator or (function.is_coroutine and self.absorbs(function))

    def comes_back(self, function: nodes.FuncDef) -> bool:
        """The function may return: there is a way through its body that leads to its end."""
        self.asked.add(function)
        if function.body not in self._returning:
            answer = self._answer(function, ())
            effects = () if answer is None else answer.effects
            self._returning[function.body] = answer is None or any(
                not (effect.raises or effect.doubtful) for effect in effects
            )
        return self._returning[function.body]

    def call(self, function: nodes.FuncDef) -> CallSummary:
        """About a call of the function, and what that does to the generators that it is given."""
        self.asked.add(function)
        return CallSummary(partial(self._answer, function), partial(self._opening, function))

    def _answer(self, function: nodes.FuncDef, given: tuple[Given, ...]) -> Answer | None:
        key = (function.body, given)
        if key not in self._answers:
            graph = self._graph(function)
            self._answers[key] = None if graph is None else answer_of(graph, given)
        return self._answers[key]

    def _opening(self, function: nodes.FuncDef) -> Opening | None:
        if function.body not in self._openings:
            graph = self._graph(function)
            self._openings[function.body] = None if graph is None else opening(graph)
        return self._openings[function.body]

    def _graph(self, function: nodes.FuncDef) -> Graph | None:
        if function.body not in self._graphs:
            known = bool(original_body(function))  # some modes drop what is not needed
            self._graphs[function.body] = self._lower(function, None) if known else None
        return self._graphs[function.body]

    def _is_quiet(self, function: nodes.FuncDef) -> bool:
        """Most bodies call something, and so are not: these need not be lowered."""
        body = original_body(function)
        if any(isinstance(node, _LOUD) for node in own_nodes(list(body))):
            return False
        graph = self._lower(function, None)
        return graph is not None and not solve_function(graph).facts.fails

    def _read_manager(self, decorator: nodes.Decorator) -> ManagerSummary | None:
        function = decorator.func
        role = role_of(decorator, definitions=self._around.definitions)
        if role is not Role.CONTEXT_MANAGER or not function.is_generator:
            return None
        graph = self._lower(function, decorator)
        return None if graph is None else read_manager(graph)

    def _read_exit(self, function: nodes.FuncDef) -> ExitSummary | None:
        if function.is_generator or is_trivial_body(function.body):
            return None
        graph = self._lower(function, None)
        return None if graph is None else read_exit(graph, function)

    def _lower(self, function: nodes.FuncDef, decorator: nodes.Decorator | None) -> Graph | None:
        try:
            return lower_function(function, original_body(function), self._around, decorator)
        except LeftAlone:
            return None
