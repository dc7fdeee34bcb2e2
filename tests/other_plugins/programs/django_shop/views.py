"""Views of Django, which stream what a generator gives."""

from collections.abc import AsyncGenerator

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, StreamingHttpResponse
from django_shop.models import Keeper, Reading


async def lines(keeper: Keeper) -> AsyncGenerator[str, None]:
    try:
        async for reading in keeper.readings.warm():  # differs
            yield str(reading.value)
    finally:
        yield "done"  # reported: generator-exit-yield


@login_required
async def stream(request: HttpRequest) -> StreamingHttpResponse:
    keeper = await Keeper.objects.aget(nickname=request.GET["name"])
    reveal_type(request.user)  # differs
    streamed = lines(keeper)
    await streamed.aclose()
    await anext(streamed)  # reported: generator-closed
    return StreamingHttpResponse(streamed)


reveal_type(Reading.objects)  # differs
reveal_type(Reading.objects.warm().values_list("value", "comment"))  # differs
reveal_type(Reading().comment)  # differs
reveal_type(get_user_model())  # differs
reveal_type(settings.AUTH_USER_MODEL)  # differs
Reading.objects.filter(valeu=1)  # differs
Reading(keeper=1)  # differs
