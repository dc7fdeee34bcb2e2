"""What context managers of the same module do with an exception of their with-block.

Their bodies are asked about it: they are solved for such an exception, and what comes out is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from mypy import nodes

from genstate.cfg.events import Suppress, Yield
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
from genstate.cfg.lower.surroundings import ExitSummary, ManagerSummary
from genstate.cfg.terminators import Branch, Catch, Swallowed
from genstate.cfg.vocabulary import Constant, IsInstance, Place, Swallow
from genstate.typestate.facts import End, Facts
from genstate.typestate.solution import Question, solve_function, solve_manager
from genstate.typestate.values import UNKNOWN, Known, Thrown, Tuple, Value, truth

#: The exceptions that are asked about in any case: that of closing, and all others. Those that a
#: body names are asked about one by one.
_ASKED: Final = (GENERATOR_EXIT, EXCEPTION)

#: What operations on generators raise of themselves: whether it gets out of a with-block decides
#: which state the generator is in behind it.
_OF_OPERATIONS: Final = (STOP_ITERATION, STOP_ASYNC_ITERATION, RUNTIME_ERROR, TYPE_ERROR)

_EXIT_PARAMETERS: Final = 3
_NOTHING: Final[frozenset[Place]] = frozenset()


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What comes of one exception.

    Attributes:
        answers: the truth of what is returned; and whether nothing else decides that it is.
        passes: the exception itself may go on.
        raises: an exception is raised in its place, by a statement.
        may_raise: something that is told of it may raise another, or else let it pass.
    """

    answers: frozenset[tuple[bool | None, bool]]
    passes: bool
    raises: bool
    may_raise: bool

    @property
    def truths(self) -> set[bool | None]:
        return {truth for truth, _ in self.answers}

    @property
    def spares(self) -> bool:
        return self.truths == {False} and not (self.raises or self.may_raise)

    @property
    def ends_here(self) -> bool:
        """Neither the exception nor another one goes on."""
        return self.truths == {True} and not (self.passes or self.raises or self.may_raise)

    @property
    def swallows(self) -> bool:
        return self.truths == {True} or (True, True) in self.answers


def read_manager(graph: Graph) -> ManagerSummary:
    """What the body of a context manager function says."""
    named = _named(graph)
    asked = (*named, *_ASKED)
    questions = _questions(graph, named)
    flow = solve_manager(graph, questions.values())
    answers = {thrown: _of_manager(facts, thrown) for thrown, facts in flow.failed.items()}
    outcomes = {raised: answers[thrown] for raised, thrown in questions.items()}
    swallowed = tuple(r for r in asked if (True, True) in outcomes[r].answers)
    unsure = tuple(r for r in asked if r not in swallowed and outcomes[r].answers)
    swallow = Swallow(
        Handled(swallowed, unsure),
        always=all(outcomes[r].ends_here for r in swallowed),
        spared=tuple(
            raised
            for raised in (*named, *_OF_OPERATIONS)
            if not (outcomes[raised].answers or outcomes[raised].raises)
        ),
        replaced=_replaced({raised: outcomes[raised] for raised in asked}, passing=False),
    )
    ends_quietly = _ends_quietly(flow.passed)
    quiet = ends_quietly and all(
        _leaves_quietly(flow.failed[questions[raised]], raised) for raised in asked
    )
    enters_quietly = all(end.store.path.yielded for end in flow.passed.ends or ())
    return ManagerSummary(swallow, _scope(flow.passed), quiet, ends_quietly, enters_quietly)


def read_enter(graph: Graph) -> str:
    """The name of the cancel scope that is open wherever an `__enter__` or `__aenter__` ends."""
    found = [
        {scope.name for scope in path.scopes}
        for _, paths in solve_function(graph).facts.returns.values()
        for path in paths
        if not path.doubtful
    ]
    return min(set.intersection(*found), default="") if found else ""


