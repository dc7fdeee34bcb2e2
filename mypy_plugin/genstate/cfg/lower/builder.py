"""Building blocks: the current block, temporaries, and the frames that jumps have to pass.

As in CPython's own compiler, the body of a `finally` is laid down once for each way through it: for
normal completion, for an exception, and for each jump (`return`, `break`, `continue`) that leaves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from genstate.cfg.events import Copy, Event
from genstate.cfg.graph import Graph
from genstate.cfg.terminators import Block, Branch, Jump, Return, Terminator
from genstate.cfg.vocabulary import Dependence, Place, Test

RETURNED: Final[Place] = "%return"

_COPIES: Final = 20
_SPARE: Final = 2000
# A block is left after so many events: what is not needed any more is forgotten between blocks.
_LONG: Final = 40


class LeftAlone(Exception):
    """The function is left alone.

    Its graph would grow out of proportion to the source, or mypy does not see what runs in it.
    """


@dataclass(slots=True)
class Loop:
    """A loop around the current statement."""

    on_break: int
    on_continue: int


@dataclass(slots=True)
class Passage:
    """Something that jumps have to do on their way out: a `finally` body, or leaving a `with`.

    Attributes:
        leave: lays down what has to be done, in the current block.
        handler: where exceptions go outside of it.
        copies: the block at which each kind of jump has been laid down already.
    """

    leave: Callable[[], None]
    handler: int
    copies: dict[str, int] = field(default_factory=dict)


class Builder:
    """Lays down events. `current` is None where control cannot come."""

    def __init__(self, name: str, budget: int) -> None:
        self.graph = Graph(name)
        self.frames: list[Loop | Passage] = []
        self._budget = budget * _COPIES + _SPARE
        self._temporaries = 0
        self.current: Block | None = None
        self.handler = -1
        self.current = self.block_at(self.new())
        self.graph.raise_exit = self.new()
        self.handler = self.graph.raise_exit
        self.current.handler = self.handler

    # Blocks.

    def new(self) -> int:
        """A new, empty block under the current handler."""
        number = len(self.graph.blocks)
        self.graph.blocks.append(Block(number, self.handler))
        return number

    def block_at(self, number: int) -> Block:
        return self.graph.blocks[number]

    def start(self, number: int) -> None:
        """Go on in block `number`."""
        block = self.block_at(number)
        block.handler = self.handler
        self.current = block

    def temporary(self) -> Place:
        self._temporaries += 1
        return f"%{self._temporaries}"

    def emit(self, event: Event) -> None:
        if self.current is not None:
            self._budget -= 1
            if self._budget < 0:
                raise LeftAlone
            if len(self.current.events) == _LONG:
                self._go_on()
            self.current.events.append(event)

    def end(self, terminator: Terminator) -> None:
        """End the current block."""
        if self.current is not None:
            self.current.terminator = terminator
            self.current = None

    def jump(self, to: int, at: Event | None = None) -> None:
        """End the current block with a plain jump."""
        node, line = (at.node, at.line) if at is not None else (None, 0)
        self.end(Jump(node, line, to))

    def handled_by(self, handler: int) -> None:
        """From here on, the block `handler` handles exceptions: go on in a fresh block."""
        if handler == self.handler:
            return
        self.handler = handler
        if self.current is not None:
            self._go_on()

    def _go_on(self) -> None:
        """Go on in a fresh block."""
        fresh = self.new()
        self.jump(fresh)
        self.start(fresh)

    def branch(
        self,
        node: object,
        line: int,
        test: Test | None,
        depends: Dependence = Dependence.NOTHING,
        rejoins: bool = False,
        asks: frozenset[str] = frozenset(),
    ) -> tuple[int, int]:
        """End the current block with a branch into two new blocks."""
        yes, no = self.new(), self.new()
        self.end(Branch(node, line, test, yes, no, depends, rejoins, asks))
        return yes, no

    # Jumps through frames.

    def leave_by_return(self, value: Place | None, node: object, line: int) -> None:
        if value is not None and any(isinstance(frame, Passage) for frame in self.frames):
            self.emit(Copy(node, line, RETURNED, value))
            value = RETURNED
        # Each return statement has copies of its own: reports tell them apart.
        self._unwind(f"return {id(node)}", lambda: self.end(Return(node, line, value)))

    def leave_by_break(self) -> None:
        self._unwind("break", self._to_loop(lambda loop: loop.on_break))

    def leave_by_continue(self) -> None:
        self._unwind("continue", self._to_loop(lambda loop: loop.on_continue))

    def _to_loop(self, way: Callable[[Loop], int]) -> Callable[[], None]:
        def arrive() -> None:
            frame = self.frames[-1] if self.frames else None
            if isinstance(frame, Loop):
                self.jump(way(frame))

        return arrive

    def _unwind(self, kind: str, arrive: Callable[[], None]) -> None:
        """Pass the frames from the inside out, then `arrive`."""
        frames, handler = self.frames, self.handler
        while self.frames and self.current is not None:
            frame = self.frames[-1]
            if isinstance(frame, Loop):
                if kind in ("break", "continue"):
                    break
                self.frames = self.frames[:-1]
                continue
            if kind in frame.copies:
                self.jump(frame.copies[kind])
                break
            self.frames = self.frames[:-1]
            self.handler = frame.handler
            frame.copies[kind] = self.new()
            self.jump(frame.copies[kind])
            self.start(frame.copies[kind])
            frame.leave()
        if self.current is not None:
            arrive()
        self.current = None
        self.frames, self.handler = frames, handler
