"""Who may do what, and what was answered to whom."""

from sqlalchemy import (
    ARRAY,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)

from hub.store.tables.base import TIME, metadata

people = Table(
    "people",
    metadata,
    Column("id", Text, primary_key=True),
    Column("login", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("duties", ARRAY(Text), nullable=False),
    Column("password_hash", Text),  # argon2id, or NULL: signs in by token only
    Column("disabled_at", TIME),
    Column("created_at", TIME, nullable=False, server_default=text("clock_timestamp()")),
    Column("must_change", Boolean, nullable=False, server_default=text("false")),  # somebody else chose the password
    Column("acting_unit", Text),  # the unit that they act for now; NULL is their own
    Column("reset_by", Text),  # who set the password last in the person's place
    Column("reset_at", TIME),
)

tokens = Table(
    "tokens",
    metadata,
    Column("digest", LargeBinary, primary_key=True),  # SHA-256 of the token, which has 256 random bits of its own
    Column("person_id", Text, ForeignKey("people.id"), nullable=False, index=True),
    Column("label", Text, nullable=False),
    Column("created_at", TIME, nullable=False, server_default=text("clock_timestamp()")),
    Column("expires_at", TIME, nullable=False),
    Column("revoked_at", TIME),
    Column("made_by", Text),  # NULL: before this was kept, so by an administrator
    Column("used_at", TIME),  # to some minutes
)

replies = Table(
    "replies",  # what was answered to a write with this Idempotency-Key
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("request_sha256", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("at", TIME, nullable=False, server_default=text("clock_timestamp()")),
)
