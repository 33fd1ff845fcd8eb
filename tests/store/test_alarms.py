"""The numbers that somebody should know of."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hub.app import House
from hub.store import alarms
from hub.store.alarms import Alarms
from tests.store import stock


async def test_each_number_counts_what_it_says(house: House) -> None:
    async with house.engine.begin() as connection:
        await stock.delivery(connection, "late", due_in=-120)
        await stock.delivery(connection, "late", due_in=-30)
        await stock.delivery(connection, "late", due_in=-120, action="annotate", state="held")
        await stock.delivery(connection, "overdue", due_in=-3)
        await stock.delivery(connection, "overdue", due_in=-8)
        for seconds in (-60, 60):
            until = datetime.now(UTC) + timedelta(seconds=seconds)
            await stock.delivery(connection, "abandoned", state="working", lease_owner="w", lease_until=until)
        for state in ("held", "failed", "unconfirmed", "waiting"):
            await stock.delivery(connection, "person", due_in=60, state=state)
        for state in ("visible", "superseded", "cancelled"):
            await stock.delivery(connection, "done", due_in=-3600, state=state)
        found = await alarms.alarms(connection)
    assert found == {
        "late": Alarms(late=1, overdue=2, abandoned=0, held=1, unconfirmed=0),
        "overdue": Alarms(late=0, overdue=1, abandoned=0, held=0, unconfirmed=0),
        "abandoned": Alarms(late=0, overdue=0, abandoned=1, held=0, unconfirmed=0),
        "person": Alarms(late=0, overdue=0, abandoned=0, held=2, unconfirmed=1),
    }


async def test_what_its_channel_took_is_not_late(house: House) -> None:
    async with house.engine.begin() as connection:
        taken: dict[str, Any] = {
            "state": "accepted",
            "step": "sight",
            "accepted_at": datetime.now(UTC),
            "due_at": datetime.now(UTC) + timedelta(minutes=1),
        }
        await stock.delivery(connection, "a", due_in=-120, **taken)
        assert await alarms.alarms(connection) == {"a": Alarms(0, 0, 0, 0, 0)}
