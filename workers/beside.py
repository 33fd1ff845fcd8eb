"""What runs beside the lines in every worker: those that follow the log, and those that work off what they noted."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from hub.app import House
from workers import news
from workers.news import Follower


def acts(house: House) -> list[Coroutine[Any, Any, None]]:
    """Return them, not yet started. Each runs until it is cancelled; any number of workers may run all of them."""
    following = _followers(house)
    woken = {one.name: asyncio.Event() for one in following}
    return [
        news.listen(house.servers.redis_url, list(woken.values())),
        *(news.follow(house.engine, one, woken[one.name]) for one in following),
    ]


def _followers(_house: House) -> list[Follower]:
    return []
