"""What a function certainly does first with the generators that it is given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from genstate.cfg import events
from genstate.cfg.body import is_cancelled_with, may_raise, may_wait
from genstate.cfg.graph import Graph
from genstate.cfg.terminators import Jump, Next
from genstate.cfg.vocabulary import Constant, Opening, Operation, Place, Protocol

#: They wait for nothing. What they get hold of may be used out of sight.
_PASSED: Final = (
    events.Call,
    events.Create,
    events.Discard,
    events.Doubt,
    events.Escape,
    events.Forget,
    events.Item,
    events.MakeException,
    events.Pack,
    events.Share,
    events.Unpack,
)
_NOBODY: Final[Place] = ""


def _may_fail(event: events.Event) -> bool:
    """The function may be left here, before it comes to anything else."""
    return may_raise(event) and not (isinstance(event, events.Call) and event.rarely)


def opening(graph: Graph) -> Opening | None:
    """The operation on a parameter that comes before everything else that waits.

    None where it hangs on a condition, or is not known.
    """
    reader = _Reader()
    for event in _straight_on(graph):
        found = reader.read(event)
        if found is not None:
            others = (other for _, other in graph.events() if other is not event)
            alone = is_cancelled_with(graph) and not any(map(may_wait, others))
            return replace(found, alone=found.alone and alone)
        if not reader.understands:
            break
    return None


def _straight_on(graph: Graph) -> Iterator[events.Event]:
    """The events from the entry to the first place where there is more than one way on."""
    number, seen = 0, set[int]()
    while number not in seen:
        seen.add(number)
        block = graph.blocks[number]
        yield from block.events
        if not isinstance(block.terminator, Jump):
            if block.terminator is not None:
                yield block.terminator
            return
        number = block.terminator.to


@dataclass(slots=True)
class _Reader:
    """Follows parameters and operations from place to place.

    Attributes:
        understands: nothing has come yet that may wait for anything.
    """

    understands: bool = True
    _names: dict[Place, Place] = field(default_factory=dict)
    _constants: dict[Place, Constant] = field(default_factory=dict)
    _made: dict[Place, Opening] = field(default_factory=dict)
    _handed_out: set[Place] = field(default_factory=set)

    def read(self, event: events.Event) -> Opening | None:
        """What begins at the event, if that is an operation on a parameter."""
        if isinstance(event, events.Await):
            return self._begun(self._made.get(event.awaitable))
        if isinstance(event, Next):
            parameter = self._named(event.iterator) if event.is_async else _NOBODY
            return self._begun(Opening(parameter, Operation.NEXT, alone=True))
        self._follow(event)
        return None

    def _begun(self, found: Opening | None) -> Opening | None:
        self.understands = False
        if found is None or found.parameter in self._handed_out | {_NOBODY}:
            return None
        return found

    def _follow(self, event: events.Event) -> None:
        if isinstance(event, (events.Copy, events.MakeIterator)):
            self._copy(event.source, event.target)
        elif isinstance(event, events.Bind):
            self._forget(event.target)
            if event.value is not None:
                self._constants[event.target] = event.value
        elif isinstance(event, events.Operate) and event.protocol is Protocol.ASYNC:
            self._forget(event.target)
            parameter, sends = self._named(event.receiver), self._sent(event)
            self._made[event.target] = Opening(parameter, event.operation, sends, alone=True)
        elif isinstance(event, events.Invoke) and event.deferred:
            self._forget(event.target)
            self._call(event)
        else:
            self._pass(event)

    def _copy(self, source: Place, target: Place) -> None:
        name, constant, made = (
            self._named(source),
            self._constants.get(source),
            self._made.get(source),
        )
        self._forget(target)
        self._names[target] = name
        if constant is not None:
            self._constants[target] = constant
        if made is not None:
            self._made[target] = made

    def _call(self, event: events.Invoke) -> None:
        """A coroutine function is called, which does something first when it is awaited."""
        given = {parameter: self._named(place) for parameter, place in event.arguments}
        inner = event.opening()
        first = None if inner is None else given.pop(inner.parameter, None)
        self._handed_out.update(given.values())
        if inner is not None and first is not None:
            self._made[event.target] = replace(inner, parameter=first)

    def _pass(self, event: events.Event) -> None:
        for place in event.uses():
            made = self._made.get(place)
            self._handed_out.add(self._named(place) if made is None else made.parameter)
        self.understands = isinstance(event, _PASSED) and not _may_fail(event)
        for place in event.defines():
            self._forget(place)

    def _forget(self, place: Place) -> None:
        """The place gets another value."""
        self._names[place] = _NOBODY
        self._constants.pop(place, None)
        self._made.pop(place, None)

    def _named(self, place: Place) -> Place:
        """The parameter that the place holds."""
        return self._names.get(place, place)

    def _sent(self, event: events.Operate) -> Constant | None:
        if event.never_none:
            return Constant.NOT_NONE
        return None if event.argument is None else self._constants.get(event.argument)
