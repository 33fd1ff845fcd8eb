"""How far those that follow the log have read."""

from sqlalchemy import BigInteger, Column, Table, Text

from hub.store.tables.base import metadata

followers = Table(
    "followers",
    metadata,
    Column("name", Text, primary_key=True),
    Column("position", BigInteger, nullable=False, server_default="0"),  # the first entry that it has not read
)
