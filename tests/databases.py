"""Databases for tests: each a copy of another, in engines that all tests share."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from hub import embedded
from hub.app import Servers


@asynccontextmanager
async def made(engines: embedded.Engines, *, like: str = "template1") -> AsyncIterator[Servers]:
    """Make a database in the running engines, like another one, and drop it afterwards."""
    name = f"test_{secrets.token_hex(6)}"
    owner = make_url(engines.owner_url)
    admin = create_async_engine(owner.set(username="postgres"), isolation_level="AUTOCOMMIT")
    async with admin.connect() as connection:
        # By the log: copying whole files makes two checkpoints each time, for which every other test's writing waits.
        await connection.execute(
            text(f"CREATE DATABASE {name} OWNER {owner.username} TEMPLATE {like} STRATEGY WAL_LOG")
        )
    try:
        yield Servers(
            database_url=_with_database(engines.database_url, name),
            owner_url=_with_database(engines.owner_url, name),
            redis_url=engines.redis_url,
        )
    finally:
        async with admin.connect() as connection:
            await connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        await admin.dispose()


def _with_database(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)
