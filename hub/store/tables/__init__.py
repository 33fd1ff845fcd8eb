"""Every table and constraint of the store. What a constraint can hold is not left to code."""

from hub.store.tables.base import metadata
from hub.store.tables.deliveries import attempts, budgets, callbacks, circuits, deliveries, publications
from hub.store.tables.log import log_checkpoints, log_entries, log_head, log_tiles
from hub.store.tables.people import people, replies, tokens
from hub.store.tables.releases import blobs, documents, editions, releases, reviews

__all__ = [
    "APPEND_ONLY",
    "attempts",
    "blobs",
    "budgets",
    "callbacks",
    "circuits",
    "deliveries",
    "documents",
    "editions",
    "log_checkpoints",
    "log_entries",
    "log_head",
    "log_tiles",
    "metadata",
    "people",
    "publications",
    "releases",
    "replies",
    "reviews",
    "tokens",
]

#: These only grow: triggers refuse UPDATE, DELETE and TRUNCATE even for their owner.
APPEND_ONLY = (log_entries, log_tiles, log_checkpoints, editions, reviews, attempts)
