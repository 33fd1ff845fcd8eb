"""What the administrator keeps for the whole bureau."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from hub.store.tables.base import TIME, metadata

units = Table(
    "units",
    metadata,
    Column("name", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("closed_at", TIME),
    Column("told_since", TIME),  # since when it is told of every official release; NULL is never
    Column("kind", Text, nullable=False, server_default="division"),
    Column("parent", Text, ForeignKey("units.name")),
    Column("tenant_since", TIME),  # since when its unfinished work is its own; NULL is everybody's
    Column("contact", JSONB, nullable=False, server_default=text("'{}'")),
)

charges = Table(
    "charges",  # who answered for what in a unit, from a day to a day
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("unit", Text, ForeignKey("units.name"), nullable=False),
    Column("part", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("post", Text, nullable=False),
    Column("person_id", Text, ForeignKey("people.id")),
    Column("since", Date, nullable=False),
    Column("until", Date),
    CheckConstraint("until >= since", name="span"),
    Index("ix_charges_unit", "unit", "id"),
    Index("uq_charges_now", "unit", "part", unique=True, postgresql_where=text("until IS NULL")),
)

memberships = Table(
    "memberships",  # units beside their own that people act for
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("person_id", Text, ForeignKey("people.id"), nullable=False),
    Column("unit", Text, ForeignKey("units.name"), nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("since", TIME, nullable=False, server_default=text("clock_timestamp()")),
    Column("ended_at", TIME),
    Index("uq_memberships_now", "person_id", "unit", unique=True, postgresql_where=text("ended_at IS NULL")),
    Index("ix_memberships_unit", "unit"),
)

calendar = Table(
    "calendar",  # days that differ from the week's own order: holidays, and weekends that are worked
    metadata,
    Column("day", Date, primary_key=True),
    Column("is_working", Boolean, nullable=False),
    Column("name", Text, nullable=False),
    Column("source", Text, nullable=False),
)

phrases = Table(
    "phrases",
    metadata,
    Column("wrong", Text, primary_key=True),
    Column("correct", Text, nullable=False),
    Column("note", Text, nullable=False),
)

templates = Table(
    "templates",
    metadata,
    Column("name", Text, primary_key=True),
    Column("body", Text, nullable=False),
    Column("changed_at", TIME, nullable=False, server_default=text("clock_timestamp()")),
)
