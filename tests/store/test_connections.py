"""A connection that was lent before is as good as one that never was."""

import asyncio
import contextlib
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from hub.store import engine
from tests.connections import Stock
from tests.databases import Database

PID = text("SELECT pg_backend_pid()")
#: All that a session can carry, but for its prepared statements.
CARRIED = """
SELECT 'setting ' || name || ' = ' || setting FROM pg_settings
UNION ALL SELECT 'user ' || session_user || ' as ' || current_setting('role')
UNION ALL SELECT 'channel ' || channel FROM pg_listening_channels() AS channel
UNION ALL SELECT 'cursor ' || name FROM pg_cursors WHERE is_holdable
UNION ALL SELECT 'lock ' || mode || ' ' || objid FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory'
UNION ALL SELECT 'temporary ' || relname FROM pg_class
  WHERE relpersistence = 't' AND relnamespace = pg_my_temp_schema()
UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = pg_my_temp_schema()
ORDER BY 1
"""
LEAVINGS = [
    "SET statement_timeout = 29000",
    "SET TIME ZONE 'Asia/Shanghai'",
    "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
    "SET ROLE gongbu_owner",
    "LISTEN anything",
    "DECLARE one CURSOR WITH HOLD FOR SELECT 1",
    "SELECT pg_advisory_lock(7)",
    "CREATE TEMPORARY TABLE people (login text)",
    "CREATE FUNCTION pg_temp.now() RETURNS int LANGUAGE sql AS 'SELECT 1'",
]


async def carried(connection: AsyncConnection) -> list[str]:
    return [one for (one,) in await connection.execute(text(CARRIED))]


async def pid(store: AsyncEngine) -> Any:
    async with store.connect() as connection:
        return await connection.scalar(PID)


@pytest.fixture
def url(database: Database) -> str:
    return database.servers.database_url


@pytest.mark.parametrize("leaving", LEAVINGS)
async def test_nothing_is_left_of_what_was_done(database: Database, leaving: str) -> None:
    # The owner may make what the application's role may not.
    store = engine.make(database.servers.owner_url, pool=1)
    async with store.connect() as connection:
        fresh, first = await carried(connection), await connection.scalar(PID)
        await connection.commit()
        await connection.execute(text(leaving))
        await connection.commit()
        # Else it would say nothing that this one is not left.
        assert await carried(connection) != fresh
    await store.dispose()
    again = engine.make(database.servers.owner_url, pool=1)
    async with again.connect() as connection:
        assert await connection.scalar(PID) == first
        assert await carried(connection) == fresh
    await again.dispose()


async def test_no_number_is_left_that_was_given_out(url: str) -> None:
    store = engine.make(url, pool=1)
    async with store.connect() as connection:
        await connection.execute(text("SELECT nextval('releases_id_seq')"))
        await connection.commit()
        assert await connection.scalar(text("SELECT lastval()"))
        first = await connection.scalar(PID)
    await store.dispose()
    again = engine.make(url, pool=1)
    async with again.connect() as connection:
        assert await connection.scalar(PID) == first
        with pytest.raises(SQLAlchemyError, match="lastval is not yet defined"):
            await connection.execute(text("SELECT lastval()"))
    await again.dispose()


async def test_a_transaction_that_stays_open_takes_its_connection_along(url: str) -> None:
    store = engine.make(url, pool=1)
    first = await pid(store)
    async with store.connect() as connection:
        autocommit = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await autocommit.execute(text("BEGIN"))
        await autocommit.execute(text("UPDATE log_head SET size = 99"))
    await store.dispose()
    again = engine.make(url, pool=1)
    assert await pid(again) != first
    async with again.connect() as connection:
        assert await connection.scalar(text("SELECT size FROM log_head")) == 0
    await again.dispose()


async def test_a_way_of_transactions_is_not_left(url: str) -> None:
    store = engine.make(url, pool=1)
    async with store.connect() as connection:
        apart = await connection.execution_options(isolation_level="SERIALIZABLE", postgresql_readonly=True)
        first = await apart.scalar(PID)
        # As if the pool had not put it back.
        await apart.invalidate()
    await store.dispose()
    again = engine.make(url, pool=1)
    async with again.connect() as connection:
        assert await connection.scalar(PID) != first
        assert await connection.scalar(text("SHOW transaction_isolation")) == "read committed"
        assert await connection.scalar(text("SHOW transaction_read_only")) == "off"
    await again.dispose()


async def test_what_a_pool_gave_up_is_not_lent(url: str) -> None:
    store = engine.make(url, pool=1)
    async with store.connect() as connection:
        first = await connection.scalar(PID)
        await connection.invalidate()
    await store.dispose()
    again = engine.make(url, pool=1)
    assert await pid(again) != first
    await again.dispose()


async def test_what_the_server_hung_up_on_is_not_lent(database: Database, url: str) -> None:
    store = engine.make(url, pool=1)
    first = await pid(store)
    await store.dispose()
    await database.session.execute("SELECT pg_terminate_backend($1, 5000)", first)
    again = engine.make(url, pool=1)
    assert await pid(again) not in {None, first}
    await again.dispose()


async def test_only_who_connects_in_the_same_way_gets_it(database: Database, url: str) -> None:
    store = engine.make(url, pool=1)
    first = await pid(store)
    await store.dispose()
    owner = engine.make(database.servers.owner_url, pool=1)
    assert await pid(owner) != first
    await owner.dispose()
    # In a loop of its own nothing would ever be heard.
    assert await asyncio.to_thread(asyncio.run, _elsewhere(url)) != first
    again = engine.make(url, pool=1)
    assert await pid(again) == first
    await again.dispose()


async def _elsewhere(url: str) -> Any:
    store = engine.make(url, pool=1)
    found = await pid(store)
    await store.dispose()
    return found


async def test_two_never_have_the_same(url: str) -> None:
    stores = [engine.make(url, pool=2) for _ in range(3)]
    for _ in range(2):
        async with contextlib.AsyncExitStack() as stack:
            lent = [await stack.enter_async_context(one.connect()) for one in stores for _ in range(2)]
            assert len({await one.scalar(PID) for one in lent}) == len(lent)
        for one in stores:
            await one.dispose()


async def test_nothing_rests_in_a_database_that_goes(database: Database, stock: Stock, url: str) -> None:
    store = engine.make(url, pool=1)
    first = await pid(store)
    await store.dispose()
    assert first in stock.pids(database.name)
    await stock.close(database.name)
    try:
        assert not await database.session.fetchval("SELECT count(*) FROM pg_stat_activity WHERE pid = $1", first)
        await _elsewhere(url)
    finally:
        stock.open(database.name)
    assert stock.pids(database.name) == set()
