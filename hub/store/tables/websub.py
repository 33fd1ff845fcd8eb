"""Who is subscribed to our feeds by WebSub, and what was asked of the hub."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Identity, Index, Integer, LargeBinary, Table, Text, text
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.types import Interval

from hub.store.tables.base import TIME, metadata


def _claimable() -> list[Column[object]]:
    """When somebody is to look at the row, and who does so now."""
    return [
        Column("due_at", TIME),  # NULL: nothing is to be done
        Column("tries", Integer, nullable=False, server_default="0"),  # that failed, one after another
        Column("fence", BigInteger, nullable=False, server_default="0"),
        Column("held_until", TIME),
    ]


websub_subscriptions = Table(
    "websub_subscriptions",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("topic", Text, nullable=False),
    Column("callback", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("secret", LargeBinary),  # sealed with the hub's secret, which is not in this database
    Column("created_at", TIME, nullable=False, server_default=text("clock_timestamp()")),
    Column("expires_at", TIME, nullable=False),
    Column("has", Text, nullable=False),  # SHA-256 of the feed that the subscriber took last
    Column("wanted", BigInteger, nullable=False, server_default="0"),  # grows with each change of the topic
    *_claimable(),
    Unique("topic", "callback"),
    CheckConstraint("octet_length(callback) <= 1500 AND octet_length(topic) <= 300", name="length"),
    Index("ix_websub_subscriptions_host", "host"),
    Index("ix_websub_subscriptions_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
)

websub_wishes = Table(
    "websub_wishes",  # kept for an hour, to be counted
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("mode", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("callback", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("secret", LargeBinary),
    Column("lease", Interval, nullable=False),
    Column("asked_at", TIME, nullable=False, server_default=text("clock_timestamp()")),
    *_claimable(),
    CheckConstraint("octet_length(callback) <= 1500 AND octet_length(topic) <= 300", name="length"),
    Index("ix_websub_wishes_asked", "asked_at"),
    Index("ix_websub_wishes_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
)
