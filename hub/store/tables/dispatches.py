"""What units were told, and who has acknowledged it."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from hub.store.tables.base import TIME, metadata

dispatches = Table(
    "dispatches",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("seq", BigInteger, nullable=False),  # the log entry that is told of
    Column("release_id", BigInteger, ForeignKey("releases.id"), nullable=False),
    Column("unit", Text, ForeignKey("units.name"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("happened_at", TIME, nullable=False),  # as that entry says it
    Column("told_at", TIME, nullable=False),
    Column("urged_at", TIME),
    Column("urges", Integer, nullable=False, server_default="0"),
    Column("acknowledged_at", TIME),
    Column("acknowledged_by", Text, ForeignKey("people.id")),
    UniqueConstraint("seq", "unit"),
    CheckConstraint("(acknowledged_at IS NULL) = (acknowledged_by IS NULL)", name="acknowledged"),
    Index("ix_dispatches_release_id", "release_id", "id"),
    Index("ix_dispatches_unit", "unit", "id"),
    Index("ix_dispatches_open", "told_at", postgresql_where=text("acknowledged_at IS NULL")),
)
