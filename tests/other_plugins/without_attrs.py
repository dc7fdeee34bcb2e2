"""A plugin of mypy that does one thing: mypy's own plugin for attrs is not asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy.plugin import Plugin
from mypy.plugins.attrs import attr_class_makers, attr_define_makers, attr_frozen_makers
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy.plugin import ClassDefContext

MAKERS = attr_class_makers | attr_define_makers | attr_frozen_makers


class WithoutAttrs(Plugin):
    """Mypy's own plugin is the last one that is asked, and only if no other has a hook."""

    @override
    def get_class_decorator_hook(self, fullname: str) -> Callable[[ClassDefContext], None] | None:
        return (lambda ctx: None) if fullname in MAKERS else None

    @override
    def get_class_decorator_hook_2(self, fullname: str) -> Callable[[ClassDefContext], bool] | None:
        return (lambda ctx: True) if fullname in MAKERS else None


def plugin(version: str) -> type[Plugin]:
    """What mypy calls to get the plugin."""
    return WithoutAttrs
