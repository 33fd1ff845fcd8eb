"""What people work on and freeze: releases, documents, editions, reviews, blobs."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from hub.store.tables.base import TIME, metadata

releases = Table(
    "releases",
    metadata,
    Column("id", BigInteger, Identity(start=1001), primary_key=True),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("metadata", JSONB, nullable=False),
    Column("authors", ARRAY(Text), nullable=False),
    Column("edition", Integer),
    Column("official_at", TIME),
    Column("official_channel", Text),
    # What holds of it now: the newest confirmed one. NULL is in force, as at first.
    Column("standing", BigInteger, ForeignKey("standings.id", use_alter=True)),
    Column("unit", Text),  # whose draft it is; NULL is the bureau's
    # The day on which an older document was to be opened: its twenty days begin then. As text, like the other dates.
    Column("opened_on", Text),
    Column("created_at", TIME, nullable=False, server_default=text("clock_timestamp()")),
    Column("updated_at", TIME, nullable=False, server_default=text("clock_timestamp()")),
    CheckConstraint("(official_at IS NULL) = (official_channel IS NULL)", name="official"),
    # What people work on is little beside what is released: desks and lists find it without the rest.
    Index("ix_releases_open", "state", "id", postgresql_where=text("state <> 'released'")),
    Index(
        "ix_releases_unofficial",
        text("COALESCE(opened_on, metadata ->> 'signed_on')"),
        "id",
        postgresql_where=text("official_at IS NULL"),
    ),
    Index("ix_releases_official", "official_at", postgresql_where=text("official_at IS NOT NULL")),
)

documents = Table(
    "documents",
    metadata,
    Column("release_id", BigInteger, ForeignKey("releases.id"), primary_key=True),
    Column("number", Integer, primary_key=True),  # 0 is the policy
    Column("address", Text, nullable=False, unique=True),
    Column("content", JSONB, nullable=False),
    CheckConstraint("number BETWEEN 0 AND 99", name="number"),
)

blobs = Table(
    "blobs",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("data", LargeBinary, nullable=False),
    CheckConstraint("sha256 = encode(sha256(data), 'hex')", name="content"),
)

editions = Table(
    "editions",
    metadata,
    Column("release_id", BigInteger, ForeignKey("releases.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),  # canonical JSON, verbatim
    Column("authors", ARRAY(Text), nullable=False),
    Column("frozen_at", TIME, nullable=False, server_default=text("clock_timestamp()")),
    UniqueConstraint("release_id", "number", "digest"),
    CheckConstraint("digest = encode(sha256(content), 'hex')", name="content"),
)

reviews = Table(
    "reviews",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("release_id", BigInteger, nullable=False),
    Column("edition", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("decision", Text, nullable=False),
    Column("reviewer", Text, ForeignKey("people.id"), nullable=False),
    Column("note", Text, nullable=False),
    Column("at", TIME, nullable=False),
    Column("on_behalf_of", Text, ForeignKey("people.id")),  # whose duty it was, where it was lent
    ForeignKeyConstraint(
        ["release_id", "edition", "digest"],
        ["editions.release_id", "editions.number", "editions.digest"],
    ),
    CheckConstraint("on_behalf_of <> reviewer", name="on_behalf_of"),
    Index("ix_reviews_release_id", "release_id", "edition", "id"),
    # Two people at once cannot both give one level, and one person cannot give two.
    Index(
        "uq_reviews_level",
        "release_id",
        "edition",
        "level",
        unique=True,
        postgresql_where=text("decision = 'approve'"),
    ),
    Index(
        "uq_reviews_reviewer",
        "release_id",
        "edition",
        "reviewer",
        unique=True,
        postgresql_where=text("decision = 'approve'"),
    ),
)
