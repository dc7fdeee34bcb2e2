"""Models of SQLAlchemy without annotations: their columns are typed by its plugin alone."""

from averages import running_average
from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Sensor(Base):  # differs
    __tablename__ = "sensor"

    id = Column(Integer, primary_key=True)
    name = Column(String, nullable=False)
    readings = relationship("Reading", back_populates="sensor", uselist=True)  # differs

    @property
    def mean(self) -> int:
        squares = (number * number for number in (1, 2))
        squares.close()
        return next(squares)  # reported: generator-closed


class Reading(Base):  # differs
    __tablename__ = "reading"

    id = Column(Integer, primary_key=True)
    value = Column(Integer, nullable=False)
    sensor_id = Column(Integer, ForeignKey("sensor.id"))
    sensor = relationship(Sensor, uselist=False)

    async def send(self) -> float:
        averages = running_average()
        return await averages.asend(self.value or 0)  # differs  # reported: generator-unstarted-send


reading = Reading(value="warm", sensor=Sensor())  # differs
reveal_type(reading.value)  # differs
reveal_type(reading.sensor)  # differs
reveal_type(Sensor.name)  # differs
