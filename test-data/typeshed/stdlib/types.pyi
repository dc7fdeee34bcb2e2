# ruff: noqa: F401, UP035 -- the corrected methods need these names
import sys
from collections.abc import AsyncGenerator
from typing import Any, Coroutine, Final, Literal, TypeVar, final, overload

from typing_extensions import deprecated

_YieldT_co = TypeVar("_YieldT_co", covariant=True)
_SendT_contra = TypeVar("_SendT_contra", contravariant=True)

@final
class AsyncGeneratorType(AsyncGenerator[_YieldT_co, _SendT_contra]):
    @property
    def ag_frame(self) -> FrameType: ...
    if sys.version_info >= (3, 15):
        @property
        def ag_state(self) -> str: ...

    def asend(self, val: _SendT_contra, /) -> Coroutine[Any, Any, _YieldT_co]: ...

class FrameType: ...
class ModuleType: ...
class TracebackType: ...
