"""The way to the database: one engine per process, one transaction per act, the store's own clock."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine


def make(url: str, *, pool: int = 10) -> AsyncEngine:
    """Return an engine for the application's role. Nothing is connected yet."""
    return create_async_engine(
        url,
        pool_size=pool,
        max_overflow=pool,
        pool_pre_ping=True,
        pool_timeout=10,
        connect_args={
            "server_settings": {
                "application_name": "gongbu",
                "timezone": "UTC",
                "statement_timeout": "30000",
                "idle_in_transaction_session_timeout": "30000",
            },
        },
    )


async def now(connection: AsyncConnection) -> datetime:
    """The store's clock at this moment: the only one that times which count are taken from."""
    at: datetime = (await connection.execute(text("SELECT clock_timestamp()"))).scalar_one()
    return at


async def ping(engine: AsyncEngine) -> None:
    """Raise what the driver raises when the store does not answer."""
    async with engine.connect() as connection:
        await connection.execute(text("SELECT 1"))
