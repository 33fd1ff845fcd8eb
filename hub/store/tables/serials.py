"""索引号 in use, and what was found in files: both are facts that stay."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from hub.store.tables.base import TIME, metadata
from hub.store.tables.releases import releases

#: A number that was given stays used, whatever becomes of the release; of two releases none has the same.
serials = Table(
    "serials",
    metadata,
    Column("code", Text, primary_key=True),  # 18 characters of GB 32100, or 9 of GB 11714
    Column("year", Integer, primary_key=True),
    Column("serial", Integer, primary_key=True),
    Column("release_id", BigInteger, ForeignKey("releases.id"), nullable=False),
    Column("given", Boolean, nullable=False),  # by us; else typed by a person
    Column("at", TIME, nullable=False, server_default=text("clock_timestamp()")),
    CheckConstraint("serial BETWEEN 1 AND 9999999", name="serial"),
    Index("ix_serials_release_id", "release_id"),
)

#: 发文字号 of a year and a word, found by their beginning.
Index("ix_releases_doc_no", text("(metadata ->> 'doc_no') text_pattern_ops"), _table=releases)

inspections = Table(
    "inspections",
    metadata,
    Column("sha256", Text, ForeignKey("blobs.sha256"), primary_key=True),
    Column("ending", Text, primary_key=True),  # the same bytes are read as what they are called
    Column("version", Integer, primary_key=True),  # of the reader
    Column("found", JSONB, nullable=False),
    Column("at", TIME, nullable=False, server_default=text("clock_timestamp()")),
)
