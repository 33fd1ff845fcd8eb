"""From the first release's schema to this one's, on a store that has been lived in."""

from importlib.resources import files

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from hub.app import Servers
from hub.store import attempts, circuits, deliveries, due, engine, migrate
from hub.store.rows import arrays
from schemas.circuit import Circuit
from schemas.delivery import DeliveryState
from tests.store import stock

ATTEMPT = text(
    "INSERT INTO attempts (delivery_id, fence, serial, step, worker, outcome, detail, at) "
    "VALUES (:id, 1, :serial, 'prepare', 'w', :outcome, '{}', clock_timestamp())"
)
#: The later schemas' columns are not there yet, so a release and a delivery are written by hand.
RELEASE = text("INSERT INTO releases (state, version, metadata, authors) VALUES ('draft', 1, '{}', '{}') RETURNING id")
DELIVERY = text(
    "INSERT INTO deliveries (release_id, edition, digest, channel, action, state, step, planned_at, due_at, fence) "
    "SELECT release_id, number, digest, 'website', 'publish', 'waiting', 'prepare', now(), now(), 1 FROM editions "
    "RETURNING id"
)


async def test_what_lay_in_the_first_schema_lies_in_the_second(unmigrated: Servers) -> None:
    await at_first(unmigrated)
    old = engine.make(unmigrated.database_url, pool=1)
    async with old.begin() as connection:
        release = (await connection.execute(RELEASE)).scalar_one()
        await stock.edition(connection, release=release)
        number = (await connection.execute(DELIVERY)).scalar_one()
        for serial, outcome in enumerate(("Prepared", "Intended", "Accepted")):
            await connection.execute(ATTEMPT, {"id": number, "serial": serial, "outcome": outcome})
    await old.dispose()
    await migrate.upgrade(unmigrated.owner_url, unmigrated.database_url)
    await migrate.upgrade(unmigrated.owner_url, unmigrated.database_url)
    new = engine.make(unmigrated.database_url, pool=1)
    async with new.begin() as connection:
        await is_whole(connection, number)
    await new.dispose()


def test_the_newest_revision_is_the_one_that_migrations_lead_to() -> None:
    config = Config()
    config.set_main_option("script_location", str(files("hub.store") / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [migrate.newest()]


async def test_a_store_that_is_up_to_date_is_left_alone(servers: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[object] = []
    monkeypatch.setattr(migrate, "_upgrade", lambda *given: ran.append(given))
    await migrate.upgrade(servers.owner_url, servers.database_url)
    assert not ran


async def test_a_store_of_a_later_program_is_refused(unmigrated: Servers) -> None:
    await migrate.upgrade(unmigrated.owner_url, unmigrated.database_url)
    await stamp(unmigrated, "9999")
    with pytest.raises(CommandError, match="9999"):
        await migrate.upgrade(unmigrated.owner_url, unmigrated.database_url)


async def stamp(servers: Servers, revision: str) -> None:
    owner = create_async_engine(servers.owner_url)
    async with owner.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    await owner.dispose()


async def is_whole(connection: AsyncConnection, number: int) -> None:
    """Everything is there, and the application's role may do what it must."""
    found = await deliveries.find(connection, number)
    assert found is not None
    assert (found.state, found.resumed_at) == (DeliveryState.WAITING, None)
    assert [line["outcome"] for line in await attempts.of_delivery(connection, number)] == [
        "Prepared",
        "Intended",
        "Accepted",
    ]
    line = {"delivery_id": number, "fence": 2, "step": "sight", "worker": "w", "outcome": "Seen", "detail": {}}
    await connection.execute(attempts.adding(), arrays(attempts.COLUMNS, [line | {"at": found.due_at}]))
    history = await attempts.of_delivery(connection, number)
    assert history[-1]["outcome"] == "Seen"
    assert len({line["id"] for line in history}) == len(history)
    assert await circuits.lock(connection, "website") == Circuit(channel="website")
    await circuits.save(connection, Circuit(channel="website", failures=2))
    assert [one.id for one in await due.lock(connection, "website", limit=2)] == [number]


async def at_first(servers: Servers) -> None:
    def to_first(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(files("hub.store") / "migrations"))
        config.attributes["connection"] = connection
        config.attributes["app_role"] = make_url(servers.database_url).username
        command.upgrade(config, "0001")

    owner = create_async_engine(servers.owner_url)
    async with owner.begin() as connection:
        await connection.run_sync(to_first)
    await owner.dispose()
