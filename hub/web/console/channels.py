"""渠道: how each channel is, what it still allows, what it can do after a publication; pause and resume."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from channels.contract import ChannelError
from hub.commands import steering
from hub.store import alarms, catalogue
from hub.store.alarms import QUIET, Alarms
from hub.web.console import audit, channel_view
from hub.web.console.channel_view import NAME, TURNERS, called
from hub.web.console.room import Answer, Moved, Page, Room, Visit
from schemas.entry import EntryType
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty


async def show(visit: Visit) -> Page:
    async with visit.hub.engine.connect() as connection:
        found, open_ = await channel_view.every(connection, visit.hub), await alarms.alarms(connection)
        changes = await _changes(connection, called(visit.hub))
    waiting = {name: _waiting(open_.get(name, QUIET)) for name in found}
    return Page(
        "channels.html",
        {
            "views": found.values(),
            "waiting": waiting,
            "changes": changes,
            "may": _may(visit),
            "audits": visit.has(*audit.READERS),
        },
    )


async def show_one(visit: Visit) -> Page:
    """One channel with the form that pauses it; shown again with what was wrong in it."""
    async with visit.hub.engine.connect() as connection:
        view = (await channel_view.every(connection, visit.hub)).get(visit.names["channel"])
    if view is None:
        raise HubError(ErrorCode.NOT_FOUND, what="这个渠道")
    return Page("channel.html", {"view": view, "may": _may(visit)})


async def pause(visit: Visit) -> Answer:
    name = visit.names["channel"]
    await steering.pause(visit.hub, visit.person, name, why=visit.posted.get("why"))
    return Moved("/channels", said=f"{called(visit.hub)[name]}已暂停：不再向它发送，已经发出的仍会查看。")


async def resume(visit: Visit) -> Answer:
    name = visit.names["channel"]
    await steering.resume(visit.hub, visit.person, name)
    return Moved(back(visit.posted.get("back")), said=f"{called(visit.hub)[name]}已恢复，等着的投递马上继续。")


async def knock(visit: Visit) -> Answer:
    """Try the connection, bounded in time; a refusal is shown in the channel's own words."""
    name = visit.names["channel"]
    if name not in visit.hub.channels:
        raise HubError(ErrorCode.NOT_FOUND, what="这个渠道")
    try:
        async with asyncio.timeout(KNOCK_SECONDS):
            await visit.hub.channels[name].knock()
    except ChannelError as error:
        return Moved("/channels", said=f"{called(visit.hub)[name]}连接不通：{error.trouble.detail}")
    except TimeoutError:
        return Moved("/channels", said=f"{called(visit.hub)[name]}在 {KNOCK_SECONDS:.0f} 秒内没有应答。")
    return Moved("/channels", said=f"{called(visit.hub)[name]}连接正常，凭据有效。没有发送任何内容。")


def back(release: str) -> str:
    """Where a person came from: the progress of a release, or the channels."""
    return f"/releases/{int(release)}/progress" if release.isascii() and release.isdigit() else "/channels"


def _may(visit: Visit) -> bool:
    return visit.has(*TURNERS)


def _waiting(one: Alarms) -> list[str]:
    """What is not done there, in words."""
    told = {
        "件已过计划时间": one.late,
        "件需要人工处理": one.held,
        "件结果不明": one.unconfirmed,
        "件公开之后被移除": one.lost,
    }
    return [f"{number} {words}" for words, number in told.items() if number]


@dataclass(frozen=True)
class Change:
    """A person paused or resumed a channel."""

    seq: int
    at: datetime
    by: str
    channel: str
    what: str
    why: str


async def _changes(connection: AsyncConnection, titles: Mapping[str, str]) -> list[Change]:
    """The newest entries of the log about channels, newest first."""
    entries = [(seq, json.loads(body)) for seq, body in await catalogue.entries(connection, EntryType.CHANNEL_CHANGED)]
    people = await catalogue.names(connection, {entry["who"] for _, entry in entries})
    return [_change(seq, entry, people, titles) for seq, entry in entries]


def _change(seq: int, entry: dict[str, Any], people: Mapping[str, str], titles: Mapping[str, str]) -> Change:
    data, channel = entry.get("data", {}), entry.get("chan", "")
    return Change(
        seq=seq,
        at=datetime.fromisoformat(entry["at"]),
        by=people.get(entry["who"], entry["who"]),
        channel=titles.get(channel, channel),
        what="暂停" if data.get("what") == "paused" else "恢复",
        why=str(data.get("why", "")),
    )


KNOCK_SECONDS = 15.0
OFFICERS = frozenset({Duty.PUBLISHER, Duty.SIGNER, Duty.ADMINISTRATOR, Duty.AUDITOR})
ROOMS = (
    Room("GET", "/channels", show, OFFICERS),
    Room("GET", f"/channels/{NAME}", show_one, OFFICERS),
    Room("POST", f"/channels/{NAME}/pause", pause, frozenset(TURNERS), again=show_one),
    Room("POST", f"/channels/{NAME}/knock", knock, frozenset(TURNERS), again=show_one),
    Room("POST", f"/channels/{NAME}/resume", resume, frozenset(TURNERS), again=show_one),
)
