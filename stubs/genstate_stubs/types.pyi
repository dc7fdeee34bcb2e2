"""The corrected classes of `types`: `AsyncGeneratorType` and `GeneratorType`.

Their operations keep the contract that `AsyncGenerator` and `Generator` tell. They add what shows
the state of the body at the moment.

Sources: PEP 342, PEP 525; `Objects/genobject.c` of CPython.
"""

import sys
from collections.abc import Awaitable, Coroutine, Iterator
from types import CodeType, FrameType, GenericAlias, TracebackType
from typing import Any, Literal, final, overload

from typing_extensions import Self, TypeVar, deprecated

from .typing import AsyncGenerator, Generator

_YieldT_co = TypeVar("_YieldT_co", covariant=True)
_SendT_contra = TypeVar("_SendT_contra", contravariant=True, default=None)
_ReturnT_co = TypeVar("_ReturnT_co", covariant=True, default=None)

@final
class AsyncGeneratorType(AsyncGenerator[_YieldT_co, _SendT_contra]):
    """The class of the asynchronous generators that the interpreter makes.

    `typing.AsyncGenerator` tells what their operations do in each state.
    """

    __name__: str
    __qualname__: str

    @property
    def ag_await(self) -> Awaitable[Any] | None:
        """The object that the body awaits at the moment; None while it does not await."""
    @property
    def ag_code(self) -> CodeType:
        """The compiled body."""
    @property
    def ag_frame(self) -> FrameType | None:
        """The frame of the body; None once the generator is closed."""
    @property
    def ag_running(self) -> bool:
        """Whether an operation has begun and is not finished, also while the body awaits."""
    if sys.version_info >= (3, 12):
        @property
        def ag_suspended(self) -> bool:
            """Whether the body has begun and waits, at a `yield` or at an `await`."""
    if sys.version_info >= (3, 15):
        @property
        def ag_state(
            self,
        ) -> Literal["AGEN_CREATED", "AGEN_SUSPENDED", "AGEN_RUNNING", "AGEN_CLOSED"]:
            """The state by the name that `inspect.getasyncgenstate` has for it."""

    def __aiter__(self) -> Self:
        """Return the generator itself, in whatever state it is."""
    def __anext__(self) -> Coroutine[Any, Any, _YieldT_co]: ...
    def asend(self, val: _SendT_contra | None, /) -> Coroutine[Any, Any, _YieldT_co]: ...
    @overload
    def athrow(self, typ: type[BaseException], /) -> Coroutine[Any, Any, _YieldT_co | None]: ...
    if sys.version_info >= (3, 12):
        @overload
        @deprecated("Since Python 3.12, pass the exception instance alone")
        def athrow(
            self, typ: type[BaseException], val: object, tb: TracebackType | None = None, /
        ) -> Coroutine[Any, Any, _YieldT_co | None]: ...
    else:
        @overload
        def athrow(
            self, typ: type[BaseException], val: object, tb: TracebackType | None = None, /
        ) -> Coroutine[Any, Any, _YieldT_co | None]: ...

    @overload
    def athrow(self, exc: BaseException, /) -> Coroutine[Any, Any, _YieldT_co | None]: ...
    if sys.version_info >= (3, 12):
        @overload
        @deprecated("Since Python 3.12, pass the exception instance alone")
        def athrow(
            self, exc: BaseException, val: None, tb: TracebackType | None = None, /
        ) -> Coroutine[Any, Any, _YieldT_co | None]: ...
    else:
        @overload
        def athrow(
            self, exc: BaseException, val: None, tb: TracebackType | None = None, /
        ) -> Coroutine[Any, Any, _YieldT_co | None]: ...

    def aclose(self) -> Coroutine[Any, Any, None]: ...
    def __class_getitem__(cls, item: Any, /) -> GenericAlias:
        """Make a generic alias, as in `AsyncGeneratorType[int, str]`."""

@final
class GeneratorType(Generator[_YieldT_co, _SendT_contra, _ReturnT_co]):
    """The class of the generators that the interpreter makes.

    `typing.Generator` tells what their operations do in each state.
    """

    __name__: str
    __qualname__: str

    @property
    def gi_code(self) -> CodeType:
        """The compiled body."""
    @property
    def gi_frame(self) -> FrameType | None:
        """The frame of the body; None once the generator is closed."""
    @property
    def gi_running(self) -> bool:
        """Whether the body runs at the moment."""
    @property
    def gi_yieldfrom(self) -> Iterator[_YieldT_co] | None:
        """The iterator of the `yield from` that the body waits at; None if it does not."""
    if sys.version_info >= (3, 11):
        @property
        def gi_suspended(self) -> bool:
            """Whether the body has begun and waits at a `yield`."""
    if sys.version_info >= (3, 15):
        @property
        def gi_state(self) -> Literal["GEN_CREATED", "GEN_SUSPENDED", "GEN_RUNNING", "GEN_CLOSED"]:
            """The state by the name that `inspect.getgeneratorstate` has for it."""

    def __iter__(self) -> Self:
        """Return the generator itself, in whatever state it is."""
    def __next__(self) -> _YieldT_co: ...
    def send(self, arg: _SendT_contra | None, /) -> _YieldT_co: ...
    @overload
    def throw(self, typ: type[BaseException], /) -> _YieldT_co: ...
    if sys.version_info >= (3, 12):
        @overload
        @deprecated("Since Python 3.12, pass the exception instance alone")
        def throw(
            self, typ: type[BaseException], val: object, tb: TracebackType | None = None, /
        ) -> _YieldT_co: ...
    else:
        @overload
        def throw(
            self, typ: type[BaseException], val: object, tb: TracebackType | None = None, /
        ) -> _YieldT_co: ...

    @overload
    def throw(self, exc: BaseException, /) -> _YieldT_co: ...
    if sys.version_info >= (3, 12):
        @overload
        @deprecated("Since Python 3.12, pass the exception instance alone")
        def throw(
            self, exc: BaseException, val: None, tb: TracebackType | None = None, /
        ) -> _YieldT_co: ...
    else:
        @overload
        def throw(
            self, exc: BaseException, val: None, tb: TracebackType | None = None, /
        ) -> _YieldT_co: ...

    if sys.version_info >= (3, 13):
        def __class_getitem__(cls, item: Any, /) -> Any:
            """Make a generic alias, as in `GeneratorType[int, str, None]`."""
