"""A release that the public has seen, and what is said of it afterwards."""

import json
from collections.abc import Awaitable
from typing import Any

import pytest
from sqlalchemy import text

from hub.app import House
from hub.commands import drafting, publishing, reviewing, standing
from hub.store import deliveries, engine, log, releases
from schemas.delivery import Delivery
from schemas.edition import Edition
from schemas.errors import ErrorCode, HubError
from schemas.person import Person
from schemas.release import Release
from schemas.review import Decision
from schemas.standing import Standing, StandingKind
from tests import making, official

Staff = dict[str, Person]
K = StandingKind


async def refused(attempt: Awaitable[object]) -> ErrorCode:
    with pytest.raises(HubError) as told:
        await attempt
    return told.value.code


async def released(house: House, staff: Staff, **changes: object) -> Edition:
    """A release that the website and the feeds have shown; the channels themselves are not asked."""
    edition = await making.approved(house, staff, **changes)
    await publishing.publish(house.hub, staff["publisher"], edition.release)
    await shown(house, edition.release)
    async with house.engine.begin() as connection:
        at = await engine.now(connection)
        await official.make(connection, edition.release, at=at, edition=edition.number)
    return edition


async def shown(house: House, release: int, **columns: object) -> None:
    """Have everything under way seen, or come as far as `columns` say."""
    values = {"state": "visible", "step": "sight"} | columns
    named = ", ".join(f"{name} = :{name}" for name in values)
    statement = text(
        f"UPDATE deliveries SET {named}, intended_at = clock_timestamp() WHERE release_id = :release "  # noqa: S608
        "AND state NOT IN ('visible', 'cancelled', 'superseded')"
    )
    async with house.engine.begin() as connection:
        await connection.execute(statement, values | {"release": release})


async def row(house: House, release: int) -> Release:
    async with house.engine.connect() as connection:
        found = await releases.find(connection, release)
    assert found is not None
    return found


async def under_way(house: House, release: int) -> list[Delivery]:
    async with house.engine.connect() as connection:
        return await deliveries.of_release(connection, release)


async def acts(house: House) -> list[dict[str, Any]]:
    async with house.engine.connect() as connection:
        size = await log.size(connection)
        return [json.loads(body) async for body in log.entries(connection, 0, size)]


async def propose(house: House, staff: Staff, release: int, kind: K = K.WITHDRAWN, **changes: object) -> Standing:
    return await standing.propose(house.hub, staff["editor"], release, making.proposal(kind, **changes))


async def corrected(house: House, staff: Staff, release: int) -> Edition:
    await drafting.edit(house.hub, staff["editor"], release, making.metadata(title="更正后的通知"))
    edition = await reviewing.submit(house.hub, staff["editor"], release)
    for login, level in making.REVIEWS:
        await reviewing.review(house.hub, staff[login], release, level, Decision.APPROVE)
    return edition
