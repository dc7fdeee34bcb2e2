"""The transfer functions: what each event does to the abstract state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, Final, TypeAlias

from genstate.cfg import events, terminators
from genstate.cfg.events import Event
from genstate.cfg.exceptions import (
    EXCEPTION,
    STOP_ASYNC_ITERATION,
    STOP_ITERATION,
)
from genstate.cfg.graph import Graph
from genstate.cfg.vocabulary import (
    Body,
    Constant,
    GeneratorFunction,
    Operation,
    Place,
    Protocol,
    Supply,
)
from genstate.flow.lattice import Precision, joined
from genstate.typestate import branches, operations
from genstate.typestate.conditions import Being, Pending
from genstate.typestate.counting import counted
from genstate.typestate.overtaking import overtaken, unbegun
from genstate.typestate.store import Store
from genstate.typestate.touching import touches
from genstate.typestate.values import (
    UNBOUND,
    UNKNOWN,
    Atom,
    Awaitable,
    Generator,
    Thrown,
    Tuple,
    Value,
    constant,
    holds_exception,
    ordered,
    thrown,
    truth,
)
from genstate.typestate.yielding import YieldTransfer

_FORKS: Final = 32
#: What may fail on account of a value that it is given.
Asking: TypeAlias = events.Call | events.Invoke | events.Item | events.Unpack
_ASKING: Final = (events.Call, events.Invoke, events.Item, events.Unpack)
#: What hardly ever raises at all tells no end of an iterator.
_RARE: Final = frozenset(
    {Thrown(EXCEPTION, excluded=frozenset({STOP_ITERATION, STOP_ASYNC_ITERATION}))}
)
_ITER: Final = GeneratorFunction("iter", "builtins.iter", Protocol.SYNC, judged=False)


class Transfer(YieldTransfer):
    """Moves stores through the blocks of one graph."""

    def __init__(self, graph: Graph, live: list[frozenset[Place]]) -> None:
        super().__init__(graph)
        self._live = live
        self._hands_over = any(isinstance(event, events.Start) for event in self._events)

    def block(self, number: int, store: Store) -> Iterable[tuple[int, Store]]:
        """The stores that leave block `number`, with where they go."""
        block = self._graph.blocks[number]
        self._out = []
        self._handler = block.handler
        stores = [store]
        for event in block.events:
            stores = [after for before in stores for after in self._step(event, before)]
            if len(stores) != 1:
                if not stores:
                    break
                stores = list(dict.fromkeys(stores))
                if len(stores) > _FORKS:
                    _, kept = joined(stores, _FORKS, Precision.EXACT, Precision.COARSER)
                    stores = list(kept.values())
        if block.terminator is not None:
            for store in stores:
                self._step(block.terminator, store)
        return self._leaving()

    def resumed(self, thrown_in: Thrown) -> list[tuple[int, Store]]:
        """The stores behind all yields at which the with-block raises it, with where they go."""
        self.thrown_in = frozenset({thrown_in})
        found: list[tuple[int, Store]] = []
        for handler, event, store in self.failing:
            self._out, self._handler = [], handler
            self._fail_block(event, store)
            found += self._leaving()
        return found

    def _leaving(self) -> list[tuple[int, Store]]:
        return [(to, self._going_on(to, self._handler, found)) for to, found in self._out]

    def _going_on(self, to: int, handler: int, store: Store) -> Store:
        """The store at the entry of block `to`: what is not needed there is dropped."""
        after = store.restrict(self._live[to])
        goes_on = to != handler or after.path.closing
        if self.facts is not None and goes_on and len(after.objects) < len(store.objects):
            self.facts.left(store, after)
        return after

    def _step(self, event: Event, store: Store) -> Iterable[Store]:
        if self.facts is None or not self._hands_over:
            return self._move(event, store)
        before = len(self._out)
        found = list(self._move(event, store))
        after = (*found, *(out for _, out in self._out[before:]))
        cancelled = [self._events[each.site] for each in unbegun(store, after)]
        self.facts.unbegun.update(cancelled)
        self.facts.overtaken.update(each.node for each in cancelled)
        if self.may_overtake(event, store):
            for each in overtaken(store, after):
                self.facts.overtaken.add(self._events[each.site].node)
        return found

    def _move(self, event: Event, store: Store) -> Iterable[Store]:
        if not self._graph.fields or not touches(event, store):
            return self._follow(event, store)
        before = len(self._out)
        found = [after.touched(self._graph.fields) for after in self._follow(event, store)]
        self._out[before:] = [
            (to, after.touched(self._graph.fields)) for to, after in self._out[before:]
        ]
        return found

    def _follow(self, event: Event, store: Store) -> Iterable[Store]:
        if isinstance(event, terminators.Terminator):
            self._terminate(event, store)
            return ()
        handle = _STEPS.get(type(event))
        if handle is None:
            return (store,)
        if not isinstance(event, events.Share) and self._reads_unbound(event, store):
            return ()
        if isinstance(event, _ASKING) and self._may_tell(event, store):
            store = store.doubted()
        return handle(self, event, store)

    def _may_tell(self, event: Asking, store: Store) -> bool:
        """Behind a timeout, what is asked of a variable may fail because it has no value yet."""
        if not event.raises or (isinstance(event, events.Call) and event.rarely):
            return False
        asked = self._graph.locals.intersection(event.uses())
        return any(not _holds_generators(store.value(p)) for p in asked) and store.is_late

    # Values.

    def bind(self, event: events.Bind, store: Store) -> Iterable[Store]:
        value = UNKNOWN if event.value is None else constant(event.value, event.exact)
        return (self._bind(store, event.target, value),)

    def copy(self, event: events.Copy, store: Store) -> Iterable[Store]:
        value = store.value(event.source)
        if value == UNKNOWN and branches.holds(store, event.guard):
            value = constant(Constant.TRUTHY)
        return (self._bind(store, event.target, value),)

    def count(self, event: events.Count, store: Store) -> Iterable[Store]:
        value = frozenset(counted(atom, event.steps) for atom in store.value(event.source))
        return (self._bind(store, event.target, UNKNOWN if value >= UNKNOWN else value),)

    def pack(self, event: events.Pack, store: Store) -> Iterable[Store]:
        items = tuple(store.value(place) for place in event.items)
        return (self._bind(store, event.target, frozenset({Tuple(items, event.more)})),)

    def unpack(self, event: events.Unpack, store: Store) -> Iterator[Store]:
        for atom in ordered(store.value(event.source)):
            if isinstance(atom, Tuple):
                yield from self._unpack_tuple(event, store, atom)
                continue
            if isinstance(atom, Generator) and atom.function.protocol is Protocol.SYNC:
                yield from self._unpack_generator(event, store, atom)
                continue
            self._raise_from_outside(store)
            after = store.escape(frozenset({atom}))
            for target in event.targets:
                after = self._bind(after, target, UNKNOWN)
            yield after

    def _unpack_tuple(self, event: events.Unpack, store: Store, source: Tuple) -> Iterator[Store]:
        values = _distribute(source.items, len(event.targets), event.starred)
        if source.more:
            values = [UNKNOWN] * len(event.targets)
        if values is None:
            self._raise(store, thrown(EXCEPTION))
            return
        for place, value in zip(event.targets, values, strict=True):
            store = self._bind(store, place, value)
        if event.starred >= 0:
            store = store.escape(store.value(event.targets[event.starred]))
            store = self._bind(store, event.targets[event.starred], UNKNOWN)
        yield store

    def item(self, event: events.Item, store: Store) -> Iterator[Store]:
        for atom in ordered(store.value(event.source)):
            if isinstance(atom, Tuple) and event.index < len(atom.items):
                yield self._bind(store, event.target, atom.items[event.index])
                continue
            self._raise_from_outside(store)
            value = UNKNOWN if event.value is None else constant(event.value)
            yield self._bind(store.escape(frozenset({atom})), event.target, value)

    def forget(self, event: events.Forget, store: Store) -> Iterable[Store]:
        for place in event.places:
            store = self._bind(store, place, UNBOUND)
        return (store,)

    def escape(self, event: events.Escape, store: Store) -> Iterable[Store]:
        for place in event.places:
            store = store.escape(store.value(place))
        return (store,)

    def share(self, event: events.Share, store: Store) -> Iterable[Store]:
        store = store.share(event.captured, event.rebound)
        for place in event.rebound:
            store = store.without(self._graph.conditions.get(place, ()))
        return (store,)

    def make_exception(self, event: events.MakeException, store: Store) -> Iterable[Store]:
        value = thrown(event.raised, exact=event.exact)
        return (self._bind(store, event.target, value),)

    def call(self, event: events.Call, store: Store) -> Iterable[Store]:
        for place in event.arguments:
            value = store.value(place)
            store = store.escape(value)
            if event.untyped and holds_exception(value):
                store = store.doubted()
        for place in event.reads:
            inside = frozenset(a for a in store.value(place) if isinstance(a, Tuple))
            store = store.escape(inside)
        if event.rarely:
            self._raise_from_outside(store.doubted(), _RARE)
        elif event.raises:
            self._raise_from_outside(store)
        value = UNKNOWN if event.value is None else constant(event.value)
        return (self._bind(store, event.target, value),)

    def doubt(self, event: events.Doubt, store: Store) -> Iterable[Store]:
        if event.depends is not None:
            return (branches.hanging_on(event.depends, store),)
        return (store.doubted(),)

    def discard(self, event: events.Discard, store: Store) -> Iterable[Store]:
        if self.facts is not None:
            self.facts.discarded(event, store)
        return (store,)

    # Generators.

    def create(self, event: events.Create, store: Store) -> Iterable[Store]:
        return (self._make(event, store, event.function),)

    def _make(
        self, event: events.Create | events.MakeIterator, store: Store, function: GeneratorFunction
    ) -> Store:
        site = self._sites[id(event)]
        store, made = store.make(site, Being("created", "created", event.line))
        return self._bind(store, event.target, frozenset({Generator(made, function)}))

    def make_iterator(self, event: events.MakeIterator, store: Store) -> Iterator[Store]:
        for atom in ordered(store.value(event.source)):
            if isinstance(atom, Generator):
                yield self._bind(store, event.target, frozenset({atom}))
                continue
            body = Body(_supply_of(atom, holds=branches.holds(store, event.guard)))
            after = store.escape(frozenset({atom}))
            if event.raises:
                self._raise_from_outside(after)
            function = replace(_ITER, body=body)
            yield self._make(event, after, function)

    def operate(self, event: events.Operate, store: Store) -> Iterable[Store]:
        argument = UNKNOWN if event.argument is None else store.value(event.argument)
        if event.operation is Operation.SEND:
            argument = operations.known(argument, never_none=event.never_none)
        receiver = _of_protocol(event.protocol, store.value(event.receiver))
        site = self._sites[id(event)]
        pending = Pending(site, event.operation, receiver, argument)
        others = frozenset(atom for atom in receiver if not isinstance(atom, Generator))
        if others:
            self._raise_from_outside(store)
            if event.protocol is Protocol.SYNC:
                store = store.escape(others)
        store, made = store.make(site, pending)
        return (self._bind(store, event.target, frozenset({Awaitable(made)})),)

    # Terminators.

    def _terminate(self, terminator: terminators.Terminator, store: Store) -> None:
        if self._reads_unbound(terminator, store):
            return
        if isinstance(terminator, terminators.Jump):
            self._out.append((terminator.to, store))
        elif isinstance(terminator, terminators.Branch):
            self._out += branches.branch(terminator, store)
        elif isinstance(terminator, terminators.Catch):
            self._out += branches.catch(terminator, store)
        elif isinstance(terminator, terminators.Swallowed):
            self._out += branches.swallowed(terminator, store)
        elif isinstance(terminator, terminators.Next):
            self._next(terminator, store)
        elif isinstance(terminator, terminators.Raise):
            self._raise_statement(terminator, store)
        elif isinstance(terminator, terminators.Return) and self.facts is not None:
            store = store.touched(self._graph.fields)
            self.facts.returned(terminator, store)
            result = UNKNOWN if terminator.place is None else store.value(terminator.place)
            self.facts.left(store.escape(result), None)

    def _raise_statement(self, event: terminators.Raise, store: Store) -> None:
        otherwise = Thrown(event.bound, event.exact)
        found = {a if isinstance(a, Thrown) else otherwise for a in store.value(event.place)}
        if event.explicit:
            site = self._sites[id(event)]
            found = {replace(atom, origin=site) for atom in found}
        self._raise(store, frozenset(found))


def _holds_generators(value: Value) -> bool:
    return all(isinstance(atom, Generator) for atom in value)


def _of_protocol(protocol: Protocol, receiver: Value) -> Value:
    """What an operation may be done to: a generator of the other protocol has no such method."""
    others = {
        atom
        for atom in receiver
        if isinstance(atom, Generator) and atom.function.protocol is not protocol
    }
    return (receiver - others) | UNKNOWN if others else receiver


def _distribute(items: tuple[Value, ...], wanted: int, starred: int) -> list[Value] | None:
    """The values for `wanted` targets; None where their number is wrong."""
    if starred < 0:
        return list(items) if len(items) == wanted else None
    extra = len(items) - wanted + 1
    if extra < 0:
        return None
    taken = frozenset({Tuple(items[starred : starred + extra])})
    return [*items[:starred], taken, *items[starred + extra :]]


def _supply_of(iterable: Atom, *, holds: bool) -> Supply:
    """How many values the iterator of something gives that is true, if it `holds`."""
    if isinstance(iterable, Tuple) and not iterable.more:
        return Supply(len(iterable.items), len(iterable.items))
    return Supply(least=1 if holds or truth(iterable) else 0, resumes=True)


_STEPS: Final[dict[type[Event], Callable[[Transfer, Any, Store], Iterable[Store]]]] = {
    events.Bind: Transfer.bind,
    events.Copy: Transfer.copy,
    events.Count: Transfer.count,
    events.Change: Transfer.change,
    events.Pack: Transfer.pack,
    events.Unpack: Transfer.unpack,
    events.Item: Transfer.item,
    events.Forget: Transfer.forget,
    events.Escape: Transfer.escape,
    events.Share: Transfer.share,
    events.MakeException: Transfer.make_exception,
    events.Call: Transfer.call,
    events.Invoke: Transfer.invoke,
    events.Discard: Transfer.discard,
    events.Doubt: Transfer.doubt,
    events.Create: Transfer.create,
    events.MakeIterator: Transfer.make_iterator,
    events.Operate: Transfer.operate,
    events.Consume: Transfer.consume,
    events.Await: Transfer.await_,
    events.Start: Transfer.start,
    events.Cancel: Transfer.cancel,
    events.Yield: Transfer.yield_,
    events.Closing: Transfer.closing,
    events.Suppress: Transfer.suppress,
    events.Enter: Transfer.enter,
    events.Defer: Transfer.defer,
    events.HandOver: Transfer.hand_over,
    events.Group: Transfer.group,
    events.Leave: Transfer.leave,
}
