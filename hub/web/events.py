"""A release's progress as server-sent events: what the store says, told again whenever it has changed.

Nothing is remembered between two streams: whoever connects (again) is first told how everything stands.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass

from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError

from hub.commands import opening
from hub.store import deliveries, releases
from hub.web.route import Ask, Stream
from hub.web.seats import seat
from hub.web.shapes.deliveries import DeliveryNow, OfficialTime
from schemas.delivery import FINAL, DeliveryState
from schemas.release import Frozen

POLL_SECONDS = 0.25
#: Proxies take a silent connection for a dead one; and only a word that cannot be sent shows that a listener has left.
HEARTBEAT_SECONDS = 5.0
#: Then the listener connects again by itself, and its token is asked for again.
LISTEN_SECONDS = 600.0
#: Nothing happens to these before a person acts; the rest of them is final.
RESTING = FINAL | {DeliveryState.HELD, DeliveryState.FAILED}

_RETRY = b"retry: 2000\n\n"
_HEARTBEAT = b":\n\n"
_FULL = "同时查看进度的人过多"


class End(Frozen):
    """The last event: no worker has anything left to do. Without it the stream was only interrupted."""


#: Event → its data, for the OpenAPI document.
TELLS: dict[str, type[BaseModel]] = {"delivery": DeliveryNow, "official": OfficialTime, "end": End}


@dataclass(frozen=True)
class Look:
    """How a release stands at one moment: its events by what they are about, and whether the story rests."""

    events: Mapping[str, bytes]
    rests: bool


async def follow(ask: Ask) -> Stream:
    return Stream(_follow(ask), "text/event-stream")


async def _follow(ask: Ask) -> AsyncGenerator[bytes]:
    clock = asyncio.get_running_loop().time
    async with seat(ask.desk.listeners, _FULL):
        look = await _look(ask)
        yield _RETRY + b"".join(look.events.values())
        ends = clock() + LISTEN_SECONDS
        spoke = clock()
        while not look.rests:
            if clock() >= ends or await _closing(ask.desk.closing):
                return
            told, look = look, await _again(ask, look)
            news = b"".join(event for about, event in look.events.items() if told.events.get(about) != event)
            if news or clock() - spoke >= HEARTBEAT_SECONDS:
                spoke = clock()
                yield news or _HEARTBEAT
        yield _event("end", End())


async def _look(ask: Ask) -> Look:
    async with ask.hub.engine.connect() as connection:
        # The list's query, because that of one release would read all its documents each time.
        release = next(iter(await releases.newest(connection, before=ask.release + 1, limit=1)), None)
        if release is None or release.id != ask.release:
            raise opening.missing(ask.release)
        going = await deliveries.of_release(connection, ask.release)
    events = {f"delivery {d.id}": _event("delivery", DeliveryNow.of(d)) for d in going}
    if release.official_at and release.official_channel:
        official = OfficialTime(release=release.id, at=release.official_at, channel=release.official_channel)
        events["official"] = _event("official", official)
    return Look(events, rests=all(d.state in RESTING for d in going))


async def _again(ask: Ask, before: Look) -> Look:
    """Look again. While the store does not answer there is no news; the next look may bring it."""
    try:
        return await _look(ask)
    except (SQLAlchemyError, OSError):
        return before


async def _closing(closing: asyncio.Event) -> bool:
    """Wait until the next look is due, or until the application closes; return whether it does."""
    try:
        async with asyncio.timeout(POLL_SECONDS):
            await closing.wait()
    except TimeoutError:
        return False
    return True


def _event(name: str, data: BaseModel) -> bytes:
    return f"event: {name}\ndata: {data.model_dump_json()}\n\n".encode()
