"""How a claim reads a backlog that the store's statistics know nothing of."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from hub.app import House
from hub.store import due
from tests.store import stock

LIMIT = 2


def _nodes(plan: dict[str, Any]) -> Iterator[str]:
    yield plan["Node Type"]
    for inner in plan.get("Plans", ()):
        yield from _nodes(inner)


@pytest.mark.parametrize("mode", ["force_custom_plan", "force_generic_plan"])
async def test_a_backlog_is_not_held_against_itself(house: House, mode: str) -> None:
    """Statistics of a calm hour say that a join over all that is open costs nothing: 53 ms with 2,000 due."""
    question = due._DUE[None]
    given = {**question._fixed, "channel": "a", "limit": LIMIT}
    async with house.engine.begin() as connection:
        for _ in range(LIMIT + 1):
            await stock.delivery(connection, "a")
        await connection.execute(text(f"SET LOCAL plan_cache_mode = {mode}"))
        driver: Any = (await connection.get_raw_connection()).driver_connection
        explained = f"EXPLAIN (ANALYZE, FORMAT JSON) {question._text}"
        plan = (await driver.fetchval(explained, *(given[name] for name, _ in question._binds)))[0]["Plan"]
    assert plan["Actual Rows"] == LIMIT
    assert not [node for node in _nodes(plan) if "Join" in node or node == "Nested Loop"]