def read_exit(graph: Graph, function: nodes.FuncDef) -> ExitSummary | None:
    """What the body of an `__exit__` or `__aexit__` method says; None where it does not tell."""
    named = _named(graph)
    questions = _questions(graph, named)
    given = {thrown: _given(function, thrown) for thrown in questions.values()}
    answers = {
        thrown: _of_exit(_facts_of_exit(graph, entry), thrown) for thrown, entry in given.items()
    }
    outcomes = {raised: answers[thrown] for raised, thrown in questions.items()}
    asked = {raised: outcomes[raised] for raised in (*named, *_ASKED)}
    told = all(given.values())
    blind = not told and any(len(each.truths) > 1 for each in asked.values())
    if blind or any(None in each.truths for each in asked.values()):
        return None
    swallowed = tuple(r for r in asked if outcomes[r].swallows)
    unsure = tuple(r for r in asked if r not in swallowed and True in outcomes[r].truths)
    swallow = Swallow(
        Handled(swallowed, unsure),
        always=all(outcomes[r].ends_here for r in swallowed),
        spared=tuple(r for r in (*named, *_OF_OPERATIONS) if outcomes[r].spares),
        replaced=_replaced(asked, passing=True),
    )
    nothing = _given(function, Known(Constant.NONE))
    return ExitSummary(swallow, not _facts_of_exit(graph, nothing).fails)


def _facts_of_exit(graph: Graph, entry: Mapping[Place, Value]) -> Facts:
    return solve_function(graph, Question(entry=entry, kept=_NOTHING)).facts


def _given(function: nodes.FuncDef, atom: Thrown | Known) -> dict[Place, Value]:
    """The values of the parameters of an exit method that is told of `atom`."""
    names = [argument.variable.name for argument in function.arguments]
    value = frozenset({atom})
    if len(names) == _EXIT_PARAMETERS + 1:
        return dict.fromkeys(names[1:3], value)
    if len(names) == 2 and function.arguments[1].kind == nodes.ARG_STAR:
        return {names[1]: frozenset({Tuple((value, value, UNKNOWN))})}
    return {}


def _named(graph: Graph) -> tuple[ExceptionClass, ...]:
    """The classes of ordinary exceptions that handlers and tests in the body name."""
    found: dict[ExceptionClass, None] = {}
    for _, event in graph.events():
        if isinstance(event, Catch):
            found.update(dict.fromkeys(event.handled.classes))
        elif isinstance(event, Swallowed):
            found.update(dict.fromkeys(event.swallow.handled.classes))
        elif isinstance(event, Branch) and isinstance(event.test, IsInstance):
            found.update(dict.fromkeys(event.test.handled.classes))
    ordinary = _ordinary(found)
    return tuple(each for each in found if each in ordinary)


def _questions(graph: Graph, named: tuple[ExceptionClass, ...]) -> dict[ExceptionClass, Thrown]:
    """What to ask about: for each class the exception whose answer is also its own.

    An exception of no class that is `named` stands for all others. So it does for those that
    operations raise, or one of these for the rest, unless something in the body tells them apart.
    """
    found = {raised: _thrown(raised) for raised in (*named, *_ASKED)}
    found[EXCEPTION] = others = replace(found[EXCEPTION], excluded=frozenset(named))
    told = frozenset(_told(graph))
    alike: list[Thrown] = [others] if _ordinary(told) <= _ordinary(named) else []
    for raised in _OF_OPERATIONS:
        if raised not in found:
            found[raised] = thrown = _thrown(raised)
            if not any(_tells(each, raised) for each in told):
                alike.append(thrown)
                found[raised] = alike[0]
    return found


def _told(graph: Graph) -> Iterator[ExceptionClass]:
    """The classes that decide, somewhere in the body, where an exception goes."""
    for _, event in graph.events():
        if isinstance(event, Catch):
            yield from event.handled.all
        elif isinstance(event, (Suppress, Swallowed)):
            yield from event.swallow.handled.all
            yield from event.swallow.replaced.all
            yield from event.swallow.spared
        elif isinstance(event, Branch) and isinstance(event.test, IsInstance):
            yield from event.test.handled.all
        elif isinstance(event, Yield) and event.converts:
            yield STOP_ITERATION


