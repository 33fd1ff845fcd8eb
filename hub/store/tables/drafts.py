"""What is not a release yet: unsaved texts, and files that arrived. Neither is in the log; both may be lost with it."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from hub.store.tables.base import TIME, metadata

drafts = Table(
    "drafts",
    metadata,
    Column("release_id", BigInteger, ForeignKey("releases.id"), primary_key=True),
    Column("document", Text, primary_key=True),
    Column("person_id", Text, ForeignKey("people.id"), primary_key=True),
    Column("base", Text, nullable=False),  # the mark of the text on which it was begun
    Column("content", JSONB, nullable=False),
    Column("images", JSONB, nullable=False, server_default=text("'[]'")),
    Column("warnings", JSONB, nullable=False, server_default=text("'[]'")),
    Column("kept_at", TIME, nullable=False, server_default=text("clock_timestamp()")),
    CheckConstraint("octet_length(content::text) <= 16000000", name="size"),
    Index("ix_drafts_kept_at", "kept_at"),
    Index("ix_drafts_person_id", "person_id", "kept_at"),
)

arrivals = Table(
    "arrivals",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person_id", Text, ForeignKey("people.id"), nullable=False),
    Column("content", JSONB, nullable=False),
    Column("release_id", BigInteger, ForeignKey("releases.id")),  # what was made of it: at most one release, ever
    Column("at", TIME, nullable=False, server_default=text("clock_timestamp()")),
    Index("ix_arrivals_at", "at"),
    Index("ix_arrivals_person_id", "person_id", "at"),
)
