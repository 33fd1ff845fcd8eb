"""What staff are reminded of by mail: their addresses, what they were told at which stage, and one digest a day."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
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

mailboxes = Table(
    "mailboxes",
    metadata,
    Column("person_id", Text, ForeignKey("people.id"), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),  # the address, readable with this machine's secret only
    Column("is_off", Boolean, nullable=False),
    Column("changed_at", TIME, nullable=False, server_default=text("clock_timestamp()")),
)

digests = Table(
    "digests",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("person_id", Text, ForeignKey("people.id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("lines", JSONB, nullable=False),
    Column("due_at", TIME, nullable=False),
    Column("lease_until", TIME),
    Column("fence", BigInteger, nullable=False, server_default=text("0")),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("made_at", TIME, nullable=False, server_default=text("clock_timestamp()")),
    Column("ended_at", TIME),
    Column("code", Text),  # what the server answered; never an address
    UniqueConstraint("person_id", "day"),
    Index("ix_digests_due_at", "due_at", postgresql_where=text("ended_at IS NULL")),
)

reminders = Table(
    "reminders",  # one row for each matter that a person was told of at one stage: never twice
    metadata,
    Column("person_id", Text, ForeignKey("people.id"), primary_key=True),
    Column("matter", Text, primary_key=True),
    Column("stage", Text, primary_key=True),
    Column("digest_id", BigInteger, ForeignKey("digests.id"), nullable=False),
    Index("ix_reminders_digest_id", "digest_id"),
)
