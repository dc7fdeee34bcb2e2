"""Functions that run awaitables in tasks, or wait for them with a limit of time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Starter:
    """What a function does with the awaitables that it is given.

    Attributes:
        name: what it is called, for messages.
        many: all its positional arguments are awaitables, not only the first.
        listed: its first argument is a collection of awaitables.
        calls: its first argument is a function, which it calls with the others.
        limit: the position and name of a limit of time, after which it cancels what it waits for.
        collects: a keyword argument that makes it hand back exceptions as values.
        waits: it hands back no results at all, and takes nothing but tasks.
        lazy: nothing begins before what it returns is awaited, or gone through.
        shields: who cancels what it returns does not cancel what it was given.
        scatters: it begins them in any order, and so come the results: these are not followed.
    """

    name: str
    many: bool = False
    listed: bool = False
    calls: bool = False
    limit: tuple[int, str] | None = None
    collects: str = ""
    waits: bool = False
    lazy: bool = False
    shields: bool = False
    scatters: bool = False


#: They cancel the task whose method they are.
CANCELLING: Final = frozenset(
    {"asyncio.tasks.Task.cancel", "_asyncio.Task.cancel", "_asyncio.Future.cancel"}
)

STARTERS: Final = {
    "asyncio.tasks.gather": Starter("asyncio.gather", many=True, collects="return_exceptions"),
    "asyncio.tasks.create_task": Starter("asyncio.create_task"),
    "asyncio.tasks.ensure_future": Starter("asyncio.ensure_future"),
    "asyncio.tasks.shield": Starter("asyncio.shield", shields=True),
    "asyncio.tasks.wait_for": Starter("asyncio.wait_for", limit=(1, "timeout"), lazy=True),
    "asyncio.tasks.wait": Starter("asyncio.wait", listed=True, waits=True, lazy=True, shields=True),
    "asyncio.tasks.as_completed": Starter(
        "asyncio.as_completed", listed=True, lazy=True, scatters=True
    ),
    "asyncio.taskgroups.TaskGroup.create_task": Starter("create_task"),
    "asyncio.events.AbstractEventLoop.create_task": Starter("create_task"),
    "anyio.abc._tasks.TaskGroup.start_soon": Starter("start_soon", calls=True),
    "trio._core._run.Nursery.start_soon": Starter("start_soon", calls=True),
}
