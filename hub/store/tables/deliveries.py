"""What is under way to channels, and what became of it."""

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
from sqlalchemy.dialects.postgresql import JSONB

from hub.store.tables.base import TIME, metadata

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("release_id", BigInteger, nullable=False),
    Column("edition", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("choice", Text, nullable=False, server_default=text("''")),  # which of the channel's ways it goes
    Column("cover", Text, nullable=False, server_default=text("''")),  # the picture of the edition, by its digest
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
    Column("standing", BigInteger, ForeignKey("standings.id")),  # what it shows, for good
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
    # One act on one edition on one channel, whoever asks for it and how often; showing another standing is another act.
    # A cancelled one may be asked for again.
    Index(
        "uq_deliveries_act",
        "release_id",
        "edition",
        "channel",
        "action",
        text("coalesce(standing, 0)"),
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
    Index("ix_deliveries_release_id", "release_id", "id"),
    Index("ix_deliveries_stuck", "id", postgresql_where=text("state IN ('unconfirmed', 'held', 'failed')")),
    Index("ix_deliveries_leased", "channel", "lease_until", postgresql_where=text("lease_until IS NOT NULL")),
    # What a channel shows, newest first: list pages and feeds cost the same in a large archive as in a small one.
    Index(
        "ix_deliveries_shown",
        "channel",
        "id",
        postgresql_where=text("action = 'publish' AND (intended_at IS NOT NULL OR accepted_at IS NOT NULL)"),
    ),
    Index(
        "ix_deliveries_marked",
        "channel",
        "id",
        postgresql_where=text("standing IS NOT NULL AND (intended_at IS NOT NULL OR accepted_at IS NOT NULL)"),
    ),
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    # No foreign key: deliveries are never deleted, and the check would lock the delivery's row once per line.
    Column("delivery_id", BigInteger, nullable=False, index=True),
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
    Column("withdrawn_at", TIME),
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
    Column("opened_at", TIME),
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
