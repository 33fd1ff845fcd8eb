"""Whose duty was lent to whom, from which day to which."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Date, ForeignKey, Identity, Index, Table, Text

from hub.store.tables.base import TIME, metadata

delegations = Table(
    "delegations",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("giver", Text, ForeignKey("people.id"), nullable=False),
    Column("receiver", Text, ForeignKey("people.id"), nullable=False),
    Column("duty", Text, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("reason", Text, nullable=False),
    Column("given_at", TIME, nullable=False),
    Column("revoked_at", TIME),
    Column("revoked_by", Text, ForeignKey("people.id")),
    CheckConstraint("giver <> receiver", name="two_people"),
    CheckConstraint("ends_on - starts_on BETWEEN 0 AND 89", name="days"),
    CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name="revoked"),
    Index("ix_delegations_receiver", "receiver", "ends_on"),  # looked up at every visit
    Index("ix_delegations_giver", "giver", "ends_on"),
)
