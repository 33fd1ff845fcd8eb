"""The publication log: entries, tiles, checkpoints."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)

from hub.store.tables.base import TIME, metadata

#: Who did an act, and on which channel, cut from the entry's escaped text: cheap, and unable to fail on any bytes. In
#: canonical JSON `who` is the last key, and only `act` and `at` stand before `chan`. Indexed, so spelt here only.
WHO = """split_part(encode(substring(body from octet_length(body) - 149), 'escape'), '"', -2)"""
_HEAD = "encode(substring(body for 200), 'escape')"
CHANNEL = f"""(CASE 'chan'
 WHEN split_part({_HEAD}, '"', 10) THEN split_part({_HEAD}, '"', 12)
 WHEN split_part({_HEAD}, '"', 6) THEN split_part({_HEAD}, '"', 8)
END)"""

log_head = Table(
    "log_head",  # one row: handing out the next place and serialising writers is the same act
    metadata,
    Column("id", Integer, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("at", TIME, nullable=False),
    CheckConstraint("id = 1", name="one"),
)

log_entries = Table(
    "log_entries",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("release_id", BigInteger, index=True),  # these two repeat what the body says, to find it by
    Column("type", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
    # A flipped bit between us and the disk must not become a leaf (Certificate Transparency lost two logs to one).
    CheckConstraint(r"leaf = sha256('\x00'::bytea || body)", name="leaf"),
    CheckConstraint("octet_length(body) <= 65535", name="size"),
    Index("ix_log_entries_type", "type", "seq"),
    Index("ix_log_entries_who", text(WHO), "seq"),
    Index("ix_log_entries_channel", text(CHANNEL), "seq"),
)

log_tiles = Table(
    "log_tiles",  # full tiles only; partial ones are computed when they are asked for
    metadata,
    Column("level", Integer, primary_key=True),
    Column("index", BigInteger, primary_key=True),
    Column("hashes", LargeBinary, nullable=False),
    Column("root", LargeBinary, nullable=False),  # of the tile: one hash of the tile above
    CheckConstraint("octet_length(hashes) = 8192 AND octet_length(root) = 32", name="full"),
)

log_checkpoints = Table(
    "log_checkpoints",
    metadata,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("frontier", LargeBinary, nullable=False),
    Column("note", Text, nullable=False),
    Column("at", TIME, nullable=False, server_default=text("clock_timestamp()")),
)
