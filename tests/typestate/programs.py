"""Graphs written by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from genstate.cfg.events import Await, Create, Event, Operate
from genstate.cfg.graph import Graph
from genstate.cfg.terminators import Block, Next, Return, Terminator
from genstate.cfg.vocabulary import GeneratorFunction, Operation, Place, Protocol
from genstate.typestate.solution import FunctionFlow, solve_function

ECHO = GeneratorFunction("echo", "module.echo", Protocol.ASYNC)

#: Stands for a node of its own in each event: `graph` puts one in its place.
NODE = object()


def graph(*blocks: Sequence[Event], handlers: Mapping[int, int] | None = None) -> Graph:
    """A graph of these blocks, the last event of each its terminator (or it returns).

    The block that uncaught exceptions reach comes behind them. `handlers` gives, by the number of a
    block, the one that handles what it raises.
    """
    made = Graph("function", raise_exit=len(blocks))
    for number, events in enumerate(blocks):
        block = Block(number, (handlers or {}).get(number, made.raise_exit), list(events))
        if events and isinstance(events[-1], Terminator):
            last = block.events.pop()
            assert isinstance(last, Terminator)
            block.terminator = last
        else:
            block.terminator = Return(NODE, 0)
        made.blocks.append(block)
    for _, event in made.events():
        if event.node is NODE:
            event.node = object()
    made.blocks.append(Block(made.raise_exit, -1))
    return made


def create(target: Place, line: int = 1) -> Create:
    return Create(NODE, line, target, ECHO)


class Step:
    """An operation that is awaited at once: `events` in a block, `states` once it is solved."""

    def __init__(
        self,
        operation: Operation,
        receiver: Place,
        argument: Place | None = None,
        *,
        never_none: bool = False,
        default: bool = False,
        line: int = 9,
    ) -> None:
        self.operate = Operate(
            NODE,
            line,
            f"%awaitable{id(self)}",
            operation,
            receiver,
            operation.value,
            argument=argument,
            never_none=never_none,
            default=default,
        )
        self.awaiting = Await(NODE, line, f"%result{id(self)}", self.operate.target)

    @property
    def events(self) -> tuple[Event, Event]:
        return self.operate, self.awaiting

    @property
    def result(self) -> Place:
        return self.awaiting.target

    def states(self, flow: FunctionFlow) -> set[str]:
        """The states in which it meets its generator; "?" where that is not known."""
        return met(flow, self.operate)


def met(flow: FunctionFlow, operation: Operate | Next) -> set[str]:
    """The states in which an operation meets its generator, wherever it takes effect."""
    found: set[str] = set()
    for _, uses in flow.facts.uses.values():
        for use in uses:
            if use.operation is operation:
                states = use.states()
                found |= {"?"} if states is None else {being.state for being in states}
    return found


def next_on(receiver: Place) -> Step:
    return Step(Operation.NEXT, receiver)


def close(receiver: Place) -> Step:
    return Step(Operation.CLOSE, receiver)


def send_value(receiver: Place) -> Step:
    return Step(Operation.SEND, receiver, "%value", never_none=True)


def throw(receiver: Place, argument: Place) -> Step:
    return Step(Operation.THROW, receiver, argument)


def solve(*blocks: Sequence[Event], handlers: Mapping[int, int] | None = None) -> FunctionFlow:
    return solve_function(graph(*blocks, handlers=handlers))
