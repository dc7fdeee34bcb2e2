"""A graph as text, for tests and for people who look into the lowering."""

from __future__ import annotations

from dataclasses import fields
from enum import Enum
from typing import Final

from genstate.cfg.events import Event
from genstate.cfg.exceptions import NOTHING, ExceptionClass, Handled
from genstate.cfg.graph import Graph
from genstate.cfg.terminators import Block, Terminator
from genstate.cfg.vocabulary import (
    Compare,
    Condition,
    Dependence,
    GeneratorFunction,
    IsInstance,
    IsNone,
    Swallow,
    Through,
    Truth,
)

_HIDDEN: Final = frozenset(
    {
        "node",
        "line",
        "target",
        "to",
        "yes",
        "no",
        "body",
        "done",
        "protocol",
        "guard",
        "absorbs",
        "answer",
        "opening",
        "fallback",
        "lists",
        "hasty",
    }
)


def dump(graph: Graph) -> str:
    """One line an event, numbered blocks, the way out for exceptions behind the block's number."""
    reachable = set(graph.postorder())
    lines: list[str] = []
    for block in graph.blocks:
        if block.number in reachable:
            lines.append(_head(graph, block))
            lines += [f"  {line(event)}" for event in block.events]
            if block.terminator is not None:
                lines.append(f"  {line(block.terminator)}")
    return "\n".join(lines)


def _head(graph: Graph, block: Block) -> str:
    if block.number == graph.raise_exit:
        return f"b{block.number}: raised"
    if block.handler in (-1, graph.raise_exit):
        return f"b{block.number}:"
    return f"b{block.number}: handler b{block.handler}"


def line(event: Event) -> str:
    """One event as text."""
    words = [type(event).__name__.lower()]
    for attribute in fields(event):
        value = getattr(event, attribute.name)
        if attribute.name in _HIDDEN or value == attribute.default:
            continue
        if value is True:
            words.append(attribute.name)
        elif value is False:
            words.append(f"no {attribute.name}")
        else:
            words.append(_value(value))
    text = " ".join(word for word in words if word)
    if isinstance(event, Terminator):
        ways = " ".join(f"b{number}" for number in event.targets())
        text = f"{text} -> {ways}" if ways else text
        target = event.defines()
    else:
        target = event.defines() if hasattr(event, "target") else ()
    return f"{target[0]} = {text}" if target else text


def _value(value: object) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(_value(item) for item in value)})"
    if isinstance(value, frozenset):
        return f"asks {' '.join(sorted(value))}" if value else ""
    if isinstance(value, ExceptionClass):
        return value.short_name
    if isinstance(value, GeneratorFunction):
        return value.name
    if isinstance(value, Handled):
        bounds = f" some {_value(value.bounds)}" if value.bounds else ""
        return f"{_value(value.classes)}{bounds}"
    if isinstance(value, Swallow):
        how = "always" if value.always else "perhaps"
        swallows = "nothing" if value.handled == NOTHING else f"{how} {_value(value.handled)}"
        return (
            swallows
            if value.replaced == NOTHING
            else f"{swallows} replaces {_value(value.replaced)}"
        )
    if isinstance(value, Through):
        return " ".join(each.name for each in fields(value) if getattr(value, each.name))
    if isinstance(value, Dependence):
        found = (each.name or "" for each in Dependence if each and each in value)
        return f"by {' and '.join(found)}".lower()
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, Truth):
        return value.place if value.memory is None else f"{value.place}?"
    if isinstance(value, IsNone):
        return f"{value.place} is None"
    if isinstance(value, IsInstance):
        how = "is exactly" if value.exactly else "isinstance"
        return f"{value.place} {how} {_value(value.handled)}"
    if isinstance(value, Compare):
        others = _value(value.others if value.operator == "in" else value.others[0])
        return f"{value.place} {value.operator} {others}"
    if isinstance(value, Condition):
        return value.place if value.stable else f"{value.place}?"
    return "?" if value is None else str(value)
