from typing import TypeVar

_F = TypeVar("_F")

class deprecated:
    def __init__(self, message: str, /) -> None: ...
    def __call__(self, function: _F, /) -> _F: ...
