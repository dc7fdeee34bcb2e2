"""What values and conditions refer to: which objects, and by which name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from genstate.cfg.vocabulary import Operation
from genstate.typestate.conditions import LOST, Busy, Called, Condition, Done, Pending
from genstate.typestate.values import (
    Atom,
    Awaitable,
    Closer,
    Driven,
    Generator,
    Object,
    Task,
    Tuple,
    Value,
)

_REFERRING: Final = (Generator, Awaitable, Task, Closer, Driven, Tuple)


def awaited(conditions: frozenset[Condition]) -> Iterator[Value]:
    """What operations refer to that wait in these conditions."""
    for condition in conditions:
        work = condition.pending if isinstance(condition, Done) else condition
        if isinstance(work, (Pending, Called)):
            yield work.receiver | work.argument


def let_go(conditions: frozenset[Condition]) -> frozenset[Condition]:
    """What is known of an object that code which is not followed gets hold of.

    What was handed over is awaited again by whoever awaits it, unless a cancellation spares it.
    """
    found: set[Condition] = set()
    for condition in conditions:
        work = condition.pending if isinstance(condition, Done) else None
        spared = isinstance(work, Pending) and work.operation in (Operation.THROW, Operation.CLOSE)
        if not isinstance(condition, Done) or spared or isinstance(work, Called):
            return frozenset({LOST})
        found.add(condition if work is None else _let_go(condition))
    return frozenset(found)


def _let_go(done: Done) -> Done:
    return replace(done, pending=None, before=frozenset(), failed=None, loose=True)


def renamed(atom: Atom, old: Object, new: Object) -> Atom:
    """The atom, with `new` for `old` wherever it refers to that."""
    if isinstance(atom, (Generator, Awaitable)):
        return replace(atom, object=new) if atom.object == old else atom
    if isinstance(atom, Task):
        return replace(atom, operations=_all_renamed(atom.operations, old, new))
    if isinstance(atom, Closer):
        return Closer(frozenset(renamed(inner, old, new) for inner in atom.value))
    if isinstance(atom, Driven):
        owner = renamed(atom.generator, old, new)
        return Driven(owner) if isinstance(owner, Generator) else atom
    if isinstance(atom, Tuple):
        items = (frozenset(renamed(inner, old, new) for inner in item) for item in atom.items)
        return replace(atom, items=tuple(items))
    return atom


def _all_renamed(objects: tuple[Object, ...], old: Object, new: Object) -> tuple[Object, ...]:
    return tuple(new if each == old else each for each in objects) if old in objects else objects


def aged(condition: Condition, old: Object, new: Object) -> Condition:
    """The same for what is awaited, or goes on."""
    if isinstance(condition, Pending):
        receiver = frozenset(renamed(atom, old, new) for atom in condition.receiver)
        argument = frozenset(renamed(atom, old, new) for atom in condition.argument)
        return replace(condition, receiver=receiver, argument=argument)
    if isinstance(condition, Called):
        return _called_aged(condition, old, new)
    if isinstance(condition, Done) and condition.pending is not None:
        pending = aged(condition.pending, old, new)
        assert isinstance(pending, (Pending, Called))
        return replace(condition, pending=pending)
    if isinstance(condition, Busy):
        return replace(condition, operations=_all_renamed(condition.operations, old, new))
    return condition


def _called_aged(work: Called, old: Object, new: Object) -> Called:
    arguments = tuple(
        (replace(generator, object=new) if generator.object == old else generator, parameters)
        for generator, parameters in work.arguments
    )
    opening = None if work.opening is None else aged(work.opening, old, new)
    assert opening is None or isinstance(opening, Pending)
    return replace(work, arguments=arguments, opening=opening)


def held(
    values: Iterable[Value],
    wanted: set[Object],
    objects: Mapping[Object, frozenset[Condition]],
) -> set[Object]:
    """Those of the `wanted` objects that one of the values leads to."""
    found: set[Object] = set()
    for value in values:
        for atom in value:
            if isinstance(atom, Generator):
                if atom.object in wanted:
                    found.add(atom.object)
            elif isinstance(atom, _REFERRING):
                found.update(reachable(value, objects))
    return found


def refers(value: Value) -> bool:
    """Whether it leads to any object at all: most values do not."""
    for atom in value:  # noqa: SIM110 - asked most often of all, and `any` takes twice as long
        if isinstance(atom, _REFERRING):
            return True
    return False


def reachable(value: Value, objects: Mapping[Object, frozenset[Condition]]) -> list[Object]:
    """The objects that code which holds `value` can get at."""
    found: dict[Object, None] = {}
    todo = list(value)
    while todo:
        atom = todo.pop()
        if isinstance(atom, Closer):
            todo += atom.value
        elif isinstance(atom, Driven):
            todo.append(atom.generator)
        elif isinstance(atom, Tuple):
            for item in atom.items:
                todo += item
        elif isinstance(atom, Task):
            todo += [Awaitable(operation) for operation in atom.operations]
        elif isinstance(atom, (Generator, Awaitable)) and atom.object not in found:
            found[atom.object] = None
            for waiting in awaited(objects.get(atom.object, frozenset())):
                todo += waiting
    return list(found)
