"""What was seen at the addresses that texts link to."""

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, Text, text

from hub.store.tables.base import TIME, metadata

link_looks = Table(
    "link_looks",
    metadata,
    Column("address", Text, primary_key=True),
    Column("host", Text, nullable=False),
    Column("seen", Text),  # NULL: nobody has looked yet
    Column("status", Integer),
    Column("times", Integer, nullable=False, server_default=text("0")),  # one after another that it was broken
    Column("looked_at", TIME),
    Column("wanted_at", TIME, nullable=False, server_default=text("clock_timestamp()")),  # it stood in a text last
    Column("due_at", TIME, nullable=False, server_default=text("clock_timestamp()")),
    Column("held_until", TIME),
    CheckConstraint("octet_length(address) <= 1500", name="length"),
    CheckConstraint("seen IN ('ok', 'gone', 'no_host', 'unsure')", name="seen"),
    Index("ix_link_looks_due_at", "due_at"),
    Index("ix_link_looks_host", "host"),
)
