"""Functions whose effect on their arguments is known."""

from __future__ import annotations

from typing import Final

#: They look at their arguments, keep nothing of them, and change nothing. What tells the state of a
#: generator is not here: who asks for it knows more than is known here.
READERS: Final = frozenset(
    f"builtins.{name}"
    for name in ("print", "repr", "str", "id", "type", "isinstance", "callable", "bool", "hash")
) | frozenset(
    f"inspect.{name}"
    for name in (
        "isasyncgen",
        "isgenerator",
        "isawaitable",
        "getasyncgenlocals",
        "getgeneratorlocals",
    )
)

#: They tell the state of a generator; so do its attributes with these beginnings.
STATES: Final = frozenset({"inspect.getasyncgenstate", "inspect.getgeneratorstate"})
STATE_ATTRIBUTES: Final = ("ag_", "gi_")

#: They change nothing in what they are given, not even by what they hand back.
LOOKING: Final = READERS | frozenset(
    f"builtins.{name}"
    for name in ("len", "iter", "enumerate", "sorted", "reversed", "list", "tuple", "set", "sum")
)

_LEVELS: Final = ("debug", "info", "warning", "error", "exception", "critical", "log")
_LOGGING: Final = frozenset(
    f"logging.{owner}{level}" for owner in ("", "Logger.", "LoggerAdapter.") for level in _LEVELS
)
_CLOCKS: Final = ("time", "monotonic", "perf_counter", "process_time", "thread_time")

#: Who awaits them gives control to the event loop, always: all that is ready runs in between.
SWITCHING: Final = frozenset(
    {
        "asyncio.tasks.sleep",
        "anyio._core._eventloop.sleep",
        "trio._timeouts.sleep",
    }
)

#: The same, if there is something in the collection that they are given.
SWITCHING_FOR: Final = frozenset({"asyncio.tasks.wait"})

#: They raise nothing when called without arguments, or as they are usually called.
QUIET: Final = _LOGGING | frozenset(
    {
        *(f"builtins.{name}" for name in ("print", "id", "type", "isinstance", "callable")),
        *(f"builtins.{name}" for name in ("object", "super", "locals", "globals")),
        *(f"time.{clock}{unit}" for clock in _CLOCKS for unit in ("", "_ns")),
        *("_io.StringIO", "_io.BytesIO", "asyncio.locks.Event", "threading.Event"),
        *(f"asyncio.locks.Event.{name}" for name in ("set", "clear")),
        *(f"threading.Event.{name}" for name in ("set", "clear")),
        *(f"builtins.list.{name}" for name in ("append", "clear", "copy")),
        *(f"builtins.dict.{name}" for name in ("clear", "copy", "keys", "values", "items")),
        *(f"collections.deque.{name}" for name in ("append", "appendleft", "clear")),
        "contextvars.ContextVar.set",
        *SWITCHING,
    }
)

#: Some of them hardly ever do: a stream may be closed, or not know a letter.
NEARLY_QUIET: Final = frozenset({"builtins.print"}) | _LOGGING

#: What the methods among them, or their functions, are called.
QUIET_NAMES: Final = frozenset(name.rpartition(".")[2] for name in QUIET)

#: They get at the variables of whoever calls them.
DYNAMIC: Final = frozenset(f"builtins.{name}" for name in ("locals", "vars", "eval", "exec"))

#: Methods that tell whether somebody has said so, which no passing of time does.
SIGNALS: Final = frozenset(
    {
        "asyncio.locks.Event.is_set",
        "threading.Event.is_set",
        "anyio._core._synchronization.Event.is_set",
        "trio._sync.Event.is_set",
    }
)

#: A cancellation does not cut them off: they wait for the end of a thread or process, and come back
#: as if nothing had happened, unless an argument of this name says otherwise.
FINISHING: Final = {
    "anyio.to_interpreter.run_sync": "",
    "anyio.to_process.run_sync": "cancellable",
    "anyio.to_thread.run_sync": "abandon_on_cancel",
    "trio._threads.to_thread_run_sync": "abandon_on_cancel",
    "anyio._core._fileio.open_file": "",
    "trio._file_io.open_file": "",
    "starlette.concurrency.iterate_in_threadpool": "",
    "starlette.concurrency.run_in_threadpool": "",
}

#: The same for all methods of these classes.
FINISHING_CLASSES: Final = frozenset(
    {
        "anyio._core._fileio.AsyncFile",
        "anyio._core._fileio.Path",
        "trio._file_io.AsyncIOWrapper",
        "trio._path.Path",
    }
)

#: The exception that is being handled, and a tuple with it.
EXCEPTION: Final = "sys.exception"
EXC_INFO: Final = "sys.exc_info"

#: They tell which exception is being handled, or which variables of the caller have a value.
ASKING: Final = DYNAMIC | {
    "builtins.dir",
    "builtins.globals",
    "inspect.currentframe",
    "sys._getframe",
    EXCEPTION,
    EXC_INFO,
}

#: What they give is what they are given, one by one: it is as long, and as true.
CONVERTING: Final = frozenset(
    {
        *(f"builtins.{name}" for name in ("bool", "dict", "enumerate", "frozenset", "int", "iter")),
        *(f"builtins.{name}" for name in ("len", "list", "map", "range", "reversed", "set")),
        *(f"builtins.{name}" for name in ("sorted", "tuple", "zip")),
        *(f"collections.{name}" for name in ("deque", "OrderedDict", "Counter")),
        *("copy.copy", "copy.deepcopy", "queue.Queue", "asyncio.queues.Queue"),
    }
)

#: What they give is worked out from what they are given.
COMPUTING: Final = frozenset(
    {
        *(f"builtins.{name}" for name in ("abs", "divmod", "filter", "max", "min", "pow", "round")),
        *("builtins.sum", "itertools.dropwhile", "itertools.filterfalse", "itertools.islice"),
        *("itertools.takewhile", "itertools.compress"),
    }
)

#: Methods of strings that give something in any case.
SPLITTING: Final = frozenset({"split", "rsplit", "partition", "rpartition"})

#: Methods that change how much is in a container.
CHANGING_METHODS: Final = frozenset(
    {
        *("add", "append", "appendleft", "clear", "discard", "extend", "extendleft", "insert"),
        *("pop", "popitem", "popleft", "remove", "setdefault", "update", "subtract"),
        *("difference_update", "intersection_update", "symmetric_difference_update"),
    }
)

#: Methods that show what is in a mapping, item by item.
VIEWS: Final = frozenset({"keys", "values", "items"})

#: Methods that change nothing.
LOOKING_METHODS: Final = VIEWS | frozenset({"copy", "count", "get", "index"})

#: Iterators without an end, by function and by class, when made with one argument or none.
ENDLESS: Final = frozenset({"itertools.count", "itertools.cycle", "itertools.repeat"})

#: Iterators that go on as long as all of their arguments do, but for the first so many of these.
AS_LONG_AS: Final = {
    "builtins.enumerate": 0,
    "builtins.map": 1,
    "builtins.zip": 0,
    "itertools.accumulate": 0,
    "itertools.starmap": 1,
}

#: What they give has something in it where their first argument has. The first are iterators.
ITERATORS_AS_FULL_AS: Final = frozenset({"builtins.enumerate", "builtins.reversed"})
AS_FULL_AS: Final = ITERATORS_AS_FULL_AS | frozenset(
    f"builtins.{name}" for name in ("frozenset", "list", "set", "sorted", "tuple")
)
#: So do these methods of mappings, of the object.
MAPPINGS: Final = frozenset({"builtins.dict", "typing.Mapping", "typing.MutableMapping"})
