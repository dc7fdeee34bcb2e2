"""The corrected classes of `typing`: `AsyncGenerator` and `Generator`.

They differ from typeshed's in two signatures each. `asend` and `send` take None as well, which is
the only value that starts a generator. `athrow` may give None, which is what a closed generator
answers. The form of `athrow` and `throw` with more than one argument is deprecated from Python 3.12
on.

Sources: PEP 342, PEP 525; `Objects/genobject.c` of CPython.
"""

import sys
from abc import abstractmethod
from collections.abc import AsyncIterator, Coroutine, Iterator
from types import TracebackType
from typing import Any, Protocol, overload, runtime_checkable

from typing_extensions import TypeVar, deprecated

_YieldT_co = TypeVar("_YieldT_co", covariant=True)
_SendT_contra = TypeVar("_SendT_contra", contravariant=True, default=None)
_ReturnT_co = TypeVar("_ReturnT_co", covariant=True, default=None)

@runtime_checkable
class AsyncGenerator(AsyncIterator[_YieldT_co], Protocol[_YieldT_co, _SendT_contra]):
    """What a call of an `async def` function with a `yield` in it gives.

    The first parameter is the type that it yields, the second the type that it may be sent.

    An asynchronous generator is in one of four states, as `inspect.getasyncgenstate` names them:

    - created: its body has not begun;
    - suspended: its body waits at a `yield`;
    - running: an operation on it has begun and is not finished;
    - closed: its body has ended, or will never run.

    The operations are `__anext__`, `asend`, `athrow` and `aclose`. A call only makes an awaitable;
    the body runs, and exceptions come out, when that is awaited. It can be awaited once: the second
    time raises `RuntimeError`. So does every operation on a generator that is running. The end of
    the body closes the generator, and so does an exception that leaves the body.
    """

    def __anext__(self) -> Coroutine[Any, Any, _YieldT_co]:
        """Run the body to its next `yield` and return the yielded value.

        - created: the body begins.
        - suspended: the body goes on, and the `yield` where it waited evaluates to None.
        - running: raises `RuntimeError`.
        - closed: raises `StopAsyncIteration`.

        Where the body ends instead, raises `StopAsyncIteration`; where an exception leaves the
        body, raises that. Both close the generator.
        """

    @abstractmethod
    def asend(self, value: _SendT_contra | None, /) -> Coroutine[Any, Any, _YieldT_co]:
        """Send `value` into the body, run it to its next `yield` and return the yielded value.

        - created: None begins the body, as `__anext__` does. Any other value raises `TypeError`,
          and the generator stays created.
        - suspended: the body goes on, and the `yield` where it waited evaluates to `value`.
        - running: raises `RuntimeError`.
        - closed: raises `StopAsyncIteration`.

        Where the body ends instead, raises `StopAsyncIteration`; where an exception leaves the
        body, raises that. Both close the generator.
        """

    @overload
    @abstractmethod
    def athrow(self, typ: type[BaseException], /) -> Coroutine[Any, Any, _YieldT_co | None]:
        """Raise an exception in the body, run it to its next `yield`, return the yielded value.

        - created: the exception comes straight back. The body never runs; the generator is closed.
        - suspended: the exception is raised at the `yield` where the body waits.
        - running: raises `RuntimeError`.
        - closed: returns None, and the exception is lost. This is why the result may be None.

        Where the body ends instead, raises `StopAsyncIteration`; where an exception leaves the
        body, this one or another, raises that. Both close the generator.
        """
    if sys.version_info >= (3, 12):
        @overload
        @abstractmethod
        @deprecated("Since Python 3.12, pass the exception instance alone")
        def athrow(
            self, typ: type[BaseException], val: object, tb: TracebackType | None = None, /
        ) -> Coroutine[Any, Any, _YieldT_co | None]:
            """Do the same with an exception in three parts. Deprecated: pass the instance alone."""
    else:
        @overload
        @abstractmethod
        def athrow(
            self, typ: type[BaseException], val: object, tb: TracebackType | None = None, /
        ) -> Coroutine[Any, Any, _YieldT_co | None]:
            """Do the same with an exception in three parts. Python 3.12 deprecates this form."""

    @overload
    @abstractmethod
    def athrow(self, exc: BaseException, /) -> Coroutine[Any, Any, _YieldT_co | None]:
        """Do the same with an exception instance."""
    if sys.version_info >= (3, 12):
        @overload
        @abstractmethod
        @deprecated("Since Python 3.12, pass the exception instance alone")
        def athrow(
            self, exc: BaseException, val: None, tb: TracebackType | None = None, /
        ) -> Coroutine[Any, Any, _YieldT_co | None]:
            """Do the same with an instance and a traceback. Deprecated: pass the instance alone."""
    else:
        @overload
        @abstractmethod
        def athrow(
            self, exc: BaseException, val: None, tb: TracebackType | None = None, /
        ) -> Coroutine[Any, Any, _YieldT_co | None]:
            """Do the same with an instance and a traceback. Python 3.12 deprecates this form."""

    def aclose(self) -> Coroutine[Any, Any, None]:
        """Close the generator and return None.

        - created: the body never runs.
        - suspended: `GeneratorExit` is raised at the `yield` where the body waits. The body may
          clean up, await and return; it must not yield again. If it does, raises `RuntimeError`
          ("async generator ignored GeneratorExit") and the generator is not closed. If another
          exception leaves the body, raises that.
        - running: raises `RuntimeError`.
        - closed: does nothing.
        """

