"""Models of Django: their fields, managers and relations are known to the plugin alone."""

from averages import running_average
from django.contrib.auth.models import AbstractUser
from django.db import models


class Keeper(AbstractUser):
    nickname = models.CharField(max_length=20)  # differs


class ReadingQuerySet(models.QuerySet["Reading"]):
    def warm(self) -> "ReadingQuerySet":
        squares = (number * number for number in (1, 2))
        squares.close()
        return self.filter(value__gt=next(squares))  # reported: generator-closed


class Reading(models.Model):
    keeper = models.ForeignKey(Keeper, related_name="readings", on_delete=models.CASCADE)  # differs
    value = models.FloatField(default=0.0)  # differs
    comment = models.TextField(null=True)  # differs

    objects = ReadingQuerySet.as_manager()

    async def send(self) -> float:
        averages = running_average()
        return await averages.asend(self.value)  # reported with the plugin: generator-unstarted-send

    @classmethod
    async def mean(cls) -> float:
        averages = running_average()
        async for reading in cls.objects.warm():  # differs
            await averages.asend(reading.value)  # reported with the plugin: generator-unstarted-send
        return 0.0
