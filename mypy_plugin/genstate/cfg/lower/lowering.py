"""The state of one lowering, and the dispatch by node type to the functions that know the node."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from mypy.nodes import Argument, Expression, Node, Statement

from genstate.cfg.events import Bind, Call
from genstate.cfg.exceptions import ExceptionClass
from genstate.cfg.lower import nones
from genstate.cfg.lower.arms import Ways
from genstate.cfg.lower.builder import Builder
from genstate.cfg.lower.dependence import Dependences
from genstate.cfg.lower.fields import Fields
from genstate.cfg.lower.scope import Scope
from genstate.cfg.lower.surroundings import Surroundings
from genstate.cfg.vocabulary import Constant, Exact, Place, Role
from genstate.children import Inside

StatementLowering: TypeAlias = "Callable[[Lowering, Any], None]"
ExpressionLowering: TypeAlias = "Callable[[Lowering, Any], Place]"

STATEMENTS: Final[dict[type[Node], StatementLowering]] = {}
EXPRESSIONS: Final[dict[type[Node], ExpressionLowering]] = {}


@dataclass(slots=True, eq=False)
class ExitStack:
    """An exit stack that a `with` has entered, or one that nothing leaves but a call.

    Attributes:
        manager: the place of the stack itself.
        held: the place of what was put on it.
        swallows: something on it may swallow exceptions, or it is not known what is on it.
        entered: a `with` has entered it.
    """

    manager: Place
    held: Place
    swallows: bool = False
    entered: bool = True


class Lowering:
    """Lowers one function, module or class body.

    Attributes:
        build: the blocks under construction.
        arguments: the parameters of the function.
        inside: all nodes of its body, but for those of nested functions.
        scope: the function's variables.
        oracle: mypy's types.
        around: what is known of the world around it.
        caught: the places of the exceptions that are being handled, innermost last.
        expiring: the awaits, and async loops, that a limit of time can cut short; and whether it
            may be over at once.
        groups: for each variable that holds a task group, the tasks that were started in it.
        discarded: what is awaited by a statement that throws the result away.
        expected: exceptions which a test around the current code asks for by name.
        listening: a manager around the current code waits for warnings.
        asserting: the code is part of what a test asserts.
        deciding: the code is part of a condition.
        conditions: for each variable the places of the conditions that read it.
        stacks: the exit stack that a variable holds.
        role: what drives the generators of the function.
        chains: the `if` and `elif` of chains, and whether these hardly leave anything over.
        ways: what happens on the ways of each of them.
        chained: the `elif` statements that go on about the subject of the test before; and whether
            that subject was of a closed type.
        depends: what conditions and loops may hang on.
        fields: the attributes that are followed.
        contradicted: the variables that may be None against their types, once somebody has asked.
        swallowed: a manager has been left that may swallow. Whether mypy knows that it does is not
            sure, and so what it takes for dead behind it may not be.
    """

    def __init__(
        self,
        build: Builder,
        scope: Scope,
        around: Surroundings,
        role: Role,
        depends: Dependences,
        fields: Fields,
        arguments: list[Argument],
        inside: Inside,
    ) -> None:
        self.build = build
        self.arguments = arguments
        self.inside = inside
        self.scope = scope
        self.oracle = around.oracle
        self.around = around
        self.role = role
        self.stacks: dict[Place, ExitStack] = {}
        self.chained: dict[Node, bool] = {}
        self.chains: dict[Node, bool] = {}
        self.ways: dict[Node, Ways] = {}
        self.depends = depends
        self.fields = fields
        self.caught: list[Place] = []
        self.expiring: dict[Node, bool] = {}
        self.discarded: set[Node] = set()
        self.groups: dict[Place, list[Place]] = {}
        self.expected: tuple[ExceptionClass, ...] = ()
        self.contradicted: frozenset[str] | None = None
        self.swallowed = False
        self.asserting = self.deciding = self.listening = False
        self.conditions: dict[Place, tuple[Place, ...]] = {}

    def body(self, statements: list[Statement]) -> None:
        """Lower the statements that control can reach."""
        for statement in statements:
            if self.build.current is None:
                return
            self.statement(statement)

    def statement(self, statement: Statement) -> None:
        lower = STATEMENTS.get(type(statement))
        if lower is not None:
            lower(self, statement)

    def value(self, expression: Expression) -> Place:
        """Lower an expression; the place of its value."""
        lower = EXPRESSIONS.get(type(expression))
        if lower is None:
            return self.unknown(expression)
        return lower(self, expression)

    def unknown(
        self, node: Node, value: Constant | None = None, exact: Exact | None = None
    ) -> Place:
        """A fresh place of which no more is known than `value`, or `exact`."""
        target = self.build.temporary()
        if value is not None:
            self.build.emit(Bind(node, node.line, target, value, exact))
        return target

    def opaque(
        self,
        node: Node,
        *,
        escape: tuple[Place, ...] = (),
        reads: tuple[Place, ...] = (),
        raises: bool = True,
        value: Constant | None = None,
        touches: bool = False,
    ) -> Place:
        """The result of something that is not followed."""
        target = self.build.temporary()
        self.build.emit(
            Call(node, node.line, target, escape, reads, raises, value, touches=touches)
        )
        return target

    def may_fail(self, node: Node) -> None:
        """Something runs that hardly ever raises. It matters where an exception is handled."""
        if self.build.handler != self.build.graph.raise_exit:
            target = self.build.temporary()
            self.build.emit(Call(node, node.line, target, raises=True, rarely=True))

    def fact(self, expression: Expression) -> Constant | None:
        """What the type alone says about a value."""
        return Constant.NOT_NONE if nones.never_none(self, expression) else None
