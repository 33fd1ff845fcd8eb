"""How a claim reads a crowd that the store's statistics know nothing of."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from hub.app import House
from hub.store import outgoing
from tests.mail.crowd import crowd

#: With fewer, a plan made without statistics reads by the index by chance.
CROWD, LIMIT = 2000, 50
LEASE = timedelta(minutes=3)


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from _nodes(inner)


async def _read(house: House, mode: str) -> list[dict[str, Any]]:
    """The plan's nodes that read mails, as they ran."""
    question = outgoing._ANY
    given = {**question._fixed, "limit": LIMIT, "lease": LEASE}
    async with house.engine.begin() as connection:
        await connection.execute(text(f"SET LOCAL plan_cache_mode = {mode}"))
        await connection.execute(outgoing._BY_INDEX)
        driver: Any = (await connection.get_raw_connection()).driver_connection
        explained = f"EXPLAIN (ANALYZE, FORMAT JSON) {question._text}"
        told = await driver.fetchval(explained, *(given[name] for name, _ in question._binds))
    nodes = list(_nodes(told[0]["Plan"]))
    assert not [one for one in nodes if one["Node Type"] == "Sort"]
    return [one for one in nodes if one.get("Alias", "").startswith("mails") and "Scan" in one["Node Type"]]


@pytest.mark.parametrize("mode", ["force_custom_plan", "force_generic_plan"])
async def test_a_crowd_is_not_sorted_for_a_few(house: House, mode: str) -> None:
    """Sorting all of it for every fifty cost 14 ms with 5,000 due and 30 ms with 20,000."""
    await crowd(house, CROWD)
    for one in await _read(house, mode):
        assert one["Actual Rows"] + one.get("Rows Removed by Filter", 0) <= LIMIT


@pytest.mark.parametrize("mode", ["force_custom_plan", "force_generic_plan"])
async def test_what_is_due_tomorrow_is_not_looked_at(house: House, mode: str) -> None:
    """Every worker asks every second, and gatherings of everybody wait for their hour."""
    await crowd(house, CROWD)
    async with house.engine.begin() as connection:
        await connection.execute(text("UPDATE mails SET due_at = due_at + interval '1 day'"))
    for one in await _read(house, mode):
        assert one["Actual Rows"] + one.get("Rows Removed by Filter", 0) == 0


async def test_who_waits_for_a_link_comes_first_and_the_rest_in_turn(house: House) -> None:
    await crowd(house, 2 * LIMIT)
    async with house.engine.begin() as connection:
        asked = (
            "UPDATE mails SET subscription_id = (SELECT max(id) FROM subscriptions), "
            "due_at = due_at + interval '1 microsecond' WHERE id = (SELECT max(id) FROM mails)"
        )
        await connection.execute(text(asked))
        first = await outgoing.claim(connection, limit=LIMIT, lease=LEASE)
        second = await outgoing.claim(connection, limit=LIMIT, lease=LEASE)
    assert [one.subscription is None for one in first] == [False, *[True] * (LIMIT - 1)]
    rest = [one.id for one in (*first[1:], *second)]
    assert rest == sorted(rest)
    assert len({*rest, first[0].id}) == 2 * LIMIT
