"""The corrected class of `types`: `AsyncGeneratorType`.

Its operations keep the contract that `AsyncGenerator` tells. It adds what shows the state of the
body at the moment.

Source: PEP 525; `Objects/genobject.c` of CPython.
"""

import sys
from collections.abc import Awaitable, Coroutine
from types import CodeType, FrameType, GenericAlias, TracebackType
from typing import Any, Literal, final, overload

from typing_extensions import Self, TypeVar, deprecated

from .typing import AsyncGenerator

_YieldT_co = TypeVar("_YieldT_co", covariant=True)
_SendT_contra = TypeVar("_SendT_contra", contravariant=True, default=None)

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
