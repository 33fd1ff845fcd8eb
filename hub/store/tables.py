"""Every table and constraint of the store. What a constraint can hold is not left to code."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    },
)
TIME = DateTime(timezone=True)

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
)

tokens = Table(
    "tokens",
    metadata,
    Column("digest", LargeBinary, primary_key=True),  # SHA-256 of the token, which has 256 random bits of its own
    Column("person_id", Text, ForeignKey("people.id"), nullable=False),
    Column("label", Text, nullable=False),
    Column("created_at", TIME, nullable=False, server_default=text("clock_timestamp()")),
    Column("expires_at", TIME, nullable=False),
    Column("revoked_at", TIME),
)

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
    Column("created_at", TIME, nullable=False, server_default=text("clock_timestamp()")),
    Column("updated_at", TIME, nullable=False, server_default=text("clock_timestamp()")),
    CheckConstraint("(official_at IS NULL) = (official_channel IS NULL)", name="official"),
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
    ForeignKeyConstraint(
        ["release_id", "edition", "digest"],
        ["editions.release_id", "editions.number", "editions.digest"],
    ),
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

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("release_id", BigInteger, nullable=False),
    Column("edition", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("step", Text, nullable=False),
    Column("planned_at", TIME, nullable=False),
    Column("due_at", TIME, nullable=False),
    Column("resumed_at", TIME),
    Column("intended_at", TIME),
    Column("notes", JSONB, nullable=False, server_default=text("'{}'")),
    Column("receipt", JSONB),
    Column("trouble", JSONB),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("looks", Integer, nullable=False, server_default=text("0")),
    Column("claims", Integer, nullable=False, server_default=text("0")),
    Column("fence", BigInteger, nullable=False, server_default=text("0")),
    Column("lease_owner", Text),
    Column("lease_until", TIME),
    Column("accepted_at", TIME),
    Column("seen_at", TIME),
    Column("created_at", TIME, nullable=False, server_default=text("clock_timestamp()")),
    ForeignKeyConstraint(
        ["release_id", "edition", "digest"],
        ["editions.release_id", "editions.number", "editions.digest"],
    ),
    CheckConstraint("(lease_owner IS NULL) = (lease_until IS NULL)", name="lease"),
    # One act on one edition on one channel, whoever asks for it and how often. A cancelled one may be asked for again.
    Index(
        "uq_deliveries_act",
        "release_id",
        "edition",
        "channel",
        "action",
        unique=True,
        postgresql_where=text("state <> 'cancelled'"),
    ),
    Index(
        "ix_deliveries_due",
        "channel",
        "due_at",
        postgresql_where=text("state IN ('waiting', 'working', 'accepted', 'unconfirmed')"),
    ),
    Index(
        "ix_deliveries_open",
        "release_id",
        "channel",
        "id",
        postgresql_where=text("state NOT IN ('visible', 'superseded', 'cancelled')"),
    ),
    Index("ix_deliveries_leased", "channel", "lease_until", postgresql_where=text("lease_until IS NOT NULL")),
    # What a channel shows, newest first: list pages and feeds cost the same in a large archive as in a small one.
    Index(
        "ix_deliveries_shown",
        "channel",
        "id",
        postgresql_where=text("action = 'publish' AND (intended_at IS NOT NULL OR accepted_at IS NOT NULL)"),
    ),
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("delivery_id", BigInteger, ForeignKey("deliveries.id"), nullable=False, index=True),
    Column("fence", BigInteger, nullable=False),
    Column("step", Text, nullable=False),
    Column("worker", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("detail", JSONB, nullable=False),
    Column("at", TIME, nullable=False),
)

publications = Table(
    "publications",
    metadata,
    Column("release_id", BigInteger, ForeignKey("releases.id"), primary_key=True),
    Column("document", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("edition", Integer, nullable=False),
    Column("address", Text, nullable=False),
    Column("receipt", JSONB, nullable=False),
    Column("accepted_at", TIME, nullable=False),
    Column("seen_at", TIME),
    Column("seen_sha256", Text),
)

circuits = Table(
    "circuits",  # what all workers know of each channel's health
    metadata,
    Column("channel", Text, primary_key=True),
    Column("paused_at", TIME),
    Column("paused_by", Text, nullable=False, server_default=text("''")),
    Column("paused_why", Text, nullable=False, server_default=text("''")),
    Column("failures", Integer, nullable=False, server_default=text("0")),
    Column("step", Text),
    Column("probe_at", TIME),
    Column("rests_until", TIME),
    Column("trouble", JSONB),
    Column("changed_at", TIME),
)

budgets = Table(
    "budgets",  # how often an endpoint of a channel was called in a window of time, by all workers together
    metadata,
    Column("channel", Text, primary_key=True),
    Column("endpoint", Text, primary_key=True),
    Column("opened_at", TIME, primary_key=True),
    Column("used", Integer, nullable=False),
)

callbacks = Table(
    "callbacks",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("message", JSONB, nullable=False),
    Column("received_at", TIME, nullable=False, server_default=text("clock_timestamp()")),
    Index("ix_callbacks_received", "channel", "received_at"),
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

log_head = Table(
    "log_head",  # one row: handing out the next place and serialising writers is the same act
    metadata,
    Column("id", Integer, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("at", TIME, nullable=False),
    CheckConstraint("id = 1", name="one"),
)

log_entries = Table(
    "log_entries",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("release_id", BigInteger, index=True),  # these two repeat what the body says, to find it by
    Column("type", Text, nullable=False, index=True),
    Column("body", LargeBinary, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
    # A flipped bit between us and the disk must not become a leaf (Certificate Transparency lost two logs to one).
    CheckConstraint(r"leaf = sha256('\x00'::bytea || body)", name="leaf"),
    CheckConstraint("octet_length(body) <= 65535", name="size"),
)

log_tiles = Table(
    "log_tiles",  # full tiles only; partial ones are computed when they are asked for
    metadata,
    Column("level", Integer, primary_key=True),
    Column("index", BigInteger, primary_key=True),
    Column("hashes", LargeBinary, nullable=False),
    Column("root", LargeBinary, nullable=False),  # of the tile: one hash of the tile above
    CheckConstraint("octet_length(hashes) = 8192 AND octet_length(root) = 32", name="full"),
)

log_checkpoints = Table(
    "log_checkpoints",
    metadata,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("frontier", LargeBinary, nullable=False),
    Column("note", Text, nullable=False),
    Column("at", TIME, nullable=False, server_default=text("clock_timestamp()")),
)

#: These only grow: triggers refuse UPDATE, DELETE and TRUNCATE even for their owner.
APPEND_ONLY = (log_entries, log_tiles, log_checkpoints, editions, reviews, attempts)
