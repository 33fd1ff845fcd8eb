"""What is looked after once it is public: is it still there?"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from hub.store.tables.base import TIME, metadata

watches = Table(
    "watches",
    metadata,
    Column("release_id", BigInteger, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("edition", Integer, nullable=False),  # the newest that was seen there
    Column("digest", Text, nullable=False),
    Column("seen_at", TIME, nullable=False),
    Column("due_at", TIME, nullable=False),
    Column("looks", Integer, nullable=False, server_default=text("0")),
    Column("lost_at", TIME),  # our look found that it is gone, though nobody withdrew it
    Column("lost", JSONB),  # what is gone, and what the channel says of it
    Column("known_at", TIME),  # a person has taken note
    Column("known_by", Text),
    ForeignKeyConstraint(["release_id", "edition"], ["editions.release_id", "editions.number"]),
    CheckConstraint("(lost_at IS NULL) = (lost IS NULL)", name="lost"),
    CheckConstraint(
        "(known_at IS NULL) = (known_by IS NULL) AND (known_at IS NULL OR lost_at IS NOT NULL)", name="known"
    ),
    Index("ix_watches_channel_due_at", "channel", "due_at"),
    Index("ix_watches_lost_at", "lost_at", postgresql_where=text("lost_at IS NOT NULL AND known_at IS NULL")),
)
