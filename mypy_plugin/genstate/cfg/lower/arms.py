"""What happens on the ways of a condition."""

from __future__ import annotations

from typing import Final

from mypy import nodes
from mypy.nodes import Expression, Node

from genstate.cfg.lower.children import own_nodes
from genstate.cfg.lower.oracle import Oracle

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
