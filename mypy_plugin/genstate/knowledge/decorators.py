"""Decorators of generator functions: what drives the generators, or that nothing changes."""

from __future__ import annotations

from typing import Final

from genstate.cfg.vocabulary import Role

ROLES: Final = {
    "contextlib.contextmanager": Role.CONTEXT_MANAGER,
    "contextlib.asynccontextmanager": Role.CONTEXT_MANAGER,
    "_pytest.fixtures.fixture": Role.FIXTURE,
    "pytest.fixture": Role.FIXTURE,
    "pytest_asyncio.plugin.fixture": Role.FIXTURE,
    "pytest_asyncio.fixture": Role.FIXTURE,
}

#: A call of the decorated function is a call of the function itself.
TRANSPARENT: Final = frozenset(
    {
        "builtins.staticmethod",
        "builtins.classmethod",
        "abc.abstractmethod",
        "functools.wraps",
        "typing.final",
        "typing_extensions.final",
        "typing.override",
        "typing_extensions.override",
        "typing.no_type_check",
        "typing_extensions.deprecated",
        "warnings.deprecated",
    }
)

#: Classes under them have the methods that they define.
OF_CLASSES: Final = frozenset(
    {
        *(f"attr.{name}" for name in ("attrs", "attrib", "dataclass", "define", "frozen", "s")),
        *(f"attr._make.{name}" for name in ("attrs", "dataclass")),
        *(f"attr._next_gen.{name}" for name in ("define", "frozen", "mutable")),
        "dataclasses.dataclass",
        "enum.unique",
        "functools.total_ordering",
        "typing.dataclass_transform",
        "typing.final",
        "typing.runtime_checkable",
        "typing.type_check_only",
        "typing_extensions.dataclass_transform",
        "typing_extensions.deprecated",
        "typing_extensions.final",
        "typing_extensions.runtime_checkable",
        "warnings.deprecated",
    }
)

#: So have classes of these classes.
METACLASSES: Final = frozenset({"abc.ABCMeta", "enum.EnumMeta"})
