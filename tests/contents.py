"""All that lies in a database, taken out as it is and put back into a copy of the same one."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_FILLED = """
SELECT c.oid::regclass::text AS name FROM pg_class c
WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND pg_relation_size(c.oid) > 0 ORDER BY 1
"""
_SEQUENCES = """
SELECT c.oid, coalesce(pg_sequence_last_value(c.oid), s.seqstart) AS place, pg_sequence_last_value(c.oid) AS last
FROM pg_class c JOIN pg_sequence s ON s.seqrelid = c.oid WHERE c.relnamespace = 'public'::regnamespace ORDER BY 1
"""
#: Only those that stand elsewhere: setting one is a write.
_SET = """
SELECT setval(wanted.oid::regclass, wanted.place, wanted.called)
FROM unnest($1::oid[], $2::bigint[], $3::boolean[]) AS wanted (oid, place, called)
WHERE pg_sequence_last_value(wanted.oid) IS DISTINCT FROM CASE WHEN wanted.called THEN wanted.place END
"""
_EMPTY = """
CREATE FUNCTION pg_temp.empty() RETURNS void LANGUAGE plpgsql AS $empty$ BEGIN
{statements}
END $empty$
"""
#: What the tables that only grow are guarded by, whatever role replication plays.
GUARD = "SELECT pg_get_functiondef('refuse_change'::regproc)"
_ASLEEP = "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
_TABLES = """
SELECT c.oid::regclass::text AS name FROM pg_class c
WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace ORDER BY 1
"""


@dataclass(frozen=True)
class Contents:
    """Rows by table, of those that have any, and where each sequence stands. Holds for every copy of one database."""

    #: In the binary form of COPY.
    rows: Mapping[str, bytes]
    #: (object id, value, whether that value was given out already)
    sequences: tuple[tuple[int, int, bool], ...]


async def of(session: Any) -> Contents:
    """What lies there now. The session is asyncpg's, as the superuser."""
    rows = {}
    for (name,) in await session.fetch(_FILLED):
        file = io.BytesIO()
        told = await session.copy_from_table(name, output=file, format="binary")
        if told != "COPY 0":
            rows[name] = file.getvalue()
    found = await session.fetch(_SEQUENCES)
    return Contents(rows, tuple((one["oid"], one["place"], one["last"] is not None) for one in found))


async def ready(session: Any) -> None:
    """Prepare the session for `put`: triggers and foreign keys sleep in it, and it can empty all tables in one go.

    The function is the session's own and goes with it. Its plans are kept, so that an empty table costs microseconds.
    """
    await session.execute("SET session_replication_role = replica; SET synchronous_commit = off")
    emptying = "\n".join(f"DELETE FROM {name};" for (name,) in await session.fetch(_TABLES))  # noqa: S608
    await session.execute(_EMPTY.format(statements=emptying))


async def put(session: Any, contents: Contents) -> None:
    """Make this all that lies there. Nobody else may be at work in the database. May run twice."""
    oids, places, called = zip(*contents.sequences, strict=True)
    guard = await session.fetchval(GUARD)
    async with session.transaction():
        await session.execute(f"{_ASLEEP}; SELECT pg_temp.empty(); {guard}")
        for name, rows in contents.rows.items():
            await session.copy_to_table(name, source=io.BytesIO(rows), format="binary")
        await session.execute(_SET, oids, places, called)
