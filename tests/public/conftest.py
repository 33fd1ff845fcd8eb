"""A reading room: releases that lie in the store as if they had been seen, and the public application on them."""

import itertools
import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import test_utils
from pytest_aiohttp.plugin import AiohttpClient
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert

from hub.app import House
from hub.store import editions, engine, log, releases, tables
from hub.web import public
from schemas import addresses
from schemas.edition import Edition
from schemas.entry import Act, EntryType
from schemas.release import Document, Role
from tests import making
from tests.store import stock
from workers import cards, news

SITE = "website"
OWNER = "0" * 26
_LEAVE_OFF = text("SELECT setval(pg_get_serial_sequence('cards', 'id'), :place)")


@dataclass(frozen=True)
class Room:
    """Puts releases on the shelf, and asks for them as the public does."""

    house: House
    client: test_utils.TestClient[Any, Any]
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    async def frozen(self, *texts: str, release: int | None = None, **changes: Any) -> Edition:
        """An edition of a new release, or another one of this: a policy with the first text, an interpretation with
        each further one."""
        serial = next(self.numbers)
        metadata = making.metadata(**{"doc_no": f"津规资办发〔2026〕{serial}号"} | changes)
        bodies = texts or ("<p>一、为了测试。</p>",)
        documents = tuple(
            Document(
                role=Role.INTERPRETATION if number else Role.POLICY,
                number=number,
                title=f"《{metadata.title}》解读" if number else metadata.title,
                body=body,
            )
            for number, body in enumerate(bodies)
        )
        async with self.house.engine.begin() as connection:
            number = 1
            if release is None:
                release = (await releases.add(connection, metadata, author=OWNER)).id
            else:
                number = await editions.newest_number(connection, release) + 1
            made = Edition(release=release, number=number, metadata=metadata, documents=documents)
            await editions.freeze(connection, made, (OWNER,))
        return made

    async def seen(self, edition: Edition, *, channel: str = SITE) -> Edition:
        """The channel's pages of the edition were found: a visible delivery, sightings, and an official time."""
        async with self.house.engine.begin() as connection:
            now = await engine.now(connection)
            marks: dict[str, Any] = {"state": "visible", "intended_at": now, "accepted_at": now, "seen_at": now}
            await stock.delivery(connection, channel, of=edition, **marks)
            for one in edition.documents:
                address = self.house.public_url + addresses.path(edition.release, one.name)
                times = {"edition": edition.number, "accepted_at": now, "seen_at": now, "withdrawn_at": None}
                row = {"release_id": edition.release, "document": one.name, "channel": channel, "address": address}
                await connection.execute(_put(tables.publications, row | times | {"receipt": {"id": "1"}}))
                await log.append(connection, [_sighting(edition, one.name, channel, address)])
            if channel == SITE:
                await _official(connection, edition, now)
        return edition

    async def going(self, edition: Edition) -> Edition:
        """The site has taken the edition, and nobody has seen it there."""
        async with self.house.engine.begin() as connection:
            now = await engine.now(connection)
            await stock.delivery(connection, SITE, of=edition, state="accepted", intended_at=now, accepted_at=now)
            p = tables.publications
            mine = (p.c.release_id == edition.release, p.c.channel == SITE)
            await connection.execute(p.update().where(*mine).values(edition=edition.number))
        return edition

    async def shelved(self, *texts: str, **changes: Any) -> Edition:
        """A release that the public can see and find."""
        edition = await self.seen(await self.frozen(*texts, **changes))
        await self.follow()
        return edition

    async def follow(self) -> None:
        """Let the follower read what is new."""
        while await news.step(self.house.engine, cards.Cards(cards.sites(self.house.channels))):
            pass

    async def leave_off_at(self, place: int) -> None:
        """Let the next card stand behind this place, as if there were so many before it."""
        owner = engine.make(self.house.servers.owner_url, pool=1)
        async with owner.begin() as connection:
            await connection.execute(_LEAVE_OFF, {"place": place})
        await owner.dispose()

    async def page(self, path: str, status: int = 200) -> str:
        async with self.client.get(path) as answer:
            text = await answer.text()
            assert answer.status == status, text
            return text

    async def data(self, path: str, status: int = 200) -> Any:
        async with self.client.get(f"/api/public/v1{path}") as answer:
            body = await answer.read()
            assert answer.status == status, body
            return json.loads(body)


def _put(table: Any, row: dict[str, Any]) -> Any:
    keys = ["release_id", "document", "channel"]
    return insert(table).values(row).on_conflict_do_update(index_elements=keys, set_=row)


def _sighting(edition: Edition, document: str, channel: str, address: str) -> Act:
    data = {"document": document, "address": address, "sha256": "0" * 64, "authoritative": channel == SITE}
    return Act(
        type=EntryType.SIGHTING,
        who="worker:test",
        release=edition.release,
        edition=edition.number,
        digest=edition.digest,
        channel=channel,
        action="publish",
        data=data,
    )


async def _official(connection: Any, edition: Edition, now: Any) -> None:
    r = tables.releases
    values = {"state": "released", "edition": edition.number, "official_at": now, "official_channel": SITE}
    unset = r.update().where(r.c.id == edition.release, r.c.official_at.is_(None))
    await connection.execute(unset.values(values))
    await log.append(connection, [Act(type=EntryType.RELEASE_OFFICIAL, who="worker:test", release=edition.release)])


@pytest.fixture
async def room(house: House, aiohttp_client: AiohttpClient) -> Room:
    app = public.make_app(house.hub, site=house.settings.data_dir / "site", vkey="vkey", url=house.public_url)
    return Room(house, await aiohttp_client(app))
