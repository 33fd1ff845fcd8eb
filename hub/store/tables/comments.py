"""What readers said of editions, and which editions they have read."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    text,
)

from hub.store.tables.base import TIME, metadata

comments = Table(
    "comments",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("release_id", BigInteger, nullable=False),
    Column("edition", Integer, nullable=False),
    Column("document", Text, nullable=False),
    Column("thread", BigInteger, ForeignKey("comments.id")),  # the comment that it answers
    Column("quote", Text, nullable=False),  # empty speaks of the document as a whole
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("author", Text, ForeignKey("people.id"), nullable=False),
    Column("at", TIME, nullable=False, server_default=text("clock_timestamp()")),
    Column("resolved_at", TIME),
    Column("resolved_by", Text, ForeignKey("people.id")),
    ForeignKeyConstraint(["release_id", "edition"], ["editions.release_id", "editions.number"]),
    CheckConstraint("thread IS NULL OR (quote = '' AND resolved_at IS NULL)", name="answer"),
    CheckConstraint("(resolved_at IS NULL) = (resolved_by IS NULL)", name="resolved"),
    Index("ix_comments_release_id", "release_id", "id"),
)

readings = Table(
    "readings",  # a bookmark, no act: what changed since is told from it
    metadata,
    Column("person_id", Text, ForeignKey("people.id"), primary_key=True),
    Column("release_id", BigInteger, primary_key=True),
    Column("edition", Integer, primary_key=True),
    Column("at", TIME, nullable=False, server_default=text("clock_timestamp()")),
    ForeignKeyConstraint(["release_id", "edition"], ["editions.release_id", "editions.number"]),
)
