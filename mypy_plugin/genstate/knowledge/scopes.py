"""Cancel scopes, timeouts and task groups (PEP 789): a yield inside one of them is wrong.

They are known by the class of the context manager, or by the function that makes it where that
gives no class of its own.
"""

from __future__ import annotations

from typing import Final

from genstate.cfg.exceptions import TIMEOUT_ERROR, TOO_SLOW_ERROR

CLASSES: Final = {
    "asyncio.timeouts.Timeout": "asyncio.timeout",
    "asyncio.taskgroups.TaskGroup": "asyncio.TaskGroup",
    "async_timeout.Timeout": "async_timeout.timeout",
    "anyio._core._tasks.CancelScope": "anyio.CancelScope",
    "anyio.abc._tasks.TaskGroup": "anyio.create_task_group",
    "trio._core._run.CancelScope": "trio.CancelScope",
    "trio._core._run.NurseryManager": "trio.open_nursery",
}

#: They swallow nothing: where they have cancelled their block, they raise an exception themselves.
RAISING: Final = frozenset(
    {"asyncio.timeouts.Timeout", "asyncio.taskgroups.TaskGroup", "async_timeout.Timeout"}
)

#: What leaves them comes in an exception group. Cancellations pass as they are.
TASK_GROUPS: Final = frozenset(
    {"asyncio.TaskGroup", "anyio.create_task_group", "trio.open_nursery"}
)

#: They can keep cancellations away from their block.
SHIELDING: Final = frozenset({"anyio.CancelScope", "trio.CancelScope"})

#: Left without an exception, they have waited for all tasks that were started in them, and none of
#: these has failed.
JOINING: Final = frozenset({"asyncio.TaskGroup"})

FUNCTIONS: Final = {
    "anyio._core._tasks.fail_after": "anyio.fail_after",
    "trio._timeouts.fail_after": "trio.fail_after",
    "trio._timeouts.fail_at": "trio.fail_at",
    "trio._timeouts.move_on_after": "trio.move_on_after",
    "trio._timeouts.move_on_at": "trio.move_on_at",
    "trio._core._run.open_nursery": "trio.open_nursery",
}


#: Functions that make scopes with a limit of time, and what comes out of them where it is over.
TIMEOUTS: Final = {
    "asyncio.timeouts.timeout": TIMEOUT_ERROR,
    "asyncio.timeouts.timeout_at": TIMEOUT_ERROR,
    "async_timeout.timeout": TIMEOUT_ERROR,
    "async_timeout.timeout_at": TIMEOUT_ERROR,
    "anyio._core._tasks.fail_after": TIMEOUT_ERROR,
    "anyio._core._tasks.move_on_after": None,
    "trio._timeouts.fail_after": TOO_SLOW_ERROR,
    "trio._timeouts.fail_at": TOO_SLOW_ERROR,
    "trio._timeouts.move_on_after": None,
    "trio._timeouts.move_on_at": None,
}
