"""A call that makes a generator only after an edit elsewhere, in a function with no other sign of it."""

import base


def use() -> None:
    base.ticks()
    base.Source().stream()  # reported: generator-dropped


def other() -> None:
    base.ticks()
