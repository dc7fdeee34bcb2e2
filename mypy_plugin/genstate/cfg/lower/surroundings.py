"""What the lowering of one function needs to know of the world around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from mypy import nodes

from genstate.cfg.lower.changes import targets_of
from genstate.cfg.lower.oracle import Oracle
from genstate.cfg.lower.scope import ClassBindings
from genstate.cfg.vocabulary import Body, Opening, Swallow
from genstate.children import own_nodes
from genstate.knowledge import scopes


@dataclass(frozen=True, slots=True)
class ManagerSummary:
    """What the body of a context manager function of the same module says about its managers.

    Attributes:
        swallow: what it does with an exception of the with-block.
        scope: the name of the cancel scope that is open while the with-block runs.
        leaves_quietly: leaving raises nothing but what the with-block has raised.
        ends_quietly: leaving raises nothing where the block has raised nothing.
        enters_quietly: entering raises nothing.
    """

    swallow: Swallow
    scope: str = ""
    leaves_quietly: bool = False
    ends_quietly: bool = False
    enters_quietly: bool = False


@dataclass(frozen=True, slots=True)
class ExitSummary:
    """What the body of an `__exit__` or `__aexit__` method of the same module says.

    Attributes:
        swallow: what it does with an exception of the with-block.
        ends_quietly: it raises nothing where the block has raised nothing.
    """

    swallow: Swallow
    ends_quietly: bool = False


@dataclass(frozen=True, slots=True)
class CallSummary:
    """What the body of a function of the same module says about a call of it.

    Attributes:
        answer: asks what the call does, given the states of generators: `typestate.effects`.
        opening: asks what the function does first.
    """

    answer: Callable[[Any], Any]
    opening: Callable[[], Opening | None]


class Summaries(Protocol):
    """Answers about the bodies of other functions of the same module."""

    def of_manager(self, decorator: nodes.Decorator) -> ManagerSummary | None:
        """About a context manager function; None where nothing can be said."""

    def of_exit(self, function: nodes.FuncDef) -> ExitSummary | None:
        """About an `__exit__` or `__aexit__` method; None where its body does not tell."""

    def of_enter(self, function: nodes.FuncDef) -> str:
        """The name of the cancel scope that an `__enter__` or `__aenter__` method leaves open."""

    def takes_none(self, function: nodes.FuncDef) -> bool:
        """The generator function gets along with None, whatever it says that it is sent."""

    def body(self, function: nodes.FuncDef) -> Body:
        """What the function's body says about its generators."""

    def raises_nothing(self, function: nodes.FuncDef) -> bool:
        """No exception can come out of the function's body."""

    def absorbs(self, function: nodes.FuncDef) -> bool:
        """A cancellation of the coroutine function may be handled in its body."""

    def handles_cancellation(self) -> bool:
        """Some function of the module may handle a cancellation."""

    def always_waits(self) -> bool:
        """There is something to wait for in every coroutine function of the module."""

    def comes_back(self, function: nodes.FuncDef) -> bool:
        """The function may return: there is a way through its body that leads to its end."""

    def call(self, function: nodes.FuncDef) -> CallSummary | None:
        """About a call of the function; None where its body is not looked into."""


class NoSummaries:
    """Says nothing: for the lowering of functions whose summaries are being made."""

    def of_manager(self, decorator: nodes.Decorator) -> ManagerSummary | None:
        return None

    def of_exit(self, function: nodes.FuncDef) -> ExitSummary | None:
        return None

    def of_enter(self, function: nodes.FuncDef) -> str:
        return ""

    def takes_none(self, function: nodes.FuncDef) -> bool:
        return False

    def body(self, function: nodes.FuncDef) -> Body:
        return Body()

    def raises_nothing(self, function: nodes.FuncDef) -> bool:
        return False

    def absorbs(self, function: nodes.FuncDef) -> bool:
        return False

    def handles_cancellation(self) -> bool:
        return False

    def always_waits(self) -> bool:
        return True

    def comes_back(self, function: nodes.FuncDef) -> bool:
        return True

    def call(self, function: nodes.FuncDef) -> CallSummary | None:
        return None


class Readers:
    """Which methods and properties of a module read an attribute, of whatever object."""

    def __init__(self, functions: Mapping[str, Sequence[nodes.FuncDef]] | None = None) -> None:
        self._functions = functions or {}
        self._index: dict[str, set[str]] | None = None

    def of(self, attribute: str) -> set[str]:
        """The names of those that read it."""
        if self._index is None:
            self._index = {}
            for name, functions in self._functions.items():
                for function in functions:
                    for read in self._attributes_read(function):
                        self._index.setdefault(read, set()).add(name)
        return self._index.get(attribute, set())

    def _attributes_read(self, function: nodes.FuncDef) -> Iterator[str]:
        if function.info:
            for node in own_nodes([function.body]):
                if isinstance(node, nodes.MemberExpr):
                    yield node.name


