"""Connections that outlive the house that opened them: as good as new, they are lent to the next one.

A server's process for each costs more than all that most tests ask of it, and knows neither tables nor plans yet.
"""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import asyncpg
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_connection, AsyncAdapt_asyncpg_dbapi
from sqlalchemy.util import await_only

#: Of one database. Of what a crowd of a test needs, the rest hangs up as ever.
KEPT = 16
#: What DISCARD ALL would do, but for the statements that the driver prepared and goes on using.
_AS_NEW = """
CLOSE ALL;
SET SESSION AUTHORIZATION DEFAULT;
RESET ALL;
UNLISTEN *;
SELECT pg_advisory_unlock_all();
DISCARD TEMP;
DISCARD SEQUENCES;
"""
_TROUBLE = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError)


class Stock:
    """The connections of one loop that rest, in databases that are lent again."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._resting: dict[str, list[Kept]] = {}

    def open(self, database: str) -> None:
        """Keep what hangs up in this database from now on."""
        self._resting[database] = []

    async def close(self, database: str) -> None:
        """Hang up all that rest in this database, and keep none any more."""
        for one in self._resting.pop(database):
            await one.driver_connection.close()

    def pids(self, database: str) -> set[int]:
        """The server's processes that rest in this database: nobody is at work in them."""
        return {one.driver_connection.get_server_pid() for one in self._resting[database]}

    def take(self, how: Mapping[str, Any]) -> "Kept | None":
        """One that was connected in this very way, that which rested least, or none."""
        if not self._is_here():
            return None
        ways = _ways(how)
        resting = self._resting.get(how["database"], [])
        for one in reversed(resting):
            if one.ways == ways:
                resting.remove(one)
                return None if one.driver_connection.is_closed() else one
        return None

    async def keep(self, one: "Kept") -> bool:
        """Make it as good as new and let it rest here, or say that it must be closed."""
        resting = self._resting.get(one.database)
        if resting is None or len(resting) >= KEPT or not self._is_here() or not await one.is_renewed():
            return False
        resting.append(one)
        return True

    def _is_here(self) -> bool:
        # A command in a thread has a loop of its own, and so has a child: nobody else's connections answer there.
        return asyncio.get_running_loop() is self._loop


class Kept(AsyncAdapt_asyncpg_connection):
    """A connection that goes back to the stock when a pool closes it. What a pool gives up is gone."""

    database: str
    ways: str
    stock: Stock

    async def is_renewed(self) -> bool:
        """Whether nothing is left of what was done here, so that the next one can do everything."""
        self._isolation_setting = self.isolation_level = None
        self.readonly = self.deferrable = False
        driver: Any = self._connection
        if driver.is_closed() or driver.is_in_transaction():
            return False
        try:
            await driver.reset()
        except _TROUBLE:
            return False
        return not driver.is_in_transaction()

    def close(self) -> None:
        self.rollback()  # type: ignore[no-untyped-call]
        try:
            is_kept = await_only(self.stock.keep(self))
        except BaseException:
            self._terminate_force_close()
            raise
        if not is_kept:
            super().close()  # type: ignore[no-untyped-call]


class Session(asyncpg.Connection):  # type: ignore[misc]
    """The driver's connection. Every pool would teach it anew what it knows."""

    async def set_type_codec(self, typename: str, **how: Any) -> None:
        taught: set[str] = self.__dict__.setdefault("taught", set())
        if typename not in taught:
            await super().set_type_codec(typename, **how)
            taught.add(typename)

    def get_reset_query(self) -> str:
        return _AS_NEW


class Driver(AsyncAdapt_asyncpg_dbapi):
    """SQLAlchemy's asyncpg for `create_async_engine(module=…)`, which looks in the stock before it connects."""

    def __init__(self, stock: Stock) -> None:
        super().__init__(asyncpg)  # type: ignore[no-untyped-call]
        self._stock = stock

    def connect(self, *_: Any, **how: Any) -> AsyncAdapt_asyncpg_connection:
        return self._stock.take(how) or await_only(self._connect(how))

    async def _connect(self, how: Mapping[str, Any]) -> Kept:
        one = await Kept.create(self, asyncpg.connect(connection_class=Session, **how))
        one.database, one.ways, one.stock = how["database"], _ways(how), self._stock
        return one


def _ways(how: Mapping[str, Any]) -> str:
    return json.dumps(how, sort_keys=True)
