"""Context managers whose effect on exceptions is not what their types say."""

from __future__ import annotations

from typing import Final

from genstate.cfg.exceptions import STOP_ASYNC_ITERATION, STOP_ITERATION

#: They swallow the classes that they are called with.
SUPPRESSING: Final = frozenset({"contextlib.suppress"})

#: What the names of the methods of test cases begin with.
TEST_CASE: Final = "unittest.case.TestCase."

#: They swallow the class that they are called with, and raise if it does not come.
EXPECTING: Final = frozenset(
    {
        "_pytest.raises.raises",
        "_pytest.python_api.raises",
        "pytest.raises",
        f"{TEST_CASE}assertRaises",
        f"{TEST_CASE}assertRaisesRegex",
    }
)

#: They wait for a warning, which a call may give even if its result is thrown away.
LISTENING: Final = frozenset(
    {
        *(f"_pytest.recwarn.{name}" for name in ("warns", "deprecated_call", "WarningsChecker")),
        *("pytest.warns", "pytest.deprecated_call"),
        *(f"{TEST_CASE}{name}" for name in ("assertWarns", "assertWarnsRegex")),
    }
)

#: They do so if this argument is true.
RECORDING: Final = {"warnings.catch_warnings": "record"}

#: Making, entering and leaving them raises nothing of their own.
QUIET: Final = frozenset(
    f"contextlib.{name}"
    for name in ("suppress", "nullcontext", "aclosing", "closing", "ExitStack", "AsyncExitStack")
)

_LOCKS: Final = ("Lock", "Condition", "Semaphore", "BoundedSemaphore")

#: They hardly ever do. (Cancel scopes have a table of their own.)
NEARLY_QUIET: Final = frozenset(
    {
        *(f"asyncio.locks.{name}" for name in _LOCKS),
        *(f"threading.{name}" for name in (*_LOCKS, "RLock", "_RLock")),
        *(f"_thread.{name}" for name in ("lock", "LockType", "RLock", "allocate_lock")),
        *(f"anyio._core._synchronization.{name}" for name in (*_LOCKS, "CapacityLimiter")),
        *(f"trio._sync.{name}" for name in (*_LOCKS, "CapacityLimiter")),
        *("contextlib.redirect_stdout", "contextlib.redirect_stderr", "warnings.catch_warnings"),
    }
)

#: Functions that make task groups, which hardly ever fails.
MAKERS: Final = frozenset({"anyio._core._tasks.create_task_group"})

#: To enter and leave them need not wait for anything.
AT_ONCE: Final = frozenset(
    {
        *(f"contextlib.{name}" for name in ("AsyncExitStack", "aclosing", "nullcontext")),
        *(f"asyncio.locks.{name}" for name in _LOCKS),
        *(f"asyncio.timeouts.{name}" for name in ("timeout", "timeout_at", "Timeout")),
        *(f"async_timeout.{name}" for name in ("timeout", "timeout_at", "Timeout")),
        "asyncio.taskgroups.TaskGroup",
    }
)

#: They run a generator, out of which the ends of iterations come as RuntimeError.
CONVERTING: Final = {
    "contextlib._GeneratorContextManager": (STOP_ITERATION,),
    "contextlib._AsyncGeneratorContextManager": (STOP_ITERATION, STOP_ASYNC_ITERATION),
}
