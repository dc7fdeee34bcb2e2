"""generator-dropped

What:   a generator is made and thrown away at once.
Why:    calling a generator function runs nothing of its body. Somebody has to iterate over it.
Example:
    from collections.abc import AsyncIterator

    async def send_all() -> AsyncIterator[str]:
        for name in ("a", "b"):
            print("sending", name)
            yield name

    async def main() -> None:
        send_all()      # reported: nothing is sent

Fix:    iterate over it (`async for`, or `for` where it is a synchronous one), or keep it.

    from collections.abc import AsyncIterator

    async def send_all() -> AsyncIterator[str]:
        for name in ("a", "b"):
            print("sending", name)
            yield name

    async def main() -> None:
        async for name in send_all():
            print("sent", name)

Known:  only expression statements are looked at; `_ = send_all()` is taken for intended. Silent
        where a test waits for what the call does itself: for a TypeError, or for a warning, as in
        `pytest.warns`, `assertWarns`, or `catch_warnings(record=True)`.
Ref:    https://github.com/microsoft/pyright/issues/7087
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from genstate.cfg.exceptions import TYPE_ERROR, ExceptionClass
from genstate.cfg.vocabulary import Place, Protocol
from genstate.rules.finding import Finding
from genstate.rules.preconditions import makes_generators
from genstate.typestate.conditions import Being
from genstate.typestate.contract import State
from genstate.typestate.solution import FunctionFlow
from genstate.typestate.store import Store
from genstate.typestate.values import Generator, Unknown, ordered

CODE: Final = "generator-dropped"
MESSAGE: Final = 'Generator "{name}" is made and thrown away: nothing of its body runs'
FIX: Final = 'Iterate over it, for example with "{loop}", or keep it'
#: Of a deprecated function, where warnings are made errors.
_WARNING: Final = "builtins.Warning"
_LOOPS: Final = {Protocol.ASYNC: "async for", Protocol.SYNC: "for"}


may_apply: Final = makes_generators


def check(flow: FunctionFlow) -> Iterator[Finding]:
    """Report each expression statement whose value is a generator that nobody else holds."""
    for event, discarded in flow.facts.discards.values():
        if event.heard or any(map(_comes_of_calling, event.expected)):
            continue  # the call is there for what it does itself
        dropped = [_dropped(place, store) for place, store in discarded]
        found = [generator for generators in dropped for generator in generators or ()]
        if found and None not in dropped and event.value.startswith("%"):
            function = found[0].function
            yield Finding(
                CODE,
                event.node,
                MESSAGE.format(name=function.name),
                (FIX.format(loop=_LOOPS[function.protocol]),),
            )


def _comes_of_calling(wanted: ExceptionClass) -> bool:
    """The call itself can raise it: where it takes no such arguments, or where it warns."""
    return TYPE_ERROR.is_subclass_of(wanted) or _WARNING in wanted.mro


def _dropped(place: Place, store: Store) -> list[Generator] | None:
    """The fresh generators that are thrown away here; None if one of them is held elsewhere."""
    if Unknown() in store.value(place):
        return None
    generators = [
        atom
        for atom in ordered(store.value(place))
        if isinstance(atom, Generator) and atom.function.judged
    ]
    for generator in generators:
        fresh = all(
            isinstance(condition, Being) and condition.state == State.CREATED.value
            for condition in store.conditions(generator.object)
        )
        if not fresh or _is_held(store, place, generator):
            return None
    return generators


def _is_held(store: Store, place: Place, generator: Generator) -> bool:
    return any(
        store.refers(other, generator.object)
        for other in store.places
        if other != place and not other.startswith("%")
    )
