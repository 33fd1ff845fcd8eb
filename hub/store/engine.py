"""The way to the database: one engine per process, one transaction per act, the store's own clock."""

import time
from datetime import datetime
from typing import Any, cast

from sqlalchemy import event, func, select, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from hub.store.direct import Direct

_NOW = Direct(select(func.clock_timestamp()))
#: A connection that rested this long is asked whether it still lives.
IDLE_SECONDS = 1.0


def make(url: str, *, pool: int = 10) -> AsyncEngine:
    """Return an engine for the application's role. Nothing is connected yet."""
    engine = create_async_engine(
        url,
        pool_size=pool,
        max_overflow=pool,
        pool_timeout=10,
        # The connection that rested least knows its plans and its tables best; in turn, all of them would stay cold.
        pool_use_lifo=True,
        connect_args={
            "server_settings": {
                "application_name": "gongbu",
                "timezone": "UTC",
                "statement_timeout": "30000",
                "idle_in_transaction_session_timeout": "30000",
            },
        },
    )
    event.listen(engine.sync_engine, "checkin", _given_back)
    event.listen(engine.sync_engine, "checkout", _lent)
    return engine


def _given_back(connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
    record.info["idle_since"] = time.monotonic()
    if connection and _is_begun(connection):
        record.invalidate()


def _lent(connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
    """Lend only what is at rest and alive. Raises DisconnectionError, upon which the pool opens another connection."""
    if _is_begun(connection):
        raise DisconnectionError
    if time.monotonic() - record.info.get("idle_since", time.monotonic()) >= IDLE_SECONDS:
        _ping(connection)


def _is_begun(connection: DBAPIConnection) -> bool:
    """Whether a transaction is still open: who is cancelled while it begins does not know that it began.

    The server's answer may come after the connection was given back. It is asked again before it is lent, for the next
    one could not begin, and would hold the locks of the last one.
    """
    return bool(cast("Any", connection).driver_connection.is_in_transaction())


def _ping(connection: DBAPIConnection) -> None:
    """Ask whether the server is still there, but only after a pause: asking each time costs three round trips.

    One that breaks without a pause is an error of the statement that meets it, and every caller here can be called
    again.
    """
    cursor = connection.cursor()
    try:
        cursor.execute("SELECT 1")
    except Exception as error:
        raise DisconnectionError from error
    finally:
        cursor.close()


async def now(connection: AsyncConnection) -> datetime:
    """The store's clock at this moment: the only one that times which count are taken from."""
    ((at,),) = await _NOW(connection, {})
    return cast("datetime", at)


async def ping(engine: AsyncEngine) -> None:
    """Raise what the driver raises when the store does not answer."""
    async with engine.connect() as connection:
        await connection.execute(text("SELECT 1"))
