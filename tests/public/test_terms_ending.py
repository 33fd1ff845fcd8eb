"""Reminders of 规范性文件 that come to their end: in time, until somebody has said what holds."""

from datetime import date, timedelta

from hub.store import terms
from tests.public.conftest import Room

TODAY = date(2026, 11, 26)


async def test_what_ends_soon_or_has_ended_unmarked_is_told_the_nearest_first(room: Room) -> None:
    async def normative(days: int, **changes: object) -> int:
        fields = {"kind": "normative", "signed_on": date(2021, 1, 4), "effective_on": date(2021, 1, 5)} | changes
        return (await room.shelved(**fields, expires_on=TODAY + timedelta(days=days))).release

    over, soon = await normative(-10), await normative(30)
    await normative(400)
    await normative(20, kind="policy")
    async with room.house.engine.connect() as connection:
        count, found = await terms.ending(connection, TODAY, within_days=180)
    assert (count, [one.release for one in found]) == (2, [over, soon])
