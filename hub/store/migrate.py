"""Brings the schema up to date as the owner's role. Safe to run twice, and by two processes at once."""

from importlib.resources import files

from sqlalchemy import Connection, make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

#: Any number; whoever migrates holds this advisory lock.
LOCK = 4_702_111_234
_MIGRATIONS = files("hub.store") / "migrations"


async def upgrade(owner_url: str, app_url: str) -> None:
    """Run every migration that is missing, in one transaction, and grant the application's role its rights."""
    role = make_url(app_url).username
    owner = make_url(owner_url).username
    engine = create_async_engine(owner_url, poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            if await _revisions(connection) != [newest()]:
                await connection.run_sync(_upgrade, role if role != owner else None)
    finally:
        await engine.dispose()


def newest() -> str:
    """The revision that a store is brought to: the number that the last migration's file begins with."""
    return max(one.name.partition("_")[0] for one in (_MIGRATIONS / "versions").iterdir() if one.name.endswith(".py"))


async def _revisions(connection: AsyncConnection) -> list[str]:
    """The store's own: one, or none before its first migration."""
    if (await connection.execute(text("SELECT to_regclass('alembic_version')"))).scalar_one() is None:
        return []
    return [*(await connection.execute(text("SELECT version_num FROM alembic_version"))).scalars()]


def _upgrade(connection: Connection, app_role: str | None) -> None:
    from alembic import command, config  # noqa: PLC0415 - 0.1 s that no start over a store that is up to date waits for

    given = config.Config()
    given.set_main_option("script_location", str(_MIGRATIONS))
    given.attributes["connection"] = connection
    given.attributes["app_role"] = app_role
    command.upgrade(given, "head")
