"""Who is signed in, what they prove it with, and how often somebody tried in vain."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from hub.store.tables.base import TIME, metadata

sessions = Table(
    "sessions",
    metadata,
    Column("digest", LargeBinary, primary_key=True),  # SHA-256 of the token, which has 256 random bits of its own
    Column("person_id", Text, ForeignKey("people.id"), nullable=False, index=True),
    Column("how", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("created_at", TIME, nullable=False, server_default=text("clock_timestamp()")),
    Column("proven_at", TIME, nullable=False, server_default=text("clock_timestamp()")),
    Column("seen_at", TIME, nullable=False, server_default=text("clock_timestamp()")),
    Column("expires_at", TIME, nullable=False, index=True),
    Column("ends_at", TIME, nullable=False),
    CheckConstraint("octet_length(digest) = 32", name="digest"),
    CheckConstraint("expires_at <= ends_at", name="end"),
)

ceremonies = Table(
    "ceremonies",  # what was begun with a browser and must be finished once, soon, by the same browser
    metadata,
    Column("digest", LargeBinary, primary_key=True),  # SHA-256 of the ticket that the browser keeps
    Column("kind", Text, nullable=False),
    Column("person_id", Text, ForeignKey("people.id")),  # NULL where it is not known yet who signs in
    Column("data", JSONB, nullable=False),
    Column("expires_at", TIME, nullable=False, index=True),
)

totps = Table(
    "totps",
    metadata,
    Column("person_id", Text, ForeignKey("people.id"), primary_key=True),
    Column("secret", LargeBinary, nullable=False),  # sealed with the hub's secret, which is not in this database
    Column("confirmed_at", TIME),  # NULL until a first code has shown that the app has it
    Column("last_step", BigInteger, nullable=False, server_default=text("0")),  # no code counts twice
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("person_id", Text, ForeignKey("people.id"), primary_key=True),
    Column("digest", LargeBinary, primary_key=True),  # SHA-256 of a code with 80 random bits of its own
    Column("used_at", TIME),
)

passkeys = Table(
    "passkeys",
    metadata,
    Column("id", LargeBinary, primary_key=True),  # the authenticator's name for it
    Column("person_id", Text, ForeignKey("people.id"), nullable=False, index=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("transports", ARRAY(Text), nullable=False),
    Column("created_at", TIME, nullable=False, server_default=text("clock_timestamp()")),
    Column("used_at", TIME),
)

identities = Table(
    "identities",  # whom the bureau's identity provider means
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("person_id", Text, ForeignKey("people.id"), nullable=False, index=True),
    Column("created_at", TIME, nullable=False, server_default=text("clock_timestamp()")),
)

throttles = Table(
    "throttles",
    metadata,
    Column("key", Text, primary_key=True),
    Column("failures", Integer, nullable=False, server_default=text("0")),
    Column("failed_at", TIME, nullable=False, server_default=text("clock_timestamp()")),
    Column("locked_until", TIME),
    Index("ix_throttles_failed_at", "failed_at"),
)
