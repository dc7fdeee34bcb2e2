"""Classes of attrs: their `__init__`, converters and ordering are known to mypy's plugin alone."""

from collections.abc import Generator

import attrs
from attrs import define, field, frozen
from averages import countdown, running_average


@define
class Reading:
    text: str
    value: float = field(converter=float)
    rest: Generator[int, str, None] = field(factory=countdown, kw_only=True)

    @value.validator  # differs
    def check(self, attribute: "attrs.Attribute[float]", value: float) -> None:
        squares = (number * number for number in (value, 2.0))
        squares.close()
        next(squares)  # reported: generator-closed

    def __attrs_post_init__(self) -> None:
        self.rest = countdown()
        self.rest.send(self.text)  # reported: generator-unstarted-send


@frozen(order=True)
class Mean:
    readings: list[Reading] = field(factory=list, validator=attrs.validators.min_len(1))

    async def send(self) -> float:
        averages = running_average()
        return await averages.asend(self.readings[0].value)  # reported: generator-unstarted-send


Reading("text", "2.0")  # differs
reveal_type(Reading)  # differs
Reading(value=b"", rest=countdown())  # differs
mean = Mean([])  # differs
reveal_type(attrs.fields(Mean).readings)  # differs
mean.readings = []  # differs
print(mean < mean)  # differs
attrs.evolve(mean, readings=1)  # differs
