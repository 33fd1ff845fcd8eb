"""Databases for tests: copies of one that was migrated once, made clean again after use, in engines that all share."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
from sqlalchemy import URL, make_url

from hub import embedded
from hub.app import Servers
from tests import contents
from tests.connections import Stock
from tests.contents import Contents

#: Rows that were deleted stay in the files until somebody sweeps: after so many tests a new copy is cheaper.
USES = 50
_GONE_SECONDS, _LOOK_SECONDS = 2.0, 0.002
_OTHERS = """
SELECT pid FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
#: Every change of the schema, of a right or of a database's setting leaves rows of another transaction here.
_PLACES = {
    "pg_class": "oid >= 16384 AND relpersistence <> 't'",
    "pg_attribute": "attrelid >= 16384",
    "pg_attrdef": "true",
    "pg_constraint": "oid >= 16384",
    "pg_index": "indexrelid >= 16384",
    "pg_trigger": "oid >= 16384",
    "pg_proc": "oid >= 16384 AND pronamespace <> pg_my_temp_schema() AND proname <> 'refuse_change'",
    "pg_extension": "oid >= 16384",
    "pg_namespace": "oid >= 2200 AND nspname NOT LIKE 'pg_%temp_%'",
    "pg_database": "datname = current_database()",
    "pg_db_role_setting": "setdatabase IN (SELECT oid FROM pg_database WHERE datname = current_database())",
}
_NEWEST = "SELECT '{}', count(*), max(xmin::text::bigint) FROM {} WHERE {}"
_SCHEMA = " UNION ALL ".join(
    [_NEWEST.format(place, place, which) for place, which in _PLACES.items()] + [f"SELECT ({contents.GUARD}), 1, 1"]
)


async def leave_in_peace(engines: embedded.Engines) -> None:
    """Sweep nothing by the clock: rows would change places, in some runs and not in others."""
    await _tell(engines, "ALTER SYSTEM SET autovacuum = off", "SELECT pg_reload_conf()")


@asynccontextmanager
async def made(engines: embedded.Engines, *, like: str = "template1") -> AsyncIterator[Servers]:
    """Make a database in the running engines, like another one, and drop it afterwards."""
    name = f"test_{secrets.token_hex(6)}"
    await _tell(engines, f"CREATE DATABASE {name} OWNER {_owner(engines).username} TEMPLATE {like} STRATEGY WAL_LOG")
    try:
        yield _servers(engines, name)
    finally:
        await _tell(engines, f"DROP DATABASE {name} WITH (FORCE)")


@dataclass
class Database:
    """One copy and the superuser's session in it, which makes it clean again."""

    name: str
    servers: Servers
    session: Any
    fresh: Contents
    schema: list[Any]
    stock: Stock
    uses: int = 0

    async def is_left(self) -> bool:
        """Whether it can be made clean: its schema is the one that it came with, and nobody is at work in it.

        Who has just hung up is waited for. A session that stays is a program's that may write later.
        """
        if self.uses >= USES or self.session.is_closed() or await self.session.fetch(_SCHEMA) != self.schema:
            return False
        for _ in range(int(_GONE_SECONDS / _LOOK_SECONDS)):
            found = {pid for (pid,) in await self.session.fetch(_OTHERS)}
            if found <= self.stock.pids(self.name):
                return True
            await asyncio.sleep(_LOOK_SECONDS)
        return False

    async def put(self, what: Contents) -> None:
        """Make this all that lies in it."""
        await contents.put(self.session, what)


class Shelf:
    """The copies of one process that lie ready. A test that changed more than rows had its copy to itself."""

    def __init__(self, engines: embedded.Engines, like: str, stock: Stock) -> None:
        self._engines, self._like, self._stock = engines, like, stock
        self._ready: list[Database] = []

    @asynccontextmanager
    async def lent(self) -> AsyncIterator[Database]:
        """A database as the migrations leave it, for as long as the block lasts."""
        one = self._ready.pop() if self._ready else await self._make()
        one.uses += 1
        try:
            yield one
        finally:
            if await one.is_left():
                await one.put(one.fresh)
                self._ready.append(one)
            else:
                await self._drop(one)

    async def clear(self) -> None:
        """Drop all that lie ready."""
        while self._ready:
            await self._drop(self._ready.pop())

    async def _make(self) -> Database:
        name = f"test_{secrets.token_hex(6)}"
        owner = _owner(self._engines).username
        await _tell(self._engines, f"CREATE DATABASE {name} OWNER {owner} TEMPLATE {self._like} STRATEGY WAL_LOG")
        session = await _superuser(self._engines, name)
        fresh, schema = await contents.of(session), await session.fetch(_SCHEMA)
        await contents.ready(session)
        self._stock.open(name)
        return Database(name, _servers(self._engines, name), session, fresh, schema, self._stock)

    async def _drop(self, one: Database) -> None:
        await self._stock.close(one.name)
        await one.session.close()
        await _tell(self._engines, f"DROP DATABASE {one.name} WITH (FORCE)")


def _owner(engines: embedded.Engines) -> URL:
    return make_url(engines.owner_url)


def _servers(engines: embedded.Engines, name: str) -> Servers:
    return Servers(
        database_url=_with_database(engines.database_url, name),
        owner_url=_with_database(engines.owner_url, name),
        redis_url=engines.redis_url,
    )


def _with_database(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


async def _superuser(engines: embedded.Engines, database: str) -> Any:
    where = _owner(engines).query
    return await asyncpg.connect(
        host=str(where["host"]), port=int(str(where["port"])), user="postgres", database=database
    )


async def _tell(engines: embedded.Engines, *orders: str) -> None:
    session = await _superuser(engines, "postgres")
    try:
        for order in orders:
            await session.execute(order)
    finally:
        await session.close()
