"""What was proposed to hold of releases after their publication, and what a second person decided."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from hub.store.tables.base import TIME, metadata

standings = Table(
    "standings",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("release_id", BigInteger, ForeignKey("releases.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("ground", Text, nullable=False),
    Column("successor", JSONB),
    Column("effective_on", Date, nullable=False),
    Column("expires_on", Date),
    Column("proposed_by", Text, ForeignKey("people.id"), nullable=False),
    Column("proposed_at", TIME, nullable=False),
    Column("cause", Text, nullable=False, server_default="proposal"),
    Column("basis", JSONB(none_as_null=True)),
    # Time carries out what people approved, and takes nothing out of public sight.
    CheckConstraint("(cause = 'proposal') = (basis IS NULL)", name="cause"),
    CheckConstraint("kind <> 'withdrawn' OR cause = 'proposal'", name="withdrawn"),
    UniqueConstraint("id", "release_id", "proposed_by"),
    Index("ix_standings_release_id", "release_id", "id"),
    # From a document to those that it stands in the place of.
    Index(
        "ix_standings_successor",
        text("((successor ->> 'release')::bigint)"),
        postgresql_where=text("successor ->> 'release' IS NOT NULL"),
    ),
)

rulings = Table(
    "rulings",
    metadata,
    Column("standing_id", BigInteger, primary_key=True, autoincrement=False),
    # These two repeat the proposal, so that the database itself sees two people and one order per release.
    Column("release_id", BigInteger, nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("ruling", Text, nullable=False),
    Column("ruled_by", Text, ForeignKey("people.id"), nullable=False),
    Column("on_behalf_of", Text, ForeignKey("people.id")),
    Column("note", Text, nullable=False),
    Column("edition", Integer),
    Column("serial", Integer),
    Column("ruled_at", TIME, nullable=False),
    Column("ties", JSONB, nullable=False, server_default="[]"),
    Column("until", Date),
    ForeignKeyConstraint(
        ["standing_id", "release_id", "proposed_by"],
        ["standings.id", "standings.release_id", "standings.proposed_by"],
    ),
    # Whoever lent the duty is behind its use.
    CheckConstraint(
        "ruling = 'decline' OR (ruled_by <> proposed_by AND on_behalf_of IS DISTINCT FROM proposed_by)",
        name="two_people",
    ),
    CheckConstraint("(ruling = 'confirm') = (serial IS NOT NULL)", name="serial"),
    Index("uq_rulings_serial", "release_id", "serial", unique=True, postgresql_where=text("serial IS NOT NULL")),
)
