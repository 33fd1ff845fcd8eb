"""Verifications of the log that were run on the server, each watched by whoever looks at its page."""

from sqlalchemy import BigInteger, Column, ForeignKey, Identity, Index, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from hub.store.tables.base import TIME, metadata

verifications = Table(
    "verifications",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("started_by", Text, ForeignKey("people.id"), nullable=False),
    Column("started_at", TIME, nullable=False, server_default=text("clock_timestamp()")),
    Column("beat_at", TIME, nullable=False, server_default=text("clock_timestamp()")),  # old means: its process died
    Column("phase", Text, nullable=False),
    Column("done", BigInteger, nullable=False, server_default=text("0")),  # entries, in this phase
    Column("size", BigInteger, nullable=False, server_default=text("0")),
    Column("since", Text),  # the older checkpoint that it is held against
    Column("report", JSONB),
    Column("ended_at", TIME),
    # One at a time, over all processes and machines.
    Index(
        "uq_verifications_running", text("(ended_at IS NULL)"), unique=True, postgresql_where=text("ended_at IS NULL")
    ),
)
