# ruff: noqa: F401, UP035 -- the corrected methods need these names
import sys
from collections.abc import AsyncGenerator, Generator
from typing import Any, Coroutine, Final, Literal, TypeVar, final, overload

from typing_extensions import deprecated

_YieldT_co = TypeVar("_YieldT_co", covariant=True)
_SendT_contra = TypeVar("_SendT_contra", contravariant=True)
_ReturnT_co = TypeVar("_ReturnT_co", covariant=True)

@final
class AsyncGeneratorType(AsyncGenerator[_YieldT_co, _SendT_contra]):
    @property
    def ag_frame(self) -> FrameType: ...
    if sys.version_info >= (3, 15):
        @property
        def ag_state(self) -> str: ...

    def asend(self, val: _SendT_contra, /) -> Coroutine[Any, Any, _YieldT_co]: ...

@final
class GeneratorType(Generator[_YieldT_co, _SendT_contra, _ReturnT_co]):
    @property
    def gi_frame(self) -> FrameType: ...
    def send(self, arg: _SendT_contra, /) -> _YieldT_co: ...

class FrameType: ...
class ModuleType: ...
class TracebackType: ...
