"""应急发布 and what follows it (补签); 区分处理: what a public version was made from."""

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
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB

from hub.store.tables.base import TIME, metadata

urgencies = Table(
    "urgencies",
    metadata,
    Column("release_id", BigInteger, primary_key=True),
    Column("edition", Integer, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("chain", ARRAY(Text), nullable=False),
    Column("warnings", ARRAY(Text), nullable=False),
    Column("requested_by", Text, ForeignKey("people.id"), nullable=False),
    Column("requested_at", TIME, nullable=False),
    Column("published_at", TIME),  # when the button was first pressed: the countersigning counts from it
    ForeignKeyConstraint(["release_id", "edition"], ["editions.release_id", "editions.number"]),
)

countersigns = Table(
    "countersigns",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("release_id", BigInteger, nullable=False),
    Column("edition", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("signer", Text, ForeignKey("people.id"), nullable=False),
    Column("on_behalf_of", Text, ForeignKey("people.id")),  # whose duty it was, where it was lent
    Column("note", Text, nullable=False),
    Column("at", TIME, nullable=False),
    ForeignKeyConstraint(["release_id", "edition"], ["urgencies.release_id", "urgencies.edition"]),
    ForeignKeyConstraint(
        ["release_id", "edition", "digest"],
        ["editions.release_id", "editions.number", "editions.digest"],
    ),
    # Once per level, and nobody for two.
    UniqueConstraint("release_id", "edition", "level"),
    UniqueConstraint("release_id", "edition", "signer"),
    CheckConstraint("on_behalf_of <> signer", name="on_behalf_of"),
)

derivations = Table(
    "derivations",
    metadata,
    Column("release_id", BigInteger, ForeignKey("releases.id"), primary_key=True, autoincrement=False),
    Column("origin_id", BigInteger, nullable=False),
    Column("origin_edition", Integer, nullable=False),
    Column("origin_digest", Text, nullable=False),
    Column("removals", JSONB, nullable=False),  # places in the origin, and on which ground; never the words
    Column("keeps", ARRAY(Text), nullable=False),  # attachments that somebody looked through and took along
    Column("made_by", Text, ForeignKey("people.id"), nullable=False),
    Column("made_at", TIME, nullable=False),
    ForeignKeyConstraint(
        ["origin_id", "origin_edition", "origin_digest"],
        ["editions.release_id", "editions.number", "editions.digest"],
    ),
    CheckConstraint("release_id <> origin_id", name="two"),
    Index("ix_derivations_origin_id", "origin_id", "release_id"),
)