def _ordinary(classes: Iterable[ExceptionClass]) -> frozenset[ExceptionClass]:
    return frozenset(c for c in classes if c.is_subclass_of(EXCEPTION) and c != EXCEPTION)


def _tells(told: ExceptionClass, raised: ExceptionClass) -> bool:
    """A handler for `told` may treat exceptions of the class otherwise than others."""
    above = raised.is_subclass_of(told) and not EXCEPTION.is_subclass_of(told)
    return above or told.is_subclass_of(raised)


def _thrown(raised: ExceptionClass) -> Thrown:
    return Thrown(raised, exact=raised is GENERATOR_EXIT)


def _of_manager(facts: Facts, asked: Thrown) -> _Outcome:
    """An exception of the with-block can end in a normal end of the context manager function.

    What its parameters and attributes decide may be otherwise for the manager at hand.
    """
    answers: set[tuple[bool | None, bool]] = {
        (True, path.likely and not path.asked)
        for _, paths in facts.returns.values()
        for path in paths
    }
    return _outcome(answers, [end for end in facts.ends or () if end.raises], asked)


def _of_exit(facts: Facts, asked: Thrown) -> _Outcome:
    answers = {
        (truth(atom), path.likely and not path.asked)
        for place, (_, paths) in facts.returns.items()
        for path, value in zip(paths, facts.results[place][1], strict=True)
        for atom in value
    }
    return _outcome(answers, [end for end in facts.ends or () if end.raises], asked)


def _outcome(
    answers: set[tuple[bool | None, bool]], failures: list[End], asked: Thrown
) -> _Outcome:
    atoms = {
        atom
        for end in failures
        if not end.store.path.failing
        for atom in end.value
        if isinstance(atom, Thrown)
    }
    itself = {atom for atom in atoms if _may_be(atom, asked)}
    raises = any(atom.origin >= 0 for atom in atoms - itself)
    may_raise = any(end.store.path.doubtful for end in failures)
    return _Outcome(frozenset(answers), bool(itself), raises, may_raise)


def _may_be(atom: Thrown, asked: Thrown) -> bool:
    """The exception may be the one that came in, whose class is as uncertain."""
    return atom.raised.is_subclass_of(asked.raised) and atom.exact == asked.exact


def _replaced(outcomes: Mapping[ExceptionClass, _Outcome], *, passing: bool) -> Handled:
    """What something else is raised for. To return false is to let it pass, if `passing`."""
    classes: list[ExceptionClass] = []
    bounds: list[ExceptionClass] = []
    for raised, outcome in outcomes.items():
        passes = outcome.passes or (passing and bool(outcome.truths - {True}))
        if outcome.raises and not passes:
            classes.append(raised)
        elif outcome.raises or outcome.may_raise:
            bounds.append(raised)
    return Handled(tuple(classes), tuple(bounds))


def _scope(facts: Facts) -> str:
    """The name of the cancel scope that is open at a yield of the function."""
    for _, paths in facts.yields.values():
        for path in paths:
            for scope in path.scopes:
                return scope.name
    return ""


def _ends_quietly(facts: Facts) -> bool:
    """Behind its yield it raises nothing, nor does it yield again."""
    again = any(path.yielded for _, paths in facts.yields.values() for path in paths)
    return not again and not any(end.raises and end.store.path.yielded for end in facts.ends or ())


def _leaves_quietly(facts: Facts, raised: ExceptionClass) -> bool:
    """The same for what it raises besides the exception that the with-block has raised."""
    again = any(path.yielded for _, paths in facts.yields.values() for path in paths)
    failures = (end for end in facts.ends or () if end.raises)
    return not again and all(
        not end.store.path.failing and _passes_on(end.value, raised) for end in failures
    )


def _passes_on(value: Value, raised: ExceptionClass) -> bool:
    """The exception is the one that came in."""
    return all(
        isinstance(atom, Thrown) and atom.origin < 0 and atom.raised.is_subclass_of(raised)
        for atom in value
    )
