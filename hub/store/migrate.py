"""Brings the schema up to date as the owner's role. Safe to run twice, and by two processes at once."""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

#: Any number; whoever migrates holds this advisory lock.
LOCK = 4_702_111_234


async def upgrade(owner_url: str, app_url: str) -> None:
    """Run every migration that is missing, in one transaction, and grant the application's role its rights."""
    role = make_url(app_url).username
    owner = make_url(owner_url).username
    engine = create_async_engine(owner_url, poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            await connection.run_sync(_upgrade, role if role != owner else None)
    finally:
        await engine.dispose()


def _upgrade(connection: Connection, app_role: str | None) -> None:
    config = Config()
    config.set_main_option("script_location", str(files("hub.store") / "migrations"))
    config.attributes["connection"] = connection
    config.attributes["app_role"] = app_role
    command.upgrade(config, "head")
