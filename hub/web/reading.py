"""The API's reads. Any active person may read everything here; nothing is changed."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from sqlalchemy.ext.asyncio import AsyncConnection

from channels.contract import Channel, Covered, Handed
from hub import evidence
from hub.commands import examining, opening
from hub.store import attempts, budgets, circuits, deliveries, engine, log, publications, releases, urgencies
from hub.web import walls
from hub.web.preview import subject
from hub.web.route import Ask, Raw
from hub.web.shapes.bureau import LogLine, LogLines
from hub.web.shapes.channels import ChannelHealth, ChannelLine, ChannelLines
from hub.web.shapes.deliveries import Attempt, DeliveryLine, DeliveryLines, Publications
from hub.web.shapes.releases import Findings, ReleaseLine, ReleaseLines
from schemas.circuit import Circuit
from schemas.delivery import Delivery
from schemas.release import Release, ReleaseState

if TYPE_CHECKING:
    from hub.web.forms import LogPage, Page


async def list_releases(ask: Ask) -> ReleaseLines:
    page = cast("Page", ask.page)
    async with ask.hub.engine.connect() as connection:
        scope = walls.scope(ask.hub, ask.person)
        found = await releases.newest(connection, before=page.cursor, limit=page.limit + 1, scope=scope)
        hurried = await urgencies.urgent(connection, [one.id for one in found])
    lines = tuple(
        _line(release).model_copy(update={"urgent": release.id in hurried}) for release in found[: page.limit]
    )
    return ReleaseLines(releases=lines, next=lines[-1].id if len(found) > page.limit else None)


async def get_release(ask: Ask) -> Release:
    async with ask.hub.engine.connect() as connection:
        return await opening.release(connection, ask.release)


async def list_findings(ask: Ask) -> Findings:
    async with ask.hub.engine.connect() as connection:
        release = await opening.release(connection, ask.release)
        edition = await subject(connection, release)
    is_final = release.state is not ReleaseState.DRAFT
    return Findings(findings=await examining.examine(ask.hub, edition, is_final=is_final))


async def list_deliveries(ask: Ask) -> DeliveryLines:
    page = cast("Page", ask.page)
    async with ask.hub.engine.connect() as connection:
        await opening.release(connection, ask.release)
        found = [d for d in await deliveries.of_release(connection, ask.release) if d.id > (page.cursor or 0)]
        # Only a page's histories are read: each may be long.
        lines = tuple([await _delivery(connection, delivery) for delivery in found[: page.limit]])
    return DeliveryLines(deliveries=lines, next=lines[-1].id if len(found) > page.limit else None)


async def list_publications(ask: Ask) -> Publications:
    async with ask.hub.engine.connect() as connection:
        await opening.release(connection, ask.release)
        found = await publications.of_release(connection, ask.release)
    return Publications(publications=tuple(found))


async def list_channels(ask: Ask) -> ChannelLines:
    async with ask.hub.engine.connect() as connection:
        return ChannelLines(channels=await channel_lines(connection, ask.hub.channels))


async def channel_lines(connection: AsyncConnection, channels: Mapping[str, Channel]) -> tuple[ChannelLine, ...]:
    """Every configured channel as it is now, by name."""
    known, now = await circuits.every(connection), await engine.now(connection)
    return tuple(
        [
            ChannelLine(
                name=name,
                kind=one.settings.kind,
                authoritative=one.settings.authoritative,
                editable=one.traits.editable,
                annotate=one.traits.annotate.can,
                withdraw=one.traits.withdraw.can,
                health=ChannelHealth.of(known.get(name, Circuit(channel=name)), now),
                budgets=tuple(await budgets.spent(connection, name, one.traits.budgets)),
                choices=one.traits.choices,
                covered=isinstance(one, Covered),
                handed=isinstance(one, Handed),
            )
            for name, one in sorted(channels.items())
        ]
    )


async def list_entries(ask: Ask) -> LogLines:
    page = cast("LogPage", ask.page)
    start = page.after + 1
    async with ask.hub.engine.connect() as connection:
        size = await log.size(connection)
        stop = min(size, start + page.limit)
        bodies = [body async for body in log.entries(connection, start, stop)]
    lines = tuple(LogLine(seq=seq, entry=body.decode()) for seq, body in enumerate(bodies, start=start))
    more = bool(lines) and lines[-1].seq + 1 < size
    return LogLines(entries=lines, next=lines[-1].seq if more else None, size=size, vkey=ask.desk.vkey)


async def get_certificate(ask: Ask) -> Raw:
    async with ask.hub.engine.connect() as connection:
        proof = await evidence.certificate(connection, ask.release)
    disposition = f'attachment; filename="{ask.release}.tlog-proof"'
    return Raw(proof, "text/plain; charset=utf-8", headers={"Content-Disposition": disposition})


def _line(release: Release) -> ReleaseLine:
    return ReleaseLine.model_validate(release.model_dump(include=set(ReleaseLine.model_fields)))


async def _delivery(connection: AsyncConnection, delivery: Delivery) -> DeliveryLine:
    history = await attempts.of_delivery(connection, delivery.id)
    lines = tuple(Attempt.model_validate({name: row[name] for name in Attempt.model_fields}) for row in history)
    return DeliveryLine.of(delivery, history=lines)
