"""Every table and constraint of the store. What a constraint can hold is not left to code."""

from hub.store.tables.backfiles import attributions, backfile_batches, backfiles
from hub.store.tables.base import metadata
from hub.store.tables.cards import cards, cards_year, changes, holdings
from hub.store.tables.comments import comments, readings
from hub.store.tables.delegations import delegations
from hub.store.tables.deliveries import attempts, budgets, callbacks, circuits, deliveries, publications
from hub.store.tables.dispatches import dispatches
from hub.store.tables.drafts import arrivals, drafts
from hub.store.tables.fingerprints import fingerprints
from hub.store.tables.followers import followers
from hub.store.tables.listings import listings, lists
from hub.store.tables.log import log_checkpoints, log_entries, log_head, log_tiles
from hub.store.tables.looks import link_looks
from hub.store.tables.offices import calendar, charges, memberships, phrases, templates, units
from hub.store.tables.people import people, replies, tokens
from hub.store.tables.relations import relations, turns
from hub.store.tables.releases import blobs, documents, editions, releases, reviews
from hub.store.tables.reminders import digests, mailboxes, reminders
from hub.store.tables.serials import inspections, serials
from hub.store.tables.sessions import ceremonies, identities, passkeys, recovery_codes, sessions, throttles, totps
from hub.store.tables.standings import rulings, standings
from hub.store.tables.subscriptions import mailings, mails, subscribers, subscriptions
from hub.store.tables.urgencies import countersigns, derivations, urgencies
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
    "cards_year",
    "ceremonies",
    "changes",
    "charges",
    "circuits",
    "comments",
    "countersigns",
    "delegations",
    "deliveries",
    "derivations",
    "digests",
    "dispatches",
    "documents",
    "drafts",
    "editions",
    "fingerprints",
    "followers",
    "holdings",
    "identities",
    "inspections",
    "link_looks",
    "listings",
    "lists",
    "log_checkpoints",
    "log_entries",
    "log_head",
    "log_tiles",
    "mailboxes",
    "mailings",
    "mails",
    "memberships",
    "metadata",
    "passkeys",
    "people",
    "phrases",
    "publications",
    "readings",
    "recovery_codes",
    "relations",
    "releases",
    "reminders",
    "replies",
    "reviews",
    "rulings",
    "serials",
    "sessions",
    "standings",
    "subscribers",
    "subscriptions",
    "templates",
    "throttles",
    "tokens",
    "totps",
    "turns",
    "units",
    "urgencies",
    "verifications",
    "watches",
    "websub_subscriptions",
    "websub_wishes",
]

#: These only grow: triggers refuse UPDATE, DELETE and TRUNCATE even for their owner.
APPEND_ONLY = (
    *(log_entries, log_tiles, log_checkpoints, editions, reviews, attempts, standings, rulings, listings),
    *(countersigns, derivations),
)
