"""The control flow graph: basic blocks, two exits, and what the lowering knows of the places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from genstate.cfg.events import Event
from genstate.cfg.terminators import Block
from genstate.cfg.vocabulary import Node, Place, Protocol, Role


@dataclass(slots=True)
class Graph:
    """One function, one module top level, or one test's hand-written blocks.

    Attributes:
        name: the function's name, for messages.
        blocks: by number; the entry is block 0.
        raise_exit: the block that uncaught exceptions reach.
        locals: the function's own variables that are unbound at the entry.
        fields: the attributes that are followed: code elsewhere may get at them.
        conditions: for each variable, the places of the conditions that read it.
        yields: the protocol of the function's own yields; None where it is no generator function.
        role: what drives the generators of the function.
        node: the function's AST node.
        is_coroutine: it is an `async def`.
        annotation: the full name of the class that it is annotated to return.
    """

    name: str
    blocks: list[Block] = field(default_factory=list)
    raise_exit: int = -1
    locals: frozenset[Place] = frozenset()
    fields: frozenset[Place] = frozenset()
    conditions: dict[Place, tuple[Place, ...]] = field(default_factory=dict)
    yields: Protocol | None = None
    role: Role = Role.PLAIN
    node: Node = None
    is_coroutine: bool = False
    annotation: str = ""

    def events(self) -> Iterator[tuple[Block, Event]]:
        """All events in the order of their blocks, terminators included."""
        for block in self.blocks:
            for event in block.all_events():
                yield block, event

    def successors(self, block: Block) -> tuple[int, ...]:
        """Where control can go from `block`, its handler included."""
        ways = block.targets()
        return ways if block.handler < 0 else (*ways, block.handler)

    def postorder(self) -> list[int]:
        """The numbers of the reachable blocks, each after those that it leads to."""
        order: list[int] = []
        seen = {0}
        stack = [(0, iter(self.successors(self.blocks[0])))]
        while stack:
            number, ways = stack[-1]
            for way in ways:
                if way not in seen:
                    seen.add(way)
                    stack.append((way, iter(self.successors(self.blocks[way]))))
                    break
            else:
                order.append(number)
                stack.pop()
        return order
