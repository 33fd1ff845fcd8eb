"""What the administrator keeps for the whole bureau."""

from sqlalchemy import Boolean, Column, Date, Integer, Table, Text, text

from hub.store.tables.base import TIME, metadata

units = Table(
    "units",
    metadata,
    Column("name", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("closed_at", TIME),
    Column("told_since", TIME),  # since when it is told of every official release; NULL is never
)

calendar = Table(
    "calendar",  # days that differ from the week's own order: holidays, and weekends that are worked
    metadata,
    Column("day", Date, primary_key=True),
    Column("is_working", Boolean, nullable=False),
    Column("name", Text, nullable=False),
    Column("source", Text, nullable=False),
)

phrases = Table(
    "phrases",
    metadata,
    Column("wrong", Text, primary_key=True),
    Column("correct", Text, nullable=False),
    Column("note", Text, nullable=False),
)

templates = Table(
    "templates",
    metadata,
    Column("name", Text, primary_key=True),
    Column("body", Text, nullable=False),
    Column("changed_at", TIME, nullable=False, server_default=text("clock_timestamp()")),
)
