"""What a call of a function of the same module does to the generators that it is given."""

from __future__ import annotations

from typing import Final, TypeAlias

from genstate.cfg.vocabulary import GeneratorFunction, Place
from genstate.structs import Record
from genstate.typestate.conditions import Being, Condition
from genstate.typestate.facts import Use
from genstate.typestate.values import Atom

#: How a generator came into its state that the function called has not touched.
GIVEN: Final = "given"


class Given(Record):
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


class Handed(Record):
    """The call gives back the generator that it was given as its argument `number`."""

    number: int


class Made(Record):
    """The call gives back a generator that it has made, in one of these states."""

    function: GeneratorFunction
    conditions: frozenset[Condition]


Outcome: TypeAlias = Atom | Handed | Made


class Effect(Record):
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


class Failing(Record):
    """An operation in the function called that fails before anything is done to its generator.

    Attributes:
        use: the operation, as it stands there.
        number: the argument that it is done to.
    """

    use: Use
    number: int


class Answer(Record):
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
