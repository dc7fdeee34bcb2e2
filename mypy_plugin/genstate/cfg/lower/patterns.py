"""`match`: which cases can be followed, and what their patterns bind."""

from __future__ import annotations

from mypy import nodes, patterns
from mypy.nodes import Expression, Node

from genstate.cfg.events import Copy, Doubt
from genstate.cfg.exceptions import Handled
from genstate.cfg.lower import conditions, exhaustion
from genstate.cfg.lower.comparisons import exact
from genstate.cfg.lower.lowering import STATEMENTS, Lowering
from genstate.cfg.lower.scope import captured_by_pattern
from genstate.cfg.lower.statements import lower_block, reaches
from genstate.cfg.vocabulary import Compare, IsInstance, IsNone, Place, Test
from genstate.children import own_nodes


def lower_match(low: Lowering, node: nodes.MatchStmt) -> None:
    if not reaches(low, node.subject, node):
        return
    build = low.build
    subject = build.temporary()
    build.emit(Copy(node, node.line, subject, low.value(node.subject)))
    if not low.oracle.is_immutable(node.subject):
        low.may_fail(node)
    after = build.new()
    for pattern, guard, body in zip(node.patterns, node.guards, node.bodies, strict=True):
        low.depends.goes_on = pattern is not node.patterns[0]
        no = _lower_pattern(low, pattern, subject, node.subject)
        low.depends.goes_on = False
        if guard is not None and build.current is not None:
            yes, refused = conditions.lower_condition(low, guard)
            build.start(refused)
            build.jump(no)
            build.start(yes)
        lower_block(low, body)
        build.jump(after)
        build.start(no)
    closed = exhaustion.is_closed(low, node.subject) or exhaustion.leaves_no_length(node)
    if closed or exhaustion.counts_on_a_case(low, node):
        build.emit(Doubt(node, node.line))
    build.jump(after)
    build.start(after)


def _lower_pattern(
    low: Lowering, pattern: patterns.Pattern, subject: Place, asked: Expression
) -> int:
    """Match and bind; the block where the pattern does not match."""
    build = low.build
    name = _whole_subject(pattern)
    inner = pattern.pattern if isinstance(pattern, patterns.AsPattern) else pattern
    if inner is None:
        _bind(low, name, subject)
        no = build.new()
        yes = build.new()
        build.jump(yes)
        build.start(yes)
        return no
    test = _test(low, inner, subject)
    if test is None or _looks_inside(inner):
        low.opaque(pattern, escape=(subject,) if _looks_inside(inner) else ())
    depends = low.depends.of(asked)
    yes, no = build.branch(pattern, pattern.line, test, depends, asks=low.depends.asks(asked))
    if isinstance(inner, patterns.ClassPattern) and _has_parts(inner):
        build.start(yes)
        yes, refused = build.branch(pattern, pattern.line, None, depends)
        build.start(refused)
        build.jump(no)
    if exhaustion.always_matches(low, inner, asked):
        no = conditions.doubted(low, asked, no)
    build.start(yes)
    _bind(low, name, subject)
    for node in own_nodes([inner]):
        for captured in captured_by_pattern(node):
            place = low.scope.place(captured)
            if place is not None:
                build.emit(Copy(node, node.line, place, low.unknown(node)))
    return no


def _whole_subject(pattern: patterns.Pattern) -> nodes.NameExpr | None:
    return pattern.name if isinstance(pattern, patterns.AsPattern) else None


def _bind(low: Lowering, name: nodes.NameExpr | None, subject: Place) -> None:
    place = None if name is None else low.scope.place(name.name)
    if place is not None:
        assert name is not None
        low.build.emit(Copy(name, name.line, place, subject))


def _test(low: Lowering, pattern: patterns.Pattern, subject: Place) -> Test | None:
    """The test that a pattern makes of the whole subject, where it is one that can be followed."""
    if isinstance(pattern, patterns.SingletonPattern):
        return IsNone(subject) if pattern.value is None else None
    parts = pattern.patterns if isinstance(pattern, patterns.OrPattern) else [pattern]
    values = [exact(part.expr) for part in parts if isinstance(part, patterns.ValuePattern)]
    known = tuple(value for value in values if value is not None)
    if len(known) == len(parts):
        return Compare(subject, "in", known)
    classes = [part for part in parts if isinstance(part, patterns.ClassPattern)]
    if len(classes) != len(parts) or (len(parts) > 1 and any(_has_parts(c) for c in classes)):
        return None
    handled = sum((low.oracle.handled(part.class_ref) for part in classes), Handled())
    return IsInstance(subject, handled)


def _has_parts(pattern: patterns.ClassPattern) -> bool:
    return bool(pattern.positionals or pattern.keyword_values)


def _looks_inside(pattern: Node) -> bool:
    """The pattern takes the subject to pieces: what is in it may get another name."""
    return not isinstance(
        pattern, (patterns.ValuePattern, patterns.SingletonPattern, patterns.OrPattern)
    ) or any(_looks_inside(part) for part in getattr(pattern, "patterns", ()))


STATEMENTS[nodes.MatchStmt] = lower_match
