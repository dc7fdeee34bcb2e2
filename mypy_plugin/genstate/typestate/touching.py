"""Which events run code that is not followed, and may get at the attributes of any object."""

from __future__ import annotations

from typing import Final

from genstate.cfg import events, terminators
from genstate.cfg.events import Event
from genstate.cfg.vocabulary import Operation
from genstate.typestate.conditions import Being, Condition, Pending
from genstate.typestate.contract import State
from genstate.typestate.store import Store
from genstate.typestate.values import Atom, Awaitable, Generator, is_none

#: They run the function's own code alone. (That a test changes attributes is far-fetched.)
_INERT: Final = frozenset(
    {
        events.Bind,
        events.Copy,
        events.Count,
        events.Change,
        events.Pack,
        events.Forget,
        events.Escape,
        events.Share,
        events.MakeException,
        events.Create,
        events.Operate,
        events.Start,
        events.Cancel,
        events.Closing,
        events.Suppress,
        events.Defer,
        events.HandOver,
        events.Group,
        events.Doubt,
        events.Discard,
        terminators.Jump,
        terminators.Branch,
        terminators.Catch,
        terminators.Swallowed,
        terminators.Raise,
    }
)


def touches(event: Event, store: Store) -> bool:
    """The event may change what attributes hold, and do something to it."""
    if isinstance(event, events.Call):
        return (event.raises and not event.rarely) or event.touches
    if isinstance(event, terminators.Next):
        return event.raises or event.is_async
    if isinstance(event, events.Invoke):
        return not event.deferred
    if isinstance(event, events.Await):
        return not all(_stays_outside(atom, store) for atom in store.value(event.awaitable))
    return type(event) not in _INERT


def _stays_outside(awaitable: Atom, store: Store) -> bool:
    """To await it never gets as far as into the body of a generator."""
    return isinstance(awaitable, Awaitable) and all(
        isinstance(condition, Pending)
        and all(
            isinstance(atom, Generator)
            and all(_is_out(condition, state) for state in store.conditions(atom.object))
            for atom in condition.receiver
        )
        for condition in store.conditions(awaitable.object)
    )


def _is_out(pending: Pending, state: Condition) -> bool:
    """The operation finds the generator closed, or unable to start."""
    if not isinstance(state, Being) or state.state not in (
        State.CREATED.value,
        State.CLOSED.value,
    ):
        return False
    starts = pending.operation is Operation.NEXT or (
        pending.operation is Operation.SEND
        and any(is_none(atom) is not False for atom in pending.argument)
    )
    return state.state == State.CLOSED.value or not starts
