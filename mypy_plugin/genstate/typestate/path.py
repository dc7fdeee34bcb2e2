"""The path that has led to a state, as far as it matters to rules about a function's own yields."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace

from genstate.cfg.vocabulary import Place
from genstate.flow.lattice import Precision


@dataclass(frozen=True, slots=True)
class OpenScope:
    """A cancel scope that was entered and not left.

    Attributes:
        manager: the place of the context manager that leaves it.
        name: what it is called.
        line: where it was opened.
    """

    manager: Place
    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Path:
    """What happened on the way, for the rules about a function's own yields.

    Attributes:
        closing: the line of the yield at which GeneratorExit was thrown in, 0 if it was not.
        yielded: the line of the last yield, 0 if there was none; kept for context managers.
        thrown: the last yield raised (the with-block of a context manager failed).
        scopes: the cancel scopes that are open.
        doubtful: the path takes for possible what is unlikely, such as that a condition which
            nothing here changed has changed. Rules that ask what *may* happen leave it out, rules
            that ask what *must* happen do not.
        failing: the path takes for possible that cleaning up fails: yields do not count there.
        guessed: since the last yield, an element of a loop, another generator, or what a handler or
            manager has kept has decided the way. Only how often the function yields is open then.
        asked: the variables that conditions were about whose answers were not known.
        changed: the variables whose values the function has worked out itself, in ways that are not
            followed: what is decided by them is guessed.
        merged: paths that differ in the above were joined: nothing is known of it any more.
    """

    closing: int = 0
    yielded: int = 0
    thrown: bool = False
    scopes: frozenset[OpenScope] = frozenset()
    doubtful: bool = False
    failing: bool = False
    guessed: bool = False
    asked: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    merged: bool = False

    @property
    def likely(self) -> bool:
        """Nothing speaks against the path, nor against the number of yields on it."""
        return not (self.doubtful or self.failing or self.guessed)

    def made(self, names: Iterable[str]) -> Path:
        """The function has worked out what is in these variables."""
        return replace(self, changed=self.changed.union(names))

    def has_made(self, names: Iterable[str]) -> bool:
        """One of these variables and attributes is among them, or an object that has it."""
        return bool(self.changed) and any(
            f"{name}.".startswith(f"{made}.") for name in names for made in self.changed
        )

    def bound(self, name: str) -> Path:
        """A variable gets another value: what was asked, or done to, the old one is over."""
        if name not in self.asked and name not in self.changed:
            return self
        return replace(self, asked=self.asked - {name}, changed=self.changed - {name})

    def key(self, precision: Precision) -> Hashable:
        if precision is Precision.COARSEST:
            return True
        passed = (bool(self.closing), bool(self.yielded), self.thrown)
        return (*passed, self.scopes, self.doubtful, self.failing, self.guessed, self.merged)

    def join(self, other: Path) -> Path:
        if self == other:
            return self
        if self.key(Precision.FINE) != other.key(Precision.FINE):
            return Path(merged=True, doubtful=True)
        closing, yielded = min(self.closing, other.closing), min(self.yielded, other.yielded)
        asked = self.asked | other.asked
        changed = self.changed | other.changed
        return replace(self, closing=closing, yielded=yielded, asked=asked, changed=changed)
