from typing import TypeVar

_F = TypeVar("_F")

def abstractmethod(function: _F, /) -> _F: ...
