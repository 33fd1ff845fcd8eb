"""进度: each channel's way, live; and why it is not out yet."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from hub.core.sentences.wait import why
from hub.core.sentences.why import Why
from hub.store import engine, publications
from hub.web import events
from hub.web.console import channel_view, release
from hub.web.console.channel_view import TURNERS, View
from hub.web.console.room import Page, Room, Visit
from hub.web.route import Ask, Stream
from schemas.circuit import Circuit
from schemas.delivery import FINAL, Action, Delivery, DeliveryState, Step
from schemas.person import Duty
from schemas.publication import Publication

PATH = "/releases/{release:[1-9][0-9]{0,14}}/progress"


@dataclass(frozen=True)
class Way:
    """One delivery on its way, with the answer to "why is it not out yet"."""

    delivery: Delivery
    title: str
    why: Why
    addresses: dict[str, str]  #: document → public address
    view: View | None

    @property
    def is_done(self) -> bool:
        return self.delivery.state in FINAL

    @property
    def here(self) -> str:
        """What happens at the step that it has reached."""
        return _HERE.get(self.delivery.state, "")

    @property
    def steps(self) -> list[tuple[Step, str, datetime | None]]:
        """The three steps: `done`, `now` or `open`, and when each was done, as far as that is kept."""
        one = self.delivery
        order = list(Step)
        reached = len(order) if one.state is DeliveryState.VISIBLE else order.index(one.step)
        times = {Step.PREPARE: None, Step.COMMIT: one.accepted_at, Step.SIGHT: one.seen_at}
        marks = ["done" if place < reached else "now" if place == reached else "open" for place in range(len(order))]
        return [(step, mark, times[step] if mark == "done" else None) for step, mark in zip(order, marks, strict=True)]


_HERE = {
    DeliveryState.WAITING: "等待",
    DeliveryState.WORKING: "正在办理",
    DeliveryState.ACCEPTED: "正在查看",
    DeliveryState.UNCONFIRMED: "正在查证",
    DeliveryState.HELD: "停在这一步",
    DeliveryState.FAILED: "停在这一步",
    DeliveryState.SUPERSEDED: "不再继续",
    DeliveryState.CANCELLED: "不再继续",
}


async def show(visit: Visit) -> Page:
    return Page("progress.html", await _read(visit))


async def show_now(visit: Visit) -> Page:
    """The part that changes, for the script that was told of a change."""
    return Page("ways.html", await _read(visit))


async def follow(visit: Visit) -> Stream:
    return await events.follow(Ask(desk=visit.desk, person=visit.person, release=visit.release))


async def _read(visit: Visit) -> dict[str, Any]:
    async with visit.hub.engine.connect() as connection:
        case = await release.read(connection, visit.release, visit.hub)
        found = await ways(connection, visit, list(case.deliveries))
        now = await engine.now(connection)
    newest = max((way.delivery.edition for way in found), default=0)
    main = [way for way in found if way.delivery.action is Action.PUBLISH and way.delivery.edition == newest]
    return {
        "release": case.release,
        "ways": main,
        "others": [way for way in found if way not in main],
        "rests": all(way.delivery.state in events.RESTING for way in found),
        "now": now,
        "may": visit.has(Duty.PUBLISHER),
        "turns": visit.has(*TURNERS),
        "titles": channel_view.called(visit.hub),
    }


async def ways(connection: AsyncConnection, visit: Visit, found: list[Delivery]) -> list[Way]:
    """Each of the release's deliveries with why it is where it is."""
    views, now = await channel_view.every(connection, visit.hub), await engine.now(connection)
    public = await publications.of_release(connection, visit.release)
    return [_way(one, found, views.get(one.channel), public, now) for one in found]


def _way(one: Delivery, found: list[Delivery], view: View | None, public: list[Publication], now: datetime) -> Way:
    circuit = view.circuit if view else Circuit(channel=one.channel)
    there = {p.document: p.address for p in public if p.channel == one.channel and p.withdrawn_at is None}
    return Way(
        delivery=one,
        title=view.title if view else one.channel,
        why=why(one, found, circuit, now, paused_by=view.paused_by if view else ""),
        addresses=there if one.action is Action.PUBLISH else {},
        view=view,
    )


ROOMS = (
    Room("GET", PATH, show),
    Room("GET", f"{PATH}/now", show_now, is_quiet=True),
    Room("GET", f"{PATH}/events", follow, is_quiet=True),
)
