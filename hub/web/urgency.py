"""The API of 应急发布: what went the fast lane, what is owed by when, and the skipped levels' words (补签)."""

from sqlalchemy.ext.asyncio import AsyncConnection

from hub.commands import opening
from hub.core import urgency as rules
from hub.store import calendars, engine, urgencies
from hub.store.urgencies import Kept
from hub.web import decisions
from hub.web.forms import CountersignForm
from hub.web.route import Ask
from hub.web.shapes.afterwards import Urgencies, UrgencyNow
from schemas.urgency import Countersign


async def countersign(ask: Ask) -> Countersign:
    form = ask.filled(CountersignForm)
    return await decisions.countersign(ask.hub, ask.person, ask.release, form)


async def list_urgencies(ask: Ask) -> Urgencies:
    async with ask.hub.engine.connect() as connection:
        await opening.release(connection, ask.release)
        return await _told(ask, connection, await urgencies.of_release(connection, ask.release))


async def list_owed_urgencies(ask: Ask) -> Urgencies:
    async with ask.hub.engine.connect() as connection:
        return await _told(ask, connection, await urgencies.owed(connection))


async def _told(ask: Ask, connection: AsyncConnection, found: list[Kept]) -> Urgencies:
    now, calendar = await engine.now(connection), await calendars.every(connection)
    lines = []
    for one in found:
        at, owes = one.urgency.published_at, rules.owing(one.urgency, one.signs)
        due = rules.due(at, now, calendar, ask.hub.rules.countersign_days) if at and owes else None
        lines.append(
            UrgencyNow(
                **one.urgency.model_dump(),
                spared=one.urgency.skipped,
                owing=owes,
                due_on=due.due if due else None,
                is_overdue=due is not None and due.left < 0,
                countersigns=one.signs,
            )
        )
    return Urgencies(urgencies=tuple(lines))
