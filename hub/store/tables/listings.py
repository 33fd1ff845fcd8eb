"""Where a release stands on the numbered lists of a site: a place is given once and never moves."""

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Table, Text, UniqueConstraint

from hub.store.tables.base import metadata

lists = Table(
    "lists",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("list", Text, primary_key=True),  # a column's code, a year of the archive, or the site map
    Column("size", BigInteger, nullable=False, server_default="0"),  # its highest ordinal: none is ever left out
)

listings = Table(
    "listings",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("list", Text, primary_key=True),
    Column("ordinal", BigInteger, primary_key=True),  # from 1
    # No foreign key: releases are never deleted, and the check would wait for whoever is writing in this one while all
    # lists are held.
    Column("release_id", BigInteger, nullable=False),
    ForeignKeyConstraint(["channel", "list"], ["lists.channel", "lists.list"]),
    UniqueConstraint("channel", "release_id", "list"),
)