class Writers:
    """Which attributes the functions and methods of a module set, of whatever object.

    They may do so themselves, or through others of the module that they call.
    """

    def __init__(self, functions: Mapping[str, Sequence[nodes.FuncDef]] | None = None) -> None:
        self._functions = functions or {}
        self._circles: dict[str, _Circle] = {}

    def of(self, name: str) -> set[str] | None:
        """What those of that name set; None where there is none in the module."""
        if name not in self._functions:
            return None
        if name not in self._circles:
            self._circle(name)
        return self._circles[name].sets_in_the_end()

    def _circle(self, name: str) -> None:
        """Find the circle that the name is in, and those that it leads to and that are not known.

        Tarjan's algorithm: a name is the first of its circle where nothing that it leads to leads
        to one that was met earlier and has no circle yet.
        """
        read = {name: self._read(name)}
        earliest = {name: 0}
        open_names, path = [name], [(name, 0, iter(read[name][1]))]
        while path:
            caller, place, rest = path[-1]
            for called in rest:
                if called not in read and called not in self._circles:
                    read[called], earliest[called] = self._read(called), len(read)
                    open_names.append(called)
                    path.append((called, earliest[called], iter(read[called][1])))
                    break
                if called not in self._circles:
                    earliest[caller] = min(earliest[caller], earliest[called])
            else:
                path.pop()
                if path:
                    before = path[-1][0]
                    earliest[before] = min(earliest[before], earliest[caller])
                if earliest[caller] == place:
                    closed = [open_names.pop()]
                    while closed[-1] != caller:
                        closed.append(open_names.pop())
                    self._close(closed, read)

    def _close(self, names: list[str], read: Mapping[str, tuple[set[str], set[str]]]) -> None:
        """Make a circle of the names, when those that they lead to have theirs."""
        circle = _Circle(set().union(*(read[name][0] for name in names)))
        self._circles.update(dict.fromkeys(names, circle))
        circle.calls.update(self._circles[called] for name in names for called in read[name][1])

    def _read(self, name: str) -> tuple[set[str], set[str]]:
        """The attributes that those of that name set themselves, and what they call.

        An attribute counts as set, too, where a method of the object in it is called.
        """
        inside = list(own_nodes([each.body for each in self._functions[name]]))
        targets = (_innermost(target) for node in inside for target in _changed(node))
        sets = {each.name for each in targets if isinstance(each, nodes.MemberExpr)}
        callees = (node.callee for node in inside if isinstance(node, nodes.CallExpr))
        named = (each for each in callees if isinstance(each, (nodes.NameExpr, nodes.MemberExpr)))
        return sets, {each.name for each in named if each.name in self._functions}


@dataclass(slots=True, eq=False)
class _Circle:
    """Functions that all lead to each other. Most are alone in theirs.

    Attributes:
        sets: the attributes that they set themselves.
        calls: the circles of the functions that they call.
        found: what they set in the end, once it has been asked for. To keep that of every circle
            would take too much memory, where one leads to the next in a long row.
    """

    sets: set[str]
    calls: set[_Circle] = field(default_factory=set)
    found: set[str] | None = None

    def sets_in_the_end(self) -> set[str]:
        """The attributes that they set, themselves or through others."""
        if self.found is None:
            found: set[str] = set()
            seen, todo = {self}, [self]
            while todo:
                circle = todo.pop()
                if circle.found is not None:
                    found |= circle.found
                    continue
                found |= circle.sets
                fresh = circle.calls - seen
                seen |= fresh
                todo += fresh
            self.found = found
        return self.found


def _innermost(target: nodes.Expression) -> nodes.Expression:
    """What has the item that is assigned to."""
    while isinstance(target, nodes.IndexExpr):
        target = target.base
    return target


def _changed(node: nodes.Node) -> Sequence[nodes.Expression]:
    """What is assigned to, or asked for a method that is called."""
    callee = node.callee if isinstance(node, nodes.CallExpr) else None
    return [callee.expr] if isinstance(callee, nodes.MemberExpr) else targets_of(node)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known of the world around one function.

    Attributes:
        module: the full name of its module.
        oracle: mypy's types.
        summaries: what bodies of other functions say.
        scope_classes: names of cancel scopes by the full name of the manager's class.
        scope_functions: names of cancel scopes by the full name of the function that makes them.
        safe_decorators: decorators under which a yield in a scope is right.
        version: the version of Python that the module is written for.
        sync: misuse of synchronous generators is reported.
        definitions: the values of the module's variables that have one.
        rebound: the variables of the module that functions rebind.
        functions: the functions and methods of the module, by name.
        replaced: the names of functions of the module that may stand for something else by now.
        assigned: the names of the attributes that the module assigns to.
        readers: which methods of the module read an attribute.
        writers: which attributes its functions and methods set.
        classes: what the bodies of its classes bind.
        raising: whether a function may raise something, by itself or through so many calls of
            others, as far as it has been asked.
        throwing: whether a function throws something into a generator; likewise.
    """

    module: str
    oracle: Oracle
    summaries: Summaries = field(default_factory=NoSummaries)
    scope_classes: Mapping[str, str] = field(default_factory=lambda: scopes.CLASSES)
    scope_functions: Mapping[str, str] = field(default_factory=lambda: scopes.FUNCTIONS)
    safe_decorators: frozenset[str] = frozenset()
    version: tuple[int, int] = (3, 11)
    sync: bool = True
    definitions: Mapping[str, nodes.Expression] = field(default_factory=dict)
    rebound: frozenset[str] = frozenset()
    functions: Mapping[str, Sequence[nodes.FuncDef]] = field(default_factory=dict)
    replaced: frozenset[str] = frozenset()
    assigned: frozenset[str] = frozenset()
    readers: Readers = field(default_factory=Readers)
    writers: Writers = field(default_factory=Writers)
    classes: ClassBindings = field(default_factory=ClassBindings)
    raising: dict[tuple[nodes.FuncDef, int], bool] = field(default_factory=dict)
    throwing: dict[nodes.FuncDef, bool] = field(default_factory=dict)
