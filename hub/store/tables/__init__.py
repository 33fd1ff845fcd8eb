"""Every table and constraint of the store. What a constraint can hold is not left to code."""

from hub.store.tables.backfiles import attributions, backfile_batches, backfiles
from hub.store.tables.base import metadata
from hub.store.tables.cards import cards, changes, holdings
from hub.store.tables.comments import comments, readings
from hub.store.tables.delegations import delegations
from hub.store.tables.deliveries import attempts, budgets, callbacks, circuits, deliveries, publications
from hub.store.tables.dispatches import dispatches
from hub.store.tables.drafts import arrivals, drafts
from hub.store.tables.fingerprints import fingerprints
from hub.store.tables.followers import followers
from hub.store.tables.listings import listings, lists
from hub.store.tables.log import log_checkpoints, log_entries, log_head, log_tiles
from hub.store.tables.offices import calendar, phrases, templates, units
from hub.store.tables.people import people, replies, tokens
from hub.store.tables.releases import blobs, documents, editions, releases, reviews
from hub.store.tables.sessions import ceremonies, identities, passkeys, recovery_codes, sessions, throttles, totps
from hub.store.tables.standings import rulings, standings
from hub.store.tables.subscriptions import mailings, mails, subscribers, subscriptions
from hub.store.tables.verifications import verifications
from hub.store.tables.watches import watches
from hub.store.tables.websub import websub_subscriptions, websub_wishes

__all__ = [
    "APPEND_ONLY",
    "arrivals",
    "attempts",
    "attributions",
    "backfile_batches",
    "backfiles",
    "blobs",
    "budgets",
    "calendar",
    "callbacks",
    "cards",
    "ceremonies",
    "changes",
    "circuits",
    "comments",
    "delegations",
    "deliveries",
    "dispatches",
    "documents",
    "drafts",
    "editions",
    "fingerprints",
    "followers",
    "holdings",
    "identities",
    "listings",
    "lists",
    "log_checkpoints",
    "log_entries",
    "log_head",
    "log_tiles",
    "mailings",
    "mails",
    "metadata",
    "passkeys",
    "people",
    "phrases",
    "publications",
    "readings",
    "recovery_codes",
    "releases",
    "replies",
    "reviews",
    "rulings",
    "sessions",
    "standings",
    "subscribers",
    "subscriptions",
    "templates",
    "throttles",
    "tokens",
    "totps",
    "units",
    "verifications",
    "watches",
    "websub_subscriptions",
    "websub_wishes",
]

#: These only grow: triggers refuse UPDATE, DELETE and TRUNCATE even for their owner.
APPEND_ONLY = (log_entries, log_tiles, log_checkpoints, editions, reviews, attempts, standings, rulings, listings)