@runtime_checkable
class Generator(Iterator[_YieldT_co], Protocol[_YieldT_co, _SendT_contra, _ReturnT_co]):
    """What a call of a `def` function with a `yield` in it gives, and a generator expression.

    The first parameter is the type that it yields, the second the type that it may be sent, the
    third the type that its body returns.

    A generator is in one of four states, as `inspect.getgeneratorstate` names them:

    - created: its body has not begun;
    - suspended: its body waits at a `yield`;
    - running: an operation on it has begun and is not finished;
    - closed: its body has ended, or will never run.

    The operations are `__next__`, `send`, `throw` and `close`. The end of the body closes the
    generator, and so does an exception that leaves the body. `StopIteration` holds what the body
    returned; a `yield from` gives that.
    """

    def __next__(self) -> _YieldT_co:
        """Run the body to its next `yield` and return the yielded value.

        - created: the body begins.
        - suspended: the body goes on, and the `yield` where it waited evaluates to None.
        - running: raises `ValueError`.
        - closed: raises `StopIteration`.

        Where the body ends instead, raises `StopIteration`; where an exception leaves the body,
        raises that. Both close the generator.
        """

    @abstractmethod
    def send(self, value: _SendT_contra | None, /) -> _YieldT_co:
        """Send `value` into the body, run it to its next `yield` and return the yielded value.

        - created: None begins the body, as `__next__` does. Any other value raises `TypeError`, and
          the generator stays created.
        - suspended: the body goes on, and the `yield` where it waited evaluates to `value`.
        - running: raises `ValueError`.
        - closed: raises `StopIteration`.

        Where the body ends instead, raises `StopIteration`; where an exception leaves the body,
        raises that. Both close the generator.
        """

    @overload
    @abstractmethod
    def throw(self, typ: type[BaseException], /) -> _YieldT_co:
        """Raise an exception in the body, run it to its next `yield`, return the yielded value.

        - created: the exception comes straight back. The body never runs; the generator is closed.
        - suspended: the exception is raised at the `yield` where the body waits.
        - running: raises `ValueError`.
        - closed: the exception comes straight back.

        Where the body ends instead, raises `StopIteration`; where an exception leaves the body,
        this one or another, raises that. Both close the generator.
        """
    if sys.version_info >= (3, 12):
        @overload
        @abstractmethod
        @deprecated("Since Python 3.12, pass the exception instance alone")
        def throw(
            self, typ: type[BaseException], val: object, tb: TracebackType | None = None, /
        ) -> _YieldT_co:
            """Do the same with an exception in three parts. Deprecated: pass the instance alone."""
    else:
        @overload
        @abstractmethod
        def throw(
            self, typ: type[BaseException], val: object, tb: TracebackType | None = None, /
        ) -> _YieldT_co:
            """Do the same with an exception in three parts. Python 3.12 deprecates this form."""

    @overload
    @abstractmethod
    def throw(self, exc: BaseException, /) -> _YieldT_co:
        """Do the same with an exception instance."""
    if sys.version_info >= (3, 12):
        @overload
        @abstractmethod
        @deprecated("Since Python 3.12, pass the exception instance alone")
        def throw(
            self, exc: BaseException, val: None, tb: TracebackType | None = None, /
        ) -> _YieldT_co:
            """Do the same with an instance and a traceback. Deprecated: pass the instance alone."""
    else:
        @overload
        @abstractmethod
        def throw(
            self, exc: BaseException, val: None, tb: TracebackType | None = None, /
        ) -> _YieldT_co:
            """Do the same with an instance and a traceback. Python 3.12 deprecates this form."""

    if sys.version_info >= (3, 13):
        def close(self) -> _ReturnT_co | None:
            """Close the generator, and return what its body returns on the way out.

            - created: the body never runs.
            - suspended: `GeneratorExit` is raised at the `yield` where the body waits. The body may
              clean up and return; it must not yield again. If it does, raises `RuntimeError`
              ("generator ignored GeneratorExit") and the generator is not closed. If another
              exception leaves the body, raises that.
            - running: raises `ValueError`.
            - closed: does nothing.

            Where the body lets `GeneratorExit` out, or does not run, returns None.
            """
    else:
        def close(self) -> None:
            """Close the generator and return None.

            - created: the body never runs.
            - suspended: `GeneratorExit` is raised at the `yield` where the body waits. The body may
              clean up and return; it must not yield again. If it does, raises `RuntimeError`
              ("generator ignored GeneratorExit") and the generator is not closed. If another
              exception leaves the body, raises that.
            - running: raises `ValueError`.
            - closed: does nothing.
            """

    def __iter__(self) -> Generator[_YieldT_co, _SendT_contra, _ReturnT_co]:
        """Return the generator itself, in whatever state it is."""
