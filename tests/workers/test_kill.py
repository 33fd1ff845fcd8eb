"""kill -9 between any two steps, then another worker: delivered once, nothing lost."""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from hub import bell
from hub.app import House
from hub.commands import publishing
from hub.demo.stage import Stage
from hub.store import deliveries, releases
from schemas.delivery import FINAL, Action, Delivery, DeliveryState
from schemas.person import Person
from tests import making
from workers import main

PROGRAM = Path(__file__).with_name("dying_worker.py")
#: The boundaries round the irreversible call, on the channel that has no idempotency key of its own.
POINTS = [
    ("after", "Intended", "wechat"),
    ("before", "Accepted", "wechat"),
    ("before", "Accepted", "disclosure"),
]


async def die(house: House, moment: str, event: str, channel: str) -> int:
    given = house.settings.model_dump(mode="json") | {"worker_name": "doomed"}
    where = {k: getattr(house.servers, k) for k in ("database_url", "owner_url", "redis_url")}
    doomed = await asyncio.create_subprocess_exec(
        sys.executable, str(PROGRAM), moment, event, channel, json.dumps(given), json.dumps(where)
    )
    return await asyncio.wait_for(doomed.wait(), 30)


@asynccontextmanager
async def working(house: House) -> AsyncIterator[None]:
    stopping = asyncio.Event()
    task = asyncio.create_task(main.work(house, stopping))
    try:
        yield
    finally:
        stopping.set()
        await task


async def settled(house: House, release: int) -> list[Delivery]:
    """Wait until everything about the release is done; fail when a person would be needed."""
    async with asyncio.timeout(30):
        while True:
            async with house.engine.connect() as connection:
                found = await deliveries.of_release(connection, release)
            assert not [d for d in found if d.state in {DeliveryState.HELD, DeliveryState.FAILED}]
            annotated = any(d.action is Action.ANNOTATE for d in found)
            if annotated and all(d.state in FINAL for d in found):
                return found
            await asyncio.sleep(0.05)


async def books(scene: Stage) -> tuple[list[object], list[object]]:
    """What WeChat and the municipal column say was published, in their own words."""
    async with aiohttp.ClientSession() as http:
        async with http.post(f"{scene.wechat_url}/cgi-bin/stable_token", json=_secrets()) as answer:
            token = json.loads(await answer.text())["access_token"]
        ask = {"offset": 0, "count": 20, "no_content": 0}
        url = f"{scene.wechat_url}/cgi-bin/freepublish/batchget?access_token={token}"
        async with http.post(url, json=ask) as answer:
            articles = json.loads(await answer.text())["item"]
        async with http.get(f"{scene.disclosure_url}/sandbox/book") as answer:
            records = json.loads(await answer.text())["records"]
    return articles, list(records.values()) if isinstance(records, dict) else records


def _secrets() -> dict[str, object]:
    return {"grant_type": "client_credential", "appid": "wx0000000000sandbox", "secret": "sandbox-secret"}


@pytest.mark.parametrize(("moment", "event", "channel"), POINTS)
async def test_a_worker_killed_anywhere_publishes_once(
    house: House, scene: Stage, staff: dict[str, Person], moment: str, event: str, channel: str
) -> None:
    edition = await making.approved(house, staff)
    await publishing.publish(house.hub, staff["publisher"], edition.release)
    assert await die(house, moment, event, channel) == -9
    async with working(house):
        found = await settled(house, edition.release)
    published = Counter(d.channel for d in found if d.action is Action.PUBLISH)
    assert published == dict.fromkeys(house.channels, 1)
    articles, records = await books(scene)
    assert len(articles) == 1
    assert len(records) == len(edition.documents)


async def test_an_emptied_queue_loses_nothing(house: House, staff: dict[str, Person]) -> None:
    edition = await making.approved(house, staff)
    await publishing.publish(house.hub, staff["publisher"], edition.release)
    redis = bell.connect(house.servers.redis_url)
    await redis.flushall()
    async with working(house):
        await redis.flushall()
        await settled(house, edition.release)
    await redis.aclose(close_connection_pool=True)


async def test_the_official_time_is_the_earliest_authoritative_sighting(house: House, staff: dict[str, Person]) -> None:
    edition = await making.approved(house, staff)
    await publishing.publish(house.hub, staff["publisher"], edition.release)
    async with working(house):
        found = await settled(house, edition.release)
    authoritative = {name for name, channel in house.channels.items() if channel.settings.authoritative}
    seen = [d.seen_at for d in found if d.action is Action.PUBLISH and d.channel in authoritative and d.seen_at]
    async with house.engine.connect() as connection:
        release = await releases.find(connection, edition.release)
    assert release is not None
    assert release.official_at == min(seen)
