"""What happens on the ways of a condition."""

from __future__ import annotations

from typing import Final, NamedTuple

from mypy import nodes
from mypy.nodes import Expression, Node

from genstate.cfg.lower.oracle import Oracle
from genstate.children import own_nodes

_LEAVING: Final = (nodes.RaiseStmt, nodes.ReturnStmt, nodes.BreakStmt, nodes.ContinueStmt)
_CHANGING: Final = (
    nodes.AssignmentStmt,
    nodes.OperatorAssignmentStmt,
    nodes.AssignmentExpr,
    nodes.DelStmt,
    nodes.AssertStmt,
)
_STEERING: Final = (*_LEAVING, nodes.YieldExpr, nodes.YieldFromExpr)
_YIELDING: Final = (nodes.YieldExpr, nodes.YieldFromExpr, nodes.AwaitExpr)
_BLOCKS: Final = (nodes.ForStmt, nodes.WhileStmt, nodes.TryStmt, nodes.WithStmt)


class Ways(NamedTuple):
    """What happens on the ways of an `if`, those of its `elif` and `else` among them.

    Attributes:
        steer: as `steers`.
        raise_something: as `raises`.
        rejoin: as `rejoins`.
    """

    steer: bool
    raise_something: bool
    rejoin: bool


def chain_from(node: nodes.IfStmt) -> list[nodes.IfStmt]:
    """The `if` or `elif`, and every `elif` that follows it."""
    chain = [node]
    while (following := following_elif(chain[-1])) is not None:
        chain.append(following)
    return chain


def following_elif(node: nodes.IfStmt) -> nodes.IfStmt | None:
    """The `elif` right behind: to mypy it is all that stands in the `else`."""
    if node.else_body is None or len(node.else_body.body) != 1:
        return None
    following = node.else_body.body[0]
    return following if isinstance(following, nodes.IfStmt) else None


def ways_from(oracle: Oracle, chain: list[nodes.IfStmt]) -> dict[Node, Ways]:
    """What happens on the ways of each `if` and `elif` of a chain.

    Each part of the chain is looked at once, and counts for all that comes before it.
    """
    found: dict[Node, Ways] = {}
    ways = Ways(steer=False, raise_something=False, rejoin=True)
    rest: list[Node] = [] if chain[-1].else_body is None else [chain[-1].else_body]
    for node in reversed(chain):
        parts = [*node.body, *rest]
        ways = found[node] = Ways(
            ways.steer or steers(parts),
            ways.raise_something or raises(parts),
            ways.rejoin and rejoins(oracle, parts),
        )
        rest = [*node.expr]
    return found


def steers(ways: list[Node]) -> bool:
    """Which way is taken makes a difference to where the function yields, or whether."""
    return any(isinstance(node, _STEERING) for node in own_nodes(ways))


def raises(ways: list[Node]) -> bool:
    """A `raise` stands on one of the ways."""
    return any(isinstance(node, nodes.RaiseStmt) for node in own_nodes(ways))


def rejoins(oracle: Oracle, ways: list[Node]) -> bool:
    """Nothing happens on any of the ways that a rule asks about: they meet again as they were."""
    return not any(_matters(oracle, node) for node in own_nodes(ways))


def _matters(oracle: Oracle, node: Node) -> bool:
    if isinstance(node, nodes.CallExpr):
        return oracle.is_unknown(node.callee) or oracle.never_returns(node)
    return isinstance(node, (*_LEAVING, *_CHANGING, *_YIELDING, *_BLOCKS))


def rejoin_as_values(oracle: Oracle, arms: list[Expression]) -> bool:
    """As `rejoins`, for the arms of a conditional expression: they are no flags, either."""
    return rejoins(oracle, [*arms]) and not any(_is_flag(arm) for arm in arms)


def _is_flag(arm: Expression) -> bool:
    if isinstance(arm, nodes.NameExpr):
        return True
    return not isinstance(arm, (nodes.MemberExpr, nodes.CallExpr, nodes.OpExpr))
