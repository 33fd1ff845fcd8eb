"""A connection that is lent again is at rest, whatever became of the task that had it before."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from hub.app import Servers
from hub.store import direct
from hub.store import engine as engines


@pytest.fixture
async def engine(servers: Servers) -> AsyncIterator[AsyncEngine]:
    one = engines.make(servers.database_url, pool=1)
    yield one
    await one.dispose()


async def _use(engine: AsyncEngine) -> int:
    async with direct.begin(engine) as connection:
        number: int = (await connection.execute(text("SELECT 1"))).scalar_one()
        return number


async def _leave_begun(engine: AsyncEngine) -> None:
    """What a task leaves that was cancelled between the server's BEGIN and hearing of it."""
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await cast("Any", connection.sync_connection).connection.driver_connection.execute("BEGIN")


async def test_a_transaction_that_nobody_knows_of_ends_with_its_connection(engine: AsyncEngine) -> None:
    for _ in range(3):
        await _leave_begun(engine)
        assert await _use(engine) == 1


async def test_a_task_that_is_cancelled_at_any_moment_harms_nobody_after_it(engine: AsyncEngine) -> None:
    for moment in range(120):
        task = asyncio.create_task(_use(engine))
        await asyncio.sleep(moment * 0.00004)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert await _use(engine) == 1
