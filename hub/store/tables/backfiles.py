"""存量文件: older documents whose 公开属性 is decided again, what two people decided, and the sheets they came in."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from hub.store.tables.base import TIME, metadata

backfile_batches = Table(
    "backfile_batches",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("person_id", Text, ForeignKey("people.id"), nullable=False),
    Column("filename", Text, nullable=False),
    Column("sha256", Text, nullable=False),  # of the sheet as it came
    Column("lines", Integer, nullable=False),
    Column("taken", Integer, nullable=False),
    Column("wrong", JSONB, nullable=False),  # lines that were not taken, whole, with why
    Column("at", TIME, nullable=False),
)

backfiles = Table(
    "backfiles",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("identity", Text, nullable=False),  # one document is taken once, in however many sheets it stands
    Column("title", Text, nullable=False),
    Column("doc_no", Text),
    Column("index_no", Text),
    Column("issuer", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("signed_on", Date, nullable=False),
    Column("disclosure", Text),  # as it was marked when it came; NULL was never marked
    Column("reason", Text, nullable=False),
    Column("validity", Text, nullable=False),
    Column("files", JSONB, nullable=False, server_default=text("'[]'")),
    Column("stage", Text, nullable=False),
    Column("decided", Text),  # what the newest confirmed attribution says
    Column("due_on", Date),  # when it is looked at again
    Column("batch_id", BigInteger, ForeignKey("backfile_batches.id"), nullable=False),
    Column("release_id", BigInteger, ForeignKey("releases.id")),
    Column("created_at", TIME, nullable=False),
    UniqueConstraint("identity"),
    UniqueConstraint("release_id"),
    CheckConstraint("release_id IS NULL OR decided = 'open'", name="released"),
    Index("ix_backfiles_unit", "unit", "id"),
)

attributions = Table(
    "attributions",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("backfile_id", BigInteger, ForeignKey("backfiles.id"), nullable=False),
    Column("disclosure", Text, nullable=False),
    Column("ground", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("secrecy", Text, nullable=False),
    Column("secrecy_opinion", Text, nullable=False),
    Column("proposed_by", Text, ForeignKey("people.id"), nullable=False),
    Column("proposed_at", TIME, nullable=False),
    Column("ruling", Text),
    Column("ruled_by", Text, ForeignKey("people.id")),
    Column("on_behalf_of", Text, ForeignKey("people.id")),
    Column("ruled_at", TIME),
    Column("note", Text, nullable=False, server_default=""),
    Column("due_on", Date),
    CheckConstraint("(ruling IS NULL) = (ruled_by IS NULL) AND (ruling IS NULL) = (ruled_at IS NULL)", name="ruled"),
    CheckConstraint(
        "ruling IS DISTINCT FROM 'confirm' OR (ruled_by <> proposed_by AND on_behalf_of IS DISTINCT FROM proposed_by)",
        name="two",
    ),
    Index("ix_attributions_backfile_id", "backfile_id", "id"),
    Index("uq_attributions_open", "backfile_id", unique=True, postgresql_where=text("ruling IS NULL")),
)
