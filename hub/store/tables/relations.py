"""What documents do to others, and the days that turn a document by themselves: what is due, and what became of it."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
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

OPEN = text("settled_at IS NULL")

relations = Table(
    "relations",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("release_id", BigInteger, ForeignKey("releases.id"), nullable=False),
    Column("target_id", BigInteger, ForeignKey("releases.id"), nullable=False),
    Column("kind", Text, nullable=False),
    # Where it is said: in an edition of the release, or in a standing of the target that two people made.
    Column("edition", Integer),
    Column("standing_id", BigInteger, ForeignKey("standings.id")),
    Column("due_on", Date, nullable=False),
    Column("settled_at", TIME),
    Column("outcome", Text, nullable=False, server_default=""),
    UniqueConstraint("release_id", "target_id", "kind"),
    CheckConstraint("release_id <> target_id", name="two"),
    CheckConstraint("(edition IS NULL) <> (standing_id IS NULL)", name="said"),
    Index("ix_relations_due_on", "due_on", "id", postgresql_where=OPEN),
    Index("ix_relations_target_id", "target_id"),
)

turns = Table(
    "turns",
    metadata,
    Column("release_id", BigInteger, ForeignKey("releases.id"), primary_key=True, autoincrement=False),
    Column("day", Date, primary_key=True),
    Column("settled_at", TIME),
    Column("outcome", Text, nullable=False, server_default=""),
    Index("ix_turns_day", "day", "release_id", postgresql_where=OPEN),
)
