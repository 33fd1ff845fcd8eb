"""Who of the public gets mail, what for, and what is on its way. An address is stored sealed, and found by a digest."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
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

_MADE = text("clock_timestamp()")

subscribers = Table(
    "subscribers",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("digest", LargeBinary, nullable=False, unique=True),  # keyed: says nothing to who has not the hub's secret
    Column("sealed", LargeBinary),  # the address; erased when nobody may be written to there
    Column("bounces", Integer, nullable=False, server_default=text("0")),
    Column("bounced_at", TIME),
    Column("silenced_at", TIME),  # since when nothing is mailed there; the digest is all that is left
    Column("made_at", TIME, nullable=False, server_default=_MADE),
    CheckConstraint("octet_length(digest) = 32", name="digest"),
    CheckConstraint("(sealed IS NULL) = (silenced_at IS NOT NULL)", name="sealed"),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("subscriber_id", BigInteger, ForeignKey("subscribers.id", ondelete="CASCADE"), nullable=False),
    Column("column_code", Text, nullable=False),
    Column("issuer", Text, nullable=False),
    Column("theme", Text, nullable=False),
    Column("keyword", Text, nullable=False),
    Column("frequency", Text, nullable=False),
    Column("asked_at", TIME, nullable=False, server_default=_MADE),
    Column("confirmed_at", TIME),
    Column("since", BigInteger),  # the first place of the log that it hears of
    CheckConstraint("(since IS NULL) = (confirmed_at IS NULL)", name="since"),
    Index(
        "uq_subscriptions_wish",
        "subscriber_id",
        "column_code",
        "issuer",
        "theme",
        "keyword",
        "frequency",
        unique=True,
    ),
    Index("ix_subscriptions_unconfirmed", "asked_at", postgresql_where=text("confirmed_at IS NULL")),
    Index("ix_subscriptions_since", "since", postgresql_where=text("confirmed_at IS NOT NULL")),
)

mailings = Table(
    "mailings",  # what is told, once for all who hear of it
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("key", Text, nullable=False, unique=True),  # of what happened: never told twice
    Column("release_id", BigInteger, nullable=False, index=True),
    Column("edition", Integer, nullable=False),
    Column("news", JSONB, nullable=False),
    Column("voided_at", TIME),  # its text was withdrawn: what has not left tells it no longer
    Column("made_at", TIME, nullable=False, server_default=_MADE),
)

mails = Table(
    "mails",  # one row per subscriber and occasion
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("subscriber_id", BigInteger, ForeignKey("subscribers.id", ondelete="CASCADE"), nullable=False),
    Column("occasion", Text, nullable=False),
    Column("mailings", ARRAY(BigInteger), nullable=False, server_default=text("'{}'")),
    Column("subscription_id", BigInteger, ForeignKey("subscriptions.id", ondelete="CASCADE"), index=True),
    Column("state", Text, nullable=False, server_default=text("'due'")),
    Column("due_at", TIME, nullable=False),
    Column("lease_until", TIME),
    Column("fence", Integer, nullable=False, server_default=text("0")),  # grows with every claim
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("code", Text),  # what the mail server answered last, in numbers
    Column("made_at", TIME, nullable=False, server_default=_MADE),
    Column("ended_at", TIME),
    UniqueConstraint("subscriber_id", "occasion"),
    CheckConstraint("(state = 'due') = (ended_at IS NULL)", name="ended"),
    Index("ix_mails_due", "due_at", "id", postgresql_where=text("ended_at IS NULL")),
    Index(
        "ix_mails_asking",
        "due_at",
        "id",
        postgresql_where=text("ended_at IS NULL AND subscription_id IS NOT NULL"),
    ),
    Index("ix_mails_ended", "ended_at", postgresql_where=text("ended_at IS NOT NULL")),
)
