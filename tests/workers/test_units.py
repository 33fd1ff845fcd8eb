"""Units are told of an official time once, acknowledge it once, and are reminded on working days while they do not."""

from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic_core import from_json
from sqlalchemy import text

from hub.app import House
from hub.commands import dispatching, offices, people
from hub.core import dispatching as rules
from hub.store import dispatches, log
from schemas.dispatch import Dispatch, Tidings
from schemas.entry import BEIJING, Act, EntryType
from schemas.errors import ErrorCode, HubError
from schemas.office import Unit
from schemas.person import Duty, Person
from tests.store import stock
from workers import news, units

FIRST, SECOND, SILENT = "第一分局", "第二分局", "办公室"


async def officials(house: House) -> int:
    """A release that the log calls official."""
    async with house.engine.begin() as connection:
        release = (await stock.edition(connection)).release
        await log.append(connection, [Act(type=EntryType.RELEASE_OFFICIAL, who="worker:w", release=release)])
    return release


async def told(house: House, release: int) -> list[Dispatch]:
    follower = units.Units("worker:w")
    while await news.step(house.engine, follower):
        pass
    async with house.engine.connect() as connection:
        return await dispatches.of_release(connection, release)


async def bureau(house: House) -> Person:
    for name, is_told in ((FIRST, True), (SECOND, True), (SILENT, False)):
        await offices.put_unit(house.hub, people.OPERATOR, Unit(name=name, is_told=is_told))
    return await people.add(
        house.hub, people.OPERATOR, login="shouwen", name="收文", unit=FIRST, duties=[Duty.RECEIVER]
    )


async def test_each_unit_is_told_once_with_the_official_time(house: House) -> None:
    before = await officials(house)
    await bureau(house)
    release = await officials(house)
    found = await told(house, release)
    assert [one.unit for one in found] == [FIRST, SECOND]
    assert {one.kind for one in found} == {Tidings.OFFICIAL}
    assert await told(house, before) == [], "units hear what happens after they were set to be told"
    assert await told(house, release) == found
    async with house.engine.connect() as connection:
        entries = [from_json(body) for _, body in await log.of_release(connection, release)]
    official, sent = entries[-2:]
    assert (sent["t"], sent["data"]["units"]) == ("dispatch.sent", 2)
    assert {one.happened_at for one in found} == {datetime.fromisoformat(official["at"])}


async def test_a_receiver_acknowledges_for_their_own_unit_only_and_once(house: House) -> None:
    receiver = await bureau(house)
    release = await officials(house)
    mine, other = await told(house, release)
    first = await dispatching.acknowledge(house.hub, receiver, mine.id)
    again = await dispatching.acknowledge(house.hub, receiver, mine.id)
    assert again.acknowledged_at == first.acknowledged_at
    with pytest.raises(HubError) as refused:
        await dispatching.acknowledge(house.hub, receiver, other.id)
    assert refused.value.code == ErrorCode.NOT_FOUND
    async with house.engine.connect() as connection:
        bodies = [from_json(body) for _, body in await log.of_release(connection, release)]
        (tally,) = await dispatches.tallies(connection)
    assert [one["data"]["unit"] for one in bodies if one["t"] == "dispatch.acknowledged"] == [FIRST]
    assert (tally.told, tally.missing) == (2, 1)


async def test_a_reminder_goes_to_the_silent_once_a_day(house: House) -> None:
    await bureau(house)
    release = await officials(house)
    await told(house, release)
    async with house.engine.begin() as connection:
        # A week ago: whatever today is, a working day lies between.
        await connection.execute(text("UPDATE dispatches SET told_at = told_at - interval '9 days'"))
        today = (await connection.execute(text("SELECT now()"))).scalar_one()
        day = today.astimezone(BEIJING).date()
        await connection.execute(
            text("INSERT INTO calendar VALUES (:day, true, '班', '')"), [{"day": day}, {"day": day + timedelta(days=1)}]
        )
    for _ in range(2):
        async with house.engine.begin() as connection:
            await units._remind(connection, "worker:w")
    async with house.engine.connect() as connection:
        assert [one.urges for one in await dispatches.of_release(connection, release)] == [1, 1]


def test_nobody_is_reminded_on_a_day_off_and_nobody_is_late_over_one() -> None:
    calendar = {date(2026, 10, 1): False, date(2026, 10, 2): False, date(2026, 10, 10): True}
    holiday = datetime(2026, 10, 1, 9, tzinfo=UTC)
    assert rules.reminded_before(holiday, calendar) is None
    one = Dispatch(
        id=1,
        seq=1,
        release=1,
        unit=FIRST,
        kind=Tidings.OFFICIAL,
        happened_at=holiday,
        told_at=datetime(2026, 9, 30, 8, tzinfo=UTC),
    )
    assert not rules.is_late(one, datetime(2026, 10, 4, 8, tzinfo=UTC), calendar)
    assert rules.is_late(one, datetime(2026, 10, 6, 8, tzinfo=UTC), calendar)
