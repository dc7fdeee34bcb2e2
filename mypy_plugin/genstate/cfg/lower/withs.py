"""`with`: what runs when a context manager is entered, and when control leaves its block."""

from __future__ import annotations

from mypy import nodes

from genstate.cfg.events import Await, Cancel, Copy, Doubt, Enter, Group, Leave, Pack
from genstate.cfg.lower import managers, stacks, targets
from genstate.cfg.lower.absorbing import method_absorber
from genstate.cfg.lower.builder import Passage
from genstate.cfg.lower.expiry import expiry_of, lower_expiry
from genstate.cfg.lower.lowering import STATEMENTS, ExitStack, Lowering
from genstate.cfg.lower.protected import keep_exception
from genstate.cfg.lower.statements import lower_block, reaches
from genstate.cfg.lower.waiting import enters_surely
from genstate.cfg.terminators import Raise, Stop, Swallowed
from genstate.cfg.vocabulary import Place, Swallow
from genstate.knowledge import scopes


def lower_with(low: Lowering, node: nodes.WithStmt) -> None:
    if reaches(low, node.expr[0], node):
        _lower_items(low, node, 0)


def _lower_items(low: Lowering, node: nodes.WithStmt, position: int) -> None:
    """The items of one `with` nest, as if each had a statement of its own."""
    if position == len(node.expr):
        lower_block(low, node.body)
        return
    _Item(low, node, position).lower()


class _Item:
    """One context manager of a `with` statement, and all that stands under it."""

    def __init__(self, low: Lowering, node: nodes.WithStmt, position: int) -> None:
        self._low = low
        self._build = low.build
        self._node = node
        self._position = position
        self._expression = node.expr[position]
        self._kind = managers.kind_of(low, self._expression, is_async=node.is_async)
        self._expiry = expiry_of(low, node)
        self._stack: ExitStack | None = None
        self._manager: Place = ""
        self._tasks: list[Place] = []

    def lower(self) -> None:
        build = self._build
        value = self._enter()
        outer, expected = build.handler, self._low.expected
        listening = self._low.listening
        failed, after = build.new(), build.new()
        self._stack = stacks.open_stack(self._low, self._expression, self._manager)
        # What fails when an exit stack is left may be swallowed by what lies deeper on the stack.
        self._leaving = outer if self._stack is None else build.new()
        build.frames.append(Passage(self._leave_quietly, outer))
        build.handled_by(failed)
        self._low.expected = (*expected, *self._kind.expected)
        self._low.listening = listening or self._kind.listens
        self._bind(value)
        if self._expiry is not None:
            self._low.expiring[self._expiry.awaited] = self._expiry.hasty
        _lower_items(self._low, self._node, self._position + 1)
        self._low.expected = expected
        self._low.listening = listening
        build.frames.pop()
        self._join()
        build.handled_by(outer)
        self._leave_quietly()
        build.jump(after)
        build.start(failed)
        self._fail(after, inside=True)
        if self._stack is not None:
            build.start(self._leaving)
            self._fail(after, inside=False)
        build.start(after)
        self._low.swallowed |= self._stack is not None or bool(self._swallow.handled.classes)

    def _enter(self) -> Place:
        """The place of what entering hands over."""
        build, node, expression = self._build, self._node, self._expression
        self._manager = build.temporary()
        build.emit(Copy(node, node.line, self._manager, self._low.value(expression)))
        value = build.temporary()
        if self._kind.enters_rarely:
            self._low.may_fail(expression)
        build.emit(
            Enter(
                expression,
                expression.line,
                value,
                self._manager,
                node.is_async,
                self._kind.raises and not (self._kind.enters_quietly or self._kind.enters_rarely),
                self._kind.scope,
                converted=self._kind.converted,
                surely=self._surely,
                absorbs=method_absorber(self._low, expression, "__aenter__")
                if node.is_async
                else None,
            )
        )
        return value

    def _bind(self, value: Place) -> None:
        target = self._node.target[self._position]
        if target is None:
            return
        targets.assign(self._low, target, value)
        if self._stack is not None:
            stacks.name_stack(self._low, target, self._stack)
        variable = self._low.scope.variable(target)
        if variable is not None and self._joins:
            self._tasks = self._low.groups[variable] = []

    def _join(self) -> None:
        """Wait for the tasks that were started in the block."""
        build, expression, line = self._build, self._expression, self._expression.line
        if self._tasks:
            tasks = build.temporary()
            build.emit(Pack(expression, line, tasks, tuple(self._tasks)))
            build.emit(Await(expression, line, build.temporary(), tasks, surely=False))

    def _leave(self, *, quietly: bool) -> None:
        build, outer = self._build, self._build.handler
        build.handled_by(self._leaving)
        build.emit(
            Leave(
                self._expression,
                self._expression.line,
                self._manager,
                self._node.is_async,
                self._kind.raises and not quietly,
                "" if self._stack is None else self._stack.held,
                self._is_group,
                self._kind.converted,
                self._surely,
            )
        )
        build.handled_by(outer)

    def _leave_quietly(self) -> None:
        """Without an exception, which may be what the manager waits for."""
        self._leave(quietly=self._kind.leaves_quietly or self._kind.ends_quietly)
        if self._kind.raises_again:
            self._build.emit(Doubt(self._expression, self._expression.line))
        if self._kind.expected:
            self._build.end(Stop(self._expression, self._expression.line))

    def _fail(self, after: int, *, inside: bool) -> None:
        """An exception arrives: from `inside` the block, or out of leaving the manager itself."""
        build, expression, line = self._build, self._expression, self._expression.line
        exception = keep_exception(self._low, self._node)
        if inside:
            for task in self._tasks:
                build.emit(Cancel(expression, line, build.temporary(), task, exception))
            self._leave(quietly=self._kind.leaves_quietly)
        if self._expiry is not None:
            lower_expiry(self._low, expression, self._expiry, exception, after)
        raising = build.new()
        held = "" if self._stack is None else self._stack.held
        build.end(Swallowed(expression, line, exception, self._swallow, after, raising, held))
        build.start(raising)
        if self._is_group:
            build.emit(Group(expression, line, exception))
        build.end(Raise(expression, line, exception))
        self._low.caught.pop()

    @property
    def _surely(self) -> bool:
        return not self._node.is_async or enters_surely(self._low, self._expression)

    @property
    def _joins(self) -> bool:
        return self._kind.scope in scopes.JOINING and not self._kind.encloses

    @property
    def _is_group(self) -> bool:
        return self._kind.scope in scopes.TASK_GROUPS and not self._kind.encloses

    @property
    def _swallow(self) -> Swallow:
        quiet = self._stack is not None and not self._stack.swallows
        return Swallow() if quiet else self._kind.swallow


STATEMENTS[nodes.WithStmt] = lower_with
