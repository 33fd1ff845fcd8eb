"""What tests stand on: a database that was used and made clean again is the one that the migrations leave."""

import contextlib
import shutil
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from hub import app, embedded
from hub.app import Servers
from hub.commands import publishing
from hub.settings import Settings
from hub.store import engine, log
from schemas.person import Person
from tests import databases, making
from tests.connections import Stock
from tests.databases import Database, Shelf
from tests.openings import Openings, hired
from workers.checkpoint import Checkpointer

CATALOGUE = """
SELECT c.relkind::text || ' ' || c.oid::regclass::text || coalesce(c.relacl::text, '') || c.relowner::regrole::text
FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
UNION ALL SELECT pg_get_triggerdef(oid) || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT pg_get_functiondef(oid) || proowner::regrole::text || coalesce(proacl::text, '')
FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL SELECT conrelid::regclass::text || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = 'public'::regnamespace
ORDER BY 1
"""
NAMES = (
    "SELECT oid::regclass::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = $1::\"char\""
)


@pytest.fixture
async def shelf(engines: embedded.Engines, migrated: str, stock: Stock) -> AsyncIterator[Shelf]:
    """One of its own: whoever used the shared one may have worn its database out."""
    one = Shelf(engines, migrated, stock)
    yield one
    await one.clear()


async def everything(servers: Servers) -> dict[str, list[str]]:
    """Every row of every table, where every sequence stands, and what the schema is, asked from outside."""
    where = make_url(servers.owner_url)
    session: Any = await asyncpg.connect(host=where.query["host"], user="postgres", database=where.database)
    held = {"": [one for (one,) in await session.fetch(CATALOGUE)]}
    for kind, what in ((b"r", "one::text"), (b"S", "last_value || ' ' || is_called")):
        for (name,) in await session.fetch(NAMES, kind):
            rows = await session.fetch(f"SELECT {what} FROM {name} AS one ORDER BY 1")  # noqa: S608
            held[name] = [row for (row,) in rows]
    await session.close()
    return held


async def use(settings: Settings, database: Database, staff: dict[str, Person]) -> None:
    """Publish something, and leave a listener and a lock behind that only end with their session."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    async with app.opened(settings, database.servers) as house:
        edition = await making.approved(house, staff)
        await publishing.publish(house.hub, staff["publisher"], edition.release)
        async with house.engine.connect() as connection:
            size = await log.size(connection)
        await Checkpointer(house.engine, house.signer, settings.data_dir / "guard").cover(size)
        async with house.engine.connect() as connection:
            await connection.execute(text("LISTEN anything"))
            await connection.execute(text("SELECT pg_advisory_lock(1)"))
            await connection.commit()


async def test_what_was_used_is_as_the_migrations_leave_it(
    engines: embedded.Engines, migrated: str, shelf: Shelf, settings: Settings, openings: Openings
) -> None:
    async with databases.made(engines, like=migrated) as fresh:
        wanted = await everything(fresh)
    for _ in range(2):
        async with shelf.lent() as used:
            await use(settings, used, await openings.open(settings, used, hired))
            left = await everything(used.servers)
        assert sum(rows != wanted[name] for name, rows in left.items()) > 12
        async with shelf.lent() as again:
            assert again is used
            assert await everything(again.servers) == wanted
            assert await again.session.fetchval("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == 0
        shutil.rmtree(settings.data_dir)


async def test_a_house_that_was_opened_before_is_the_one_that_is_opened(shelf: Shelf, settings: Settings) -> None:
    openings = Openings()
    async with shelf.lent() as database:
        staff = await openings.open(settings, database, hired)
        opened = await everything(database.servers)
        await use(settings, database, staff)
    async with shelf.lent() as database:
        assert await openings.open(settings, database, hired) == staff
        assert await everything(database.servers) == opened
        assert len(opened["people"]) == len(staff) == len(opened["log_entries"]) - 1


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE log_entries DISABLE TRIGGER USER; ALTER TABLE log_entries ENABLE ALWAYS TRIGGER append_only",
        "ALTER TABLE people ALTER COLUMN login SET DEFAULT 'somebody'",
        "CREATE TABLE more (n int)",
        "DROP INDEX ix_cards_issuer",
        "GRANT DELETE ON reviews TO gongbu_app",
        "ALTER DATABASE {} SET work_mem = '1MB'",
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
        "TRUNCATE followers",
    ],
)
async def test_a_database_whose_schema_was_touched_is_not_lent_again(shelf: Shelf, change: str) -> None:
    async with shelf.lent() as database:
        await database.session.execute(change.format(database.name))
    async with shelf.lent() as other:
        assert other is not database


@pytest.mark.parametrize("stays", [True, False])
async def test_a_database_in_which_somebody_stays_is_not_lent_again(shelf: Shelf, stays: bool) -> None:  # noqa: FBT001
    async with shelf.lent() as database:
        store = engine.make(database.servers.database_url, pool=1)
        connection = await store.connect()
        if not stays:
            await connection.close()
            await store.dispose()
    async with shelf.lent() as other:
        assert (other is database) == (not stays)
    # The server hung up.
    with contextlib.suppress(DBAPIError, ConnectionError):
        await connection.close()
    await store.dispose()
