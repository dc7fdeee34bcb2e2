# ruff: noqa: F401 -- the corrected methods need these names
import sys
from abc import abstractmethod
from types import TracebackType

from typing_extensions import deprecated

class _SpecialForm: ...
class TypeVar: ...
class Any: ...

Final: _SpecialForm
Generic: _SpecialForm
Literal: _SpecialForm

def final(function: object, /) -> object: ...
def overload(function: object, /) -> object: ...

_T = TypeVar("_T")
_U = TypeVar("_U")
_V = TypeVar("_V")
_YieldT_co = TypeVar("_YieldT_co", covariant=True)
_SendT_contra = TypeVar("_SendT_contra", contravariant=True)

class Iterable(Generic[_T]): ...
class Mapping(Generic[_T, _U]): ...
class Coroutine(Generic[_T, _U, _V]): ...

class AsyncGenerator(Generic[_YieldT_co, _SendT_contra]):
    closed: bool

    @abstractmethod
    def asend(self, value: _SendT_contra, /) -> Coroutine[Any, Any, _YieldT_co]: ...
    if sys.version_info >= (3, 12):
        def athrow(
            self, typ: BaseException, val: None = None, tb: None = None, /
        ) -> Coroutine[Any, Any, _YieldT_co]: ...
    else:
        def athrow(self, typ: Any, val: Any, /) -> Coroutine[Any, Any, _YieldT_co]: ...

    def added_by_a_newer_typeshed(self) -> int: ...
