"""Makes mails due: what the log says of official times, standings and withdrawals, for everybody who hears of it."""

import asyncio
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.core import subscribing as rules
from hub.core.subscribing import Terms
from hub.store import editions, engine, mails, releases, standings, subscriptions
from hub.store.followers import Passed
from schemas import addresses, columns, feeds
from schemas.edition import Edition
from schemas.entry import EntryType
from schemas.release import Role
from schemas.standing import Notice, StandingKind
from schemas.subscription import Link, News

_log = structlog.get_logger()


_SAID = frozenset({EntryType.STANDING_CONFIRMED, EntryType.STANDING_FOLLOWED})


class Mailing:
    """The follower (`workers.news.Follower`). Its position, the news and the mails that are due commit together."""

    name = "mail"
    kinds = frozenset({EntryType.RELEASE_OFFICIAL, *_SAID, EntryType.WITHDRAWAL_SEEN})

    def __init__(self, site_url: str, terms: Terms, woken: asyncio.Event) -> None:
        self._url = site_url
        self._terms = terms
        self._woken = woken

    async def take(self, connection: AsyncConnection, entries: Sequence[Passed]) -> None:
        first = await subscriptions.first_place(connection)
        now = await engine.now(connection)
        for one in entries:
            body = json.loads(one.body)
            if one.release is None:
                continue
            if one.type is EntryType.STANDING_CONFIRMED and body["data"]["kind"] == StandingKind.WITHDRAWN:
                # Nothing is told before it is gone; but what waits tells it no longer from now on.
                await mails.void(connection, one.release, body["ed"])
                continue
            if first is None or one.seq < first:
                continue
            if now - datetime.fromisoformat(body["at"]) > rules.STALE:
                _log.warning("mailing.stale", seq=one.seq, release=one.release)
                continue
            await self._tell(connection, one, body, now)

    async def told(self) -> None:
        self._woken.set()

    async def _tell(self, connection: AsyncConnection, one: Passed, body: dict[str, Any], now: datetime) -> None:
        news = await self._news(connection, one, body)
        if news is None:
            return
        mailing = await mails.announce(connection, _key(news, one), news)
        if mailing is None:
            return
        found = subscriptions.hearing(connection, one.seq, news.columns, feeds.units(news.issuer))
        told = rules.hearers([each async for each in found], news)
        slots = {who: rules.slot(frequency, self._terms, mailing=mailing, now=now) for who, frequency in told.items()}
        await mails.put(connection, mailing, slots)
        _log.info("mailing.due", release=news.release, mailing=mailing, mails=len(slots))

    async def _news(self, connection: AsyncConnection, one: Passed, body: dict[str, Any]) -> News | None:
        number = one.release or 0
        edition = await editions.find(connection, number, body["ed"])
        release = await releases.find(connection, number)
        if edition is None or release is None:
            return None
        at, notice, address = datetime.fromisoformat(body["at"]), None, self._page(number, "policy")
        official_at = release.official_at
        if one.type is EntryType.RELEASE_OFFICIAL:
            official_at, address = at, body["data"].get("address") or address
        else:
            notice = await self._notice(connection, one, body)
            if notice is None or official_at is None:
                return None  # nobody was told that it was there
        return self._made(edition, at, official_at, address, notice)

    async def _notice(self, connection: AsyncConnection, one: Passed, body: dict[str, Any]) -> Notice | None:
        """What holds of the release, as this entry says; None when it says nothing that the public is to be told."""
        data = body["data"]
        if one.type in _SAID and data.get("again"):
            return None
        if one.type in _SAID:
            found = await standings.find(connection, data["standing"])
        elif data.get("authoritative") and data.get("document") == "policy":
            # The place where it was official is the one whose word on its end counts.
            found = await standings.current(connection, one.release or 0)
        else:
            return None
        # What time carries on without a word above the text is news to nobody.
        return found.notice() if found and found.ruled_at and not found.is_quiet else None

    def _made(
        self, edition: Edition, at: datetime, official_at: datetime | None, address: str, notice: Notice | None
    ) -> News:
        metadata, number = edition.metadata, edition.release
        gone = notice is not None and notice.is_withdrawal
        read = () if gone else edition.interpretations
        return News(
            release=number,
            edition=edition.number,
            happened_at=at,
            title=metadata.title,
            doc_no=metadata.doc_no,
            issuer=metadata.issuer,
            theme=metadata.theme,
            keywords=metadata.keywords,
            column=columns.own(metadata.kind, Role.POLICY).name,
            columns=rules.listed(metadata.kind, [one.role for one in edition.documents]),
            summary="" if gone else edition.policy.summary,
            official_at=official_at,
            address=address,
            certificate=f"{self._url}/c/{number}",
            interpretations=tuple(Link(title=one.title, address=self._page(number, one.name)) for one in read),
            notice=notice,
        )

    def _page(self, release: int, name: str) -> str:
        return self._url + addresses.path(release, name)


def _key(news: News, one: Passed) -> str:
    """What is told once. A withdrawal is seen on each channel and for each document: the first of them tells it."""
    if news.notice and news.notice.is_withdrawal:
        return f"withdrawn:{news.release}:{news.notice.serial}"
    return f"entry:{one.seq}"
