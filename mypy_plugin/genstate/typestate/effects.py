"""What a call of a function of the same module does to the generators that it is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

from genstate.cfg.vocabulary import GeneratorFunction, Place
from genstate.typestate.conditions import Being, Condition
from genstate.typestate.facts import Use
from genstate.typestate.values import Atom

#: How a generator came into its state that the function called has not touched.
GIVEN: Final = "given"


@dataclass(frozen=True, slots=True)
class Given:
    """A generator that is handed to a parameter, or to several.

    Attributes:
        parameters: these.
        function: the generator function that made it.
        state: the name of its state.
        taken: how many values it has given, as far as they are counted.
    """

    parameters: tuple[Place, ...]
    function: GeneratorFunction
    state: str
    taken: int | None


@dataclass(frozen=True, slots=True)
class Handed:
    """The call gives back the generator that it was given as its argument `number`."""

    number: int


@dataclass(frozen=True, slots=True)
class Made:
    """The call gives back a generator that it has made, in one of these states."""

    function: GeneratorFunction
    conditions: frozenset[Condition]


Outcome: TypeAlias = Atom | Handed | Made


@dataclass(frozen=True, slots=True)
class Effect:
    """One way out of a call.

    Attributes:
        conditions: the states of the generators that it was given.
        outcome: what the call gives back, or the exception that comes out of it.
        raises: it is an exception.
        doubtful: the way is not likely to be taken.
    """

    conditions: tuple[frozenset[Condition], ...]
    outcome: Outcome
    raises: bool
    doubtful: bool


@dataclass(frozen=True, slots=True)
class Failing:
    """An operation in the function called that fails before anything is done to its generator.

    Attributes:
        use: the operation, as it stands there.
        number: the argument that it is done to.
    """

    use: Use
    number: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of a call that is given generators in certain states.

    Attributes:
        effects: the ways out of it.
        failing: an operation that no way round leads to a normal end.
    """

    effects: tuple[Effect, ...]
    failing: Failing | None = None


def restored(conditions: frozenset[Condition], before: Being) -> frozenset[Condition]:
    """The states behind a call; what it has not touched came about as it did `before`."""
    return frozenset(before if isinstance(c, Being) and c.how == GIVEN else c for c in conditions)
