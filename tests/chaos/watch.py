"""Looks at the town from outside all the while: official times that move, editions that go back, rest."""

import asyncio
import contextlib
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import aiohttp
import asyncpg
from sqlalchemy import make_url

from schemas import addresses
from tests.chaos.author import Story
from tests.chaos.town import Town

LOOK_SECONDS = 0.25
EDITION = re.compile(r"版次\s*(\d+)")
#: What comes after one that is in a person's hands waits for that person too: order is kept per release and channel.
MOVING = """
SELECT count(*) FROM deliveries d WHERE state IN ('waiting', 'working', 'accepted', 'unconfirmed') AND NOT EXISTS (
    SELECT FROM deliveries e WHERE e.release_id = d.release_id AND e.channel = d.channel AND e.id < d.id
    AND e.state IN ('held', 'failed'))
"""
#: How a connection of ours ends when the store is shot.
LOST = (OSError, EOFError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
OFFICIAL = "SELECT id, official_at FROM releases WHERE official_at IS NOT NULL"


@dataclass
class Watch:
    """What was seen, and every reason to doubt it."""

    town: Town
    stories: list[Story]
    official: dict[int, datetime] = field(default_factory=dict)
    checkpoints: list[bytes] = field(default_factory=list)
    doubts: list[tuple[int, str]] = field(default_factory=list)
    moving: int = -1
    _newest: dict[str, int] = field(default_factory=dict)

    async def run(self) -> None:
        """Look until cancelled. Raises what one of the looks died of: a watch that sleeps has seen nothing."""
        async with asyncio.TaskGroup() as group:
            for look in (self._store(), self._pages(), self._log()):
                group.create_task(look)

    async def _store(self) -> None:
        while True:
            try:
                connection = await connect(self.town)
            except LOST:
                self.moving = -1
                await asyncio.sleep(LOOK_SECONDS)
                continue
            with contextlib.suppress(*LOST):
                while True:
                    await self._look(connection)
                    await asyncio.sleep(LOOK_SECONDS)
            connection.terminate()
            self.moving = -1

    async def _look(self, connection: Any) -> None:
        for release, at in await connection.fetch(OFFICIAL, timeout=5):
            first = self.official.setdefault(release, at)
            if first != at:
                self.doubts.append((release, f"the official time moved from {first} to {at}"))
        self.moving = await connection.fetchval(MOVING, timeout=5)

    async def _pages(self) -> None:
        """Every corrected release's page and feed, as the public sees them, must never go back to an older edition."""
        while True:
            corrected = [one for one in self.stories if one.run.way == "corrected" and one.editions]
            for story in corrected[-8:]:
                page = addresses.path(story.release, "policy")
                for path in (page, f"/feeds/release-{story.release}.atom"):
                    await self._page(story.release, path)
            await asyncio.sleep(LOOK_SECONDS)

    async def _page(self, release: int, path: str) -> None:
        text = await fetch(self.town.http, self.town.ports.public_url + path)
        if text is None or not (found := EDITION.search(text)):
            return
        edition, newest = int(found[1]), self._newest.get(path, 0)
        doubt = (release, f"{path} went back from edition {newest} to {edition}")
        if edition < newest and doubt not in self.doubts:
            self.doubts.append(doubt)
        self._newest[path] = max(edition, newest)

    async def _log(self) -> None:
        """Keep checkpoints as an auditor would: the log at the end must extend every one of them."""
        while True:
            text = await fetch(self.town.http, f"{self.town.ports.public_url}/log/checkpoint")
            if text and (not self.checkpoints or self.checkpoints[-1] != text.encode()):
                self.checkpoints.append(text.encode())
            await asyncio.sleep(2.0)


async def fetch(http: aiohttp.ClientSession, address: str) -> str | None:
    """Return the page's text, or None when it is not to be had now."""
    try:
        async with http.get(address, headers={"Cache-Control": "no-cache"}) as answer:
            return await answer.text() if answer.status == 200 else None
    except (aiohttp.ClientError, OSError, TimeoutError):
        return None


async def connect(town: Town) -> Any:
    """Return a connection of our own to the store, past everything of the hub's."""
    url = make_url(town.servers.database_url)
    return await asyncpg.connect(
        host=url.query["host"], port=int(str(url.query["port"])), user=url.username, database=url.database, timeout=5
    )
