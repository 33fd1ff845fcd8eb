"""Keeps the index cards: follows what is seen, said and withdrawn, and turns what a date changes by itself."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

import structlog
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from channels.contract import Channel
from hub.core import cards as rules
from hub.store import cards, engine, followers, relations
from hub.store.cards import Filled
from hub.store.followers import Passed
from schemas.card import Card
from schemas.entry import BEIJING, EntryType

_log = structlog.get_logger()

NAME = "search"
#: The kind of channel whose pages search leads to.
SITE = "website"
#: What changes by a date does so within this time after midnight in Beijing.
INTERVAL_SECONDS = 30.0
#: Classes of errors that trying again does not mend: data that a column cannot hold, limits of the store.
_NEVER = ("22", "54")


def sites(channels: Mapping[str, Channel]) -> frozenset[str]:
    """The channels that are the bureau's own site."""
    return frozenset(name for name, one in channels.items() if one.settings.kind == SITE)


class Cards:
    """The follower. An entry only says which release to look at: its cards are made from what the store says now."""

    name = NAME
    kinds = frozenset(
        {
            EntryType.SIGHTING,
            EntryType.RELEASE_OFFICIAL,
            EntryType.STANDING_CONFIRMED,
            EntryType.STANDING_FOLLOWED,
            EntryType.WITHDRAWAL_SEEN,
        }
    )

    def __init__(self, sites: Collection[str]) -> None:
        self._sites = sites

    def wants(self, entry: Passed) -> bool:
        """What is seen elsewhere changes no card of the site's (`workers.news.Choosy`)."""
        return entry.type is not EntryType.SIGHTING or entry.said.get("chan") in self._sites

    async def take(self, connection: AsyncConnection, entries: Sequence[Passed]) -> None:
        """Make the cards of every release that is spoken of; a withdrawn one has none from its confirmation on."""
        await make(connection, {one.release for one in entries if one.release}, self._sites)

    async def told(self) -> None:
        """Nobody waits for it."""


async def make(connection: AsyncConnection, releases: Collection[int], sites: Collection[str]) -> None:
    """Make the cards of these releases anew, in their order."""
    now = await engine.now(connection)
    found = await cards.shown(connection, releases, sites)
    for release, one in sorted(found.items()):
        made = rules.make(one.edition, seen=one.seen, official_at=one.official_at, said=one.said, today=_day(now))
        await _put(connection, release, [_filled(card) for card in made])
        await _note(connection, made, _day(now))


async def _note(connection: AsyncConnection, made: Sequence[Card], today: date) -> None:
    """Note what its own dates have ended and nobody has marked: the pages still say otherwise (`workers.days`)."""
    for card in made:
        if card.number == 0 and card.expires_on and card.expires_on < today and rules.is_unmarked(card):
            await relations.turn(connection, card.release, card.expires_on + timedelta(days=1))


async def _put(connection: AsyncConnection, release: int, filled: Sequence[Filled]) -> None:
    """Keep them. What the store can never hold is passed over: nothing else waits for it, and nothing old stays."""
    try:
        async with connection.begin_nested():
            await cards.put(connection, release, filled)
    except (cards.TooMuchError, DBAPIError) as error:
        if isinstance(error, DBAPIError) and not str(getattr(error.orig, "sqlstate", "")).startswith(_NEVER):
            raise
        _log.error("cards.passed_over", release=release, reason=type(error).__name__)
        await cards.put(connection, release, [])


def _filled(card: Card) -> Filled:
    return Filled(card, rules.order_no(card.doc_no), rules.title_words(card), rules.words(card))


async def turn(store: AsyncEngine, sites: Collection[str]) -> None:
    """Let documents come into force and end when their day comes. Ends by cancellation only."""
    while True:
        try:
            while await step(store, sites):
                pass
        except (SQLAlchemyError, OSError) as error:
            _log.warning("cards.unreachable", reason=type(error).__name__)
        except Exception:  # noqa: BLE001
            _log.exception("cards.bug")
        await asyncio.sleep(INTERVAL_SECONDS)


async def step(store: AsyncEngine, sites: Collection[str]) -> bool:
    """Turn what is due, once. Durable on return. Return whether there is more."""
    async with store.begin() as connection:
        now = await engine.now(connection)
        if not await cards.turning(connection, _day(now)):
            return False
        # The follower's own lock: changes are numbered in the order in which they are committed.
        if await followers.reach(connection, NAME, ()) is None:
            return False
        due = await cards.turning(connection, _day(now))
        for release in due:
            await relations.turn(connection, release, _day(now))
        await make(connection, due, sites)
    return len(due) == cards.MOST


def _day(now: datetime) -> date:
    return now.astimezone(BEIJING).date()
