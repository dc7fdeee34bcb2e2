"""Full names of the mypy, typing and standard library symbols that genstate asks for."""

from __future__ import annotations

from typing import Final

# The call that a trigger makes, so that mypy calls genstate back.
TRIGGER: Final = "builtins.object"

# The method whose result depends on the state of its generator.
ATHROW: Final = frozenset({"typing.AsyncGenerator.athrow", "types.AsyncGeneratorType.athrow"})

# The types of synchronous generators, and those that they are given otherwise.
SYNC_GENERATORS: Final = frozenset({"typing.Generator", "types.GeneratorType"})
SYNC_ITERATORS: Final = SYNC_GENERATORS | {"typing.Iterator", "typing.Iterable"}

# The classes whose stubs are corrected: those of `overlay.STUBS`.
CORRECTED: Final = frozenset(
    {
        "typing.AsyncGenerator",
        "typing.Generator",
        "types.AsyncGeneratorType",
        "types.GeneratorType",
    }
)

# Their bases: the keys of `overlay.SUBCLASSES`.
BASES_OF_CORRECTED: Final = frozenset(
    {"typing.AsyncIterator", "typing.Iterator", "typing.AsyncGenerator", "typing.Generator"}
)
