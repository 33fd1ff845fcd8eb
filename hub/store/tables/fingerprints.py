"""What officially released texts and attachments are recognised by."""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKeyConstraint, Index, Integer, Table, Text, text

from hub.store.tables.base import metadata

fingerprints = Table(
    "fingerprints",
    metadata,
    Column("release_id", BigInteger, primary_key=True),
    Column("edition", Integer, primary_key=True),
    Column("document", Text, primary_key=True),
    Column("part", Integer, primary_key=True),  # 0 is the text, n its attachment with this number
    Column("sha256", Text, nullable=False),  # of the text's normal form, or of the attachment's bytes
    Column("title", Text),  # fingerprint of the document's title
    Column("doc_no", Text),
    ForeignKeyConstraint(["release_id", "edition"], ["editions.release_id", "editions.number"]),
    CheckConstraint("(part = 0) = (title IS NOT NULL)", name="title"),
    Index("ix_fingerprints_sha256", "sha256"),
    Index("ix_fingerprints_title", "title", postgresql_where=text("title IS NOT NULL")),
    Index("ix_fingerprints_doc_no", "doc_no", postgresql_where=text("doc_no IS NOT NULL")),
)
