"""Models of pydantic: their fields, aliases and settings are known to its plugin alone."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager

from averages import running_average
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, field_validator, validate_call


class Reading(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True)

    sensor: int = Field(alias="sensorId")
    value: float = 0.0
    comment = "none"  # differs

    @field_validator("value")
    @classmethod
    def check(cls, value: float) -> float:
        squares = (number * number for number in (value, 2.0))
        squares.close()
        next(squares)  # reported: generator-closed
        return value

    async def send(self) -> float:
        averages = running_average()
        return await averages.asend(self.value)  # reported: generator-unstarted-send


class Mean(BaseModel):
    readings: list[Reading]
    _averages: AsyncGenerator[float, float] = PrivateAttr(default_factory=running_average)

    async def restart(self) -> None:
        self._averages = running_average()
        for reading in self.readings:
            await self._averages.asend(reading.value)  # reported: generator-unstarted-send

    @contextmanager
    def opened(self) -> Iterator[list[Reading]]:
        try:
            yield self.readings
        finally:
            yield []  # reported: generator-contextmanager-yields


@validate_call
async def last(mean: Mean, value: float) -> float:
    averages = running_average()
    await averages.aclose()
    return await averages.asend(value)  # reported: generator-closed


reading = Reading(sensor="1")  # differs
reading.value = 3.0  # differs
Reading(sensor=1, valeu=2.0)  # differs
reveal_type(Reading.model_construct)  # differs
