"""`gongbu status`: where releases stand, and for each delivery why it waits, until when, and whose turn it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import typer
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.cli import frame
from hub.cli.frame import AsJson, DataDir
from hub.commands import opening
from hub.core.circuit import opens_at
from hub.store import circuits, deliveries, engine, publications, releases
from schemas.circuit import Circuit
from schemas.delivery import FINAL, Delivery, DeliveryState
from schemas.entry import stamp
from schemas.release import Release
from schemas.words import word

NEWEST = 20
PERSON = frozenset({DeliveryState.HELD, DeliveryState.FAILED})


@dataclass(frozen=True)
class Wait:
    """Why a delivery is not done: the reason, and when it goes on; None is a person's to say, or any moment now."""

    why: str = ""
    until: datetime | None = None
    is_persons: bool = False


def status(
    release: Annotated[int | None, typer.Argument(help="政策发布的编号；不给则列出最近 20 项")] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """查看一项或最近各项政策发布的情况：版本、正式发布时间、各渠道的网址，未办结的原因与下次办理的时间。"""

    async def run() -> None:
        async with frame.house(frame.load(data_dir=data_dir)) as house, house.engine.connect() as connection:
            if release is None:
                newest = await releases.newest(connection, before=None, limit=NEWEST)
                told: Any = [_release(one) for one in newest]
                lines = [_head(one) for one in newest]
            else:
                told, lines = await _one(connection, release)
        if as_json:
            frame.put(told)
        for line in [] if as_json else lines:
            frame.out.print(line)

    frame.run(run())


async def _one(connection: AsyncConnection, number: int) -> tuple[dict[str, Any], list[str]]:
    release = await opening.release(connection, number)
    found = await deliveries.of_release(connection, number)
    health, now = await circuits.every(connection), await engine.now(connection)
    public = {p.channel: p.address for p in await publications.of_release(connection, number) if p.document == "policy"}
    waits = {one.id: waiting(one, found, health.get(one.channel), now) for one in found}
    rows = [_row(one, public.get(one.channel), waits[one.id]) for one in found]
    lines = [_head(release), *(line(one, public.get(one.channel), waits[one.id]) for one in found)]
    return {**_release(release), "deliveries": rows}, lines


def waiting(one: Delivery, others: Sequence[Delivery], circuit: Circuit | None, now: datetime) -> Wait:
    """Why and until when the delivery waits. Empty for what is done or under way."""
    if one.state in FINAL or one.state is DeliveryState.WORKING:
        return Wait()
    detail = f"{one.trouble.detail}（{one.trouble.code}）" if one.trouble else ""
    if one.state in PERSON:
        return Wait(detail, is_persons=True)
    due = one.due_at if one.due_at > now else None
    before = next((o for o in others if o.channel == one.channel and o.id < one.id and o.state not in FINAL), None)
    if before is not None:
        return Wait(f"排在投递 {before.id} 之后", due)
    if circuit and one.state is DeliveryState.WAITING:
        if circuit.paused_at:
            return Wait(f"渠道已暂停（{circuit.paused_why}）", is_persons=True)
        opens = opens_at(circuit, now)
        if opens and (due is None or opens > due):
            return Wait(circuit.trouble.detail if circuit.trouble else detail, opens)
    return Wait(detail, due)


def line(one: Delivery, address: str | None, wait: Wait) -> str:
    """One delivery for people."""
    at = one.seen_at or one.accepted_at
    parts = [f"{one.channel}（投递 {one.id}，第 {one.edition} 版）", word(one.action), word(one.state)]
    parts += [stamp(at)] if at else []
    parts += [address] if address else []
    parts += [f"原因：{wait.why}"] if wait.why else []
    parts += [f"{stamp(wait.until)} 再办"] if wait.until else []
    parts += ["须人工处理"] if wait.is_persons and one.state is not DeliveryState.HELD else []
    return "  ".join(parts)


def _head(release: Release) -> str:
    edition = f"第 {release.edition} 版" if release.edition else "未提交"
    official = f"正式发布时间 {stamp(release.official_at)}（{release.official_channel}）" if release.official_at else ""
    return "  ".join(filter(None, [str(release.id), release.metadata.title, word(release.state), edition, official]))


def _release(release: Release) -> dict[str, Any]:
    return {
        "release": release.id,
        "title": release.metadata.title,
        "state": release.state,
        "edition": release.edition,
        "official_at": stamp(release.official_at) if release.official_at else None,
        "official_channel": release.official_channel,
    }


def _row(one: Delivery, address: str | None, wait: Wait) -> Mapping[str, Any]:
    times = {"planned_at": one.planned_at, "due_at": one.due_at, "accepted_at": one.accepted_at, "seen_at": one.seen_at}
    return {
        "id": one.id,
        "edition": one.edition,
        "channel": one.channel,
        "action": one.action,
        "state": one.state,
        "step": one.step,
        "address": address,
        **{name: stamp(at) if at else None for name, at in times.items()},
        "attempts": one.attempts,
        "why": wait.why or None,
        "until": stamp(wait.until) if wait.until else None,
        "needs_person": wait.is_persons,
        "trouble": one.trouble.model_dump(mode="json") if one.trouble else None,
    }
