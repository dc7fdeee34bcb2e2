"""Exceptions of two paths in one value: few atoms, and nothing lost."""

from __future__ import annotations

import pytest

from genstate.cfg.exceptions import (
    BASE_EXCEPTION,
    EXCEPTION,
    GENERATOR_EXIT,
    RUNTIME_ERROR,
    STOP_ITERATION,
    VALUE_ERROR,
    ExceptionClass,
)
from genstate.typestate.uniting import united
from genstate.typestate.values import UNKNOWN, Thrown, Value

pytestmark = pytest.mark.any_mypy


def but(*excluded: ExceptionClass, raised: ExceptionClass = BASE_EXCEPTION) -> Value:
    return frozenset({Thrown(raised, excluded=frozenset(excluded))})


ONE = frozenset({Thrown(STOP_ITERATION, exact=True, origin=3)})
BARE: Value = frozenset({Thrown(EXCEPTION, origin=3)})


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (but(VALUE_ERROR), but(), but()),
        (but(VALUE_ERROR), but(RUNTIME_ERROR), but()),
        (but(VALUE_ERROR, GENERATOR_EXIT), but(EXCEPTION), but(VALUE_ERROR)),
        (but(), but(raised=VALUE_ERROR), but()),
        (but(EXCEPTION), but(raised=GENERATOR_EXIT), but(EXCEPTION)),
        (but(), ONE, but() | ONE),
        (
            but(EXCEPTION),
            but(raised=VALUE_ERROR),
            but(EXCEPTION) | but(raised=VALUE_ERROR),
        ),
        (BARE, ONE, BARE | ONE),
        (but(VALUE_ERROR), UNKNOWN, but(VALUE_ERROR) | UNKNOWN),
    ],
)
def test_exceptions_are_put_together(first: Value, second: Value, expected: Value) -> None:
    assert united(first, second) == expected
    assert united(second, first) == expected
    assert united(expected, first) == expected
