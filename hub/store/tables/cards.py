"""What the public finds: a card per document that was seen on the site, and what harvesters are told of releases."""

from sqlalchemy import (
    BigInteger,
    Column,
    Computed,
    Date,
    Identity,
    Index,
    Integer,
    Sequence,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    cast,
    extract,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR

from hub.store.tables.base import TIME, metadata

#: Rows of the register: the policies of 行政规范性文件.
REGISTERED = "kind = 'normative' AND number = 0"
#: Policies that have something to be done after they were published (`schemas.kinds`).
TENDED = "number = 0 AND kind IN ('consultation', 'powers', 'emergency_plan', 'guide')"

cards = Table(
    "cards",  # made from editions, deliveries and standings; no foreign keys, since all of it can be made again
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),  # in the order in which they were first seen
    Column("release_id", BigInteger, nullable=False),
    Column("number", Integer, nullable=False),
    Column("edition", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("policy", Text, nullable=False),
    Column("doc_no", Text),
    Column("index_no", Text),
    Column("issuer", Text, nullable=False),
    Column("theme", Text, nullable=False),
    Column("signed_on", Date, nullable=False),
    Column("effective_on", Date),
    Column("expires_on", Date),
    Column("validity", Text, nullable=False),
    Column("turns_on", Date),
    Column("standing", Text),
    Column("standing_on", Date),
    Column("successor", JSONB),
    Column("official_at", TIME),
    Column("seen_at", TIME, nullable=False),
    Column("order_no", Text, nullable=False),  # sorts by 年份, 代字, 序号
    Column("text", Text, nullable=False),
    Column("ties", JSONB, nullable=False, server_default=text("'[]'")),
    Column("form", Text, nullable=False, server_default=text("'text'")),
    Column("particulars", JSONB, nullable=False, server_default=text("'{}'")),
    Column("title_words", TSVECTOR, nullable=False),
    Column("words", TSVECTOR, nullable=False),
    Column("successor_id", BigInteger, Computed("((successor ->> 'release')::bigint)", persisted=True)),
    UniqueConstraint("release_id", "number"),
    # No pending lists: they would be read through at every question.
    Index("ix_cards_title_words", "title_words", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
    Index("ix_cards_words", "words", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
    Index("ix_cards_doc_no", "doc_no", postgresql_where=text("number = 0 AND doc_no IS NOT NULL")),
    Index("ix_cards_issuer", "issuer", postgresql_where=text("number = 0")),
    Index("ix_cards_signed_on", "signed_on", postgresql_where=text("number = 0")),
    Index("ix_cards_turns_on", "turns_on", postgresql_where=text("turns_on IS NOT NULL")),
    # What is looked after again and again once it is public, and interpretations by the year of their policy.
    Index("ix_cards_tended", "kind", "id", postgresql_where=text(TENDED)),
    Index("ix_cards_form", "official_at", postgresql_where=text("number > 0")),
    Index("ix_cards_successor_id", "successor_id", postgresql_where=text("successor_id IS NOT NULL")),
    Index("ix_cards_register_date", "signed_on", "id", postgresql_where=text(REGISTERED)),
    Index("ix_cards_register_number", "order_no", "id", postgresql_where=text(REGISTERED)),
    Index(
        "ix_cards_register_validity",
        "validity",
        postgresql_include=["release_id", "edition"],
        postgresql_where=text(REGISTERED),
    ),
)

#: 成文年份. A question of one year begins at its newest card and ends at its oldest.
cards_year = cast(extract("year", cards.c.signed_on), SmallInteger)
Index("ix_cards_year", cards_year, cards.c.id)

#: Hands out the order in which releases changed for the public.
changes = Sequence("holdings_changed", metadata=metadata)

holdings = Table(
    "holdings",  # every release that was ever seen on the site, for those who harvest
    metadata,
    Column("release_id", BigInteger, primary_key=True, autoincrement=False),
    Column("changed", BigInteger, nullable=False, unique=True),
    Column("changed_at", TIME, nullable=False),
    Column("withdrawn_at", TIME),
)
