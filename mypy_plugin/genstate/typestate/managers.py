"""The transfer functions of context managers and exit stacks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final, TypeAlias

from genstate.cfg import events
from genstate.cfg.exceptions import (
    BASE_EXCEPTION_GROUP,
    EXCEPTION,
    EXCEPTION_GROUP,
    GENERATOR_EXIT,
    STOP_ITERATION,
)
from genstate.cfg.vocabulary import Operation, Place
from genstate.typestate import operations
from genstate.typestate.loops import LoopTransfer
from genstate.typestate.operations import Request
from genstate.typestate.path import OpenScope
from genstate.typestate.store import Store
from genstate.typestate.values import (
    UNKNOWN,
    Atom,
    Closer,
    Suppressor,
    Thrown,
    Tuple,
    Value,
    ordered,
)

_DEFERRED: Final = 6
#: A store, and the exception that is pending in it.
Way: TypeAlias = tuple[Store, Value | None]
_GROUPED: Final = (EXCEPTION, GENERATOR_EXIT)


class ManagerTransfer(LoopTransfer):
    """What entering and leaving context managers does."""

    def closing(self, event: events.Closing, store: Store) -> Iterable[Store]:
        value = frozenset({Closer(store.value(event.generator))})
        return (self._bind(store, event.target, value),)

    def suppress(self, event: events.Suppress, store: Store) -> Iterable[Store]:
        return (self._bind(store, event.target, frozenset({Suppressor(event.swallow)})),)

    def enter(self, event: events.Enter, store: Store) -> Iterator[Store]:
        store = store.suspended() if event.is_async else store
        for atom in ordered(store.value(event.manager)):
            if isinstance(atom, Closer):
                yield self._bind(store, event.target, atom.value)
                continue
            after = store.escape(frozenset({atom}))
            if event.raises:
                self._raise_from_outside(after, _out_of(event))
            if event.scope:
                scope = OpenScope(event.until or event.manager, event.scope, event.line)
                scopes = after.path.scopes | {scope}
                after = after.with_path(replace(after.path, scopes=scopes))
            yield self._bind(after, event.target, UNKNOWN)

    def defer(self, event: events.Defer, store: Store) -> Iterator[Store]:
        added = store.value(event.manager)
        for atom in ordered(store.value(event.stack)):
            if isinstance(atom, Tuple) and len(atom.items) < _DEFERRED:
                grown = frozenset({Tuple((*atom.items, added))})
                yield self._bind(store, event.stack, grown)
            else:
                after = store.escape(frozenset({atom}) | added)
                yield self._bind(after, event.stack, UNKNOWN)

    def hand_over(self, event: events.HandOver, store: Store) -> Iterable[Store]:
        store = store.escape(store.value(event.stack))
        store = self._bind(store, event.stack, UNKNOWN)
        return (self._outside(store, event.manager),)

    def _outside(self, store: Store, manager: Place) -> Store:
        """The scopes that `manager` leaves are not open any more."""
        scopes = frozenset(scope for scope in store.path.scopes if scope.manager != manager)
        return store.with_path(replace(store.path, scopes=scopes))

    def leave(self, event: events.Leave, store: Store) -> Iterator[Store]:
        store = store.suspended() if event.is_async else store
        store = self._outside(store, event.manager)
        for deferred in self._unwound(event, store):
            for atom in ordered(deferred.value(event.manager)):
                if isinstance(atom, Closer):
                    yield from self._close(event, deferred, atom)
                    continue
                if event.raises:
                    raised = _ANY_GROUP if event.groups else _out_of(event)
                    self._raise_from_outside(_beside_tasks(event, deferred), raised)
                yield deferred

    def group(self, event: events.Group, store: Store) -> Iterable[Store]:
        grouped = frozenset(a for atom in store.value(event.target) for a in _grouped(atom))
        return (self._bind(store, event.target, grouped),)

    def _unwound(self, event: events.Leave, store: Store) -> Iterator[Store]:
        """What was put on an exit stack is left, last first, even if leaving some of it fails."""
        if not event.stack:
            yield store
            return
        for atom in ordered(store.value(event.stack)):
            ways: list[Way] = [(store, None)]
            for item in reversed(atom.items if isinstance(atom, Tuple) else ()):
                ways = _merged(after for way in ways for after in self._left(event, way, item))
            for after, raised in ways:
                if raised is None:
                    yield after
                else:
                    self._raise_from_outside(after, raised)

    def _left(self, event: events.Leave, way: Way, item: Value) -> Iterator[Way]:
        store, pending = way
        for atom in ordered(item):
            if not isinstance(atom, Closer):
                yield way
                continue
            request = Request(Operation.CLOSE, event.line, atom.value)
            for result in operations.perform(store, request):
                yield result.store, result.raised or pending

    def _close(self, event: events.Leave, store: Store, closer: Closer) -> Iterator[Store]:
        for after, raised in self._left(event, (store, None), frozenset({closer})):
            if raised is None:
                yield after
            else:
                self._raise_from_outside(after, raised)


def _merged(ways: Iterable[Way]) -> list[Way]:
    """Ways on which the same exception is pending are one."""
    going_on: dict[Store, None] = {}
    failing: dict[Value, Store] = {}
    for store, raised in ways:
        if raised is None:
            going_on[store] = None
        else:
            failing[raised] = failing[raised].join(store) if raised in failing else store
    return [(store, None) for store in going_on] + [(s, raised) for raised, s in failing.items()]


def _out_of(event: events.Enter | events.Leave) -> Value:
    """What a manager may raise of itself. A StopIteration does not get out of a coroutine."""
    converted = frozenset(event.converted)
    if event.is_async:
        converted |= {STOP_ITERATION}
    return frozenset({Thrown(excluded=converted)})


def _beside_tasks(event: events.Leave, store: Store) -> Store:
    """Where a task group fails of itself: its tasks have been waited for, and have not failed."""
    surely = not event.groups or store.path.closing or store.path.thrown
    return store if surely else store.doubted()


def _grouped(atom: Atom) -> Iterator[Atom]:
    """What becomes of an exception: a group, or what it was if it is neither error nor closing.

    A group of errors is an error: `except Exception` catches it.
    """
    yield Thrown(EXCEPTION_GROUP)
    if isinstance(atom, Thrown) and atom.raised.is_subclass_of(EXCEPTION):
        return
    yield Thrown(BASE_EXCEPTION_GROUP)
    if isinstance(atom, Thrown) and not atom.raised.is_subclass_of(GENERATOR_EXIT):
        for grouped in _GROUPED:
            atom = atom.without(grouped)
        yield atom


_ANY_GROUP: Final[Value] = frozenset(_grouped(Thrown()))
