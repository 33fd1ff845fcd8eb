"""Long after the sighting: what a platform or a stranger took away is found, told once, and closed by a person."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from sqlalchemy import text

from hub.app import House
from hub.commands import publishing, watching
from hub.demo.stage import Stage
from hub.store import alarms, watches
from schemas.entry import EntryType
from schemas.person import Person
from schemas.watch import Watch
from tests import making
from tests.workers import town
from tests.working import working
from workers import main, news, reconcile

LOST = (EntryType.PUBLICATION_LOST, EntryType.PUBLICATION_BACK, EntryType.LOSS_NOTED)


async def said(house: House) -> list[dict[str, Any]]:
    """What the log says of losses, oldest first."""
    async with house.engine.connect() as connection:
        query = text("SELECT body FROM log_entries WHERE type = ANY(:types) ORDER BY seq")
        rows = await connection.execute(query, {"types": [str(one) for one in LOST]})
        return [json.loads(row.body) for row in rows]


@asynccontextmanager
async def published(house: House, staff: dict[str, Person], **choices: str) -> AsyncIterator[int]:
    edition = await making.approved(house, staff)
    await publishing.publish(
        house.hub, staff["publisher"], edition.release, channels=["website", "wechat"], choices=choices
    )
    async with working(house):
        await town.settled(house, edition.release)
    worker = main.hire(house)
    while await news.step(house.engine, reconcile.Watches(house.channels)):
        pass
    assert worker.channels
    yield edition.release


async def looked_at(house: House, staff: dict[str, Person], release: int) -> dict[str, Watch]:
    """What everybody knows after a look that a person asked for."""
    worker = main.hire(house)
    assert await watching.look_again(house.hub, staff["publisher"], release) == 2
    for name in ("website", "wechat"):
        while await reconcile.look(worker, name):
            pass
    async with house.engine.connect() as connection:
        return {one.channel: one for one in await watches.of_release(connection, release)}


async def ban(scene: Stage) -> None:
    """The platform bans the one article that it has."""
    async with aiohttp.ClientSession() as http:
        async with http.get(f"{scene.wechat_url}/sandbox/book") as answer:
            ((article_id, article),) = (await answer.json())["articles"].items()
        assert article["msg_id"], "it was to be sent to the followers"
        wanted = {"article_id": article_id, "how": "banned"}
        async with http.post(f"{scene.wechat_url}/sandbox/removal", json=wanted) as answer:
            assert answer.status == 204


async def alarmed(house: House) -> dict[str, int]:
    async with house.engine.connect() as connection:
        return {name: one.lost for name, one in (await alarms.alarms(connection)).items()}


async def test_what_is_taken_away_is_told_once_and_closed_by_a_person(
    house: House, staff: dict[str, Person], scene: Stage
) -> None:
    async with published(house, staff, wechat="mass") as release:
        assert [one.looks for one in (await looked_at(house, staff, release)).values()] == [1, 1]
        assert await said(house) == []
        await ban(scene)
        page = next((scene.settings.data_dir / "site").rglob(f"{release}.html"))
        right = page.read_bytes()
        page.write_bytes(right.replace("为了测试".encode(), "为了捣乱".encode()))
        for _ in range(2):
            found = await looked_at(house, staff, release)
        assert found["website"].losses[0].words == "网页上的正文与发布的不一致，可能被改动"
        assert found["wechat"].losses[0].words == "因违规被平台封禁"
        assert [one["t"] for one in await said(house)] == ["publication.lost"] * 2
        assert await alarmed(house) == {"website": 1, "wechat": 1}
        await watching.note(house.hub, staff["publisher"], release, "wechat", why="已向平台申诉")
        page.write_bytes(right)
        assert not (await looked_at(house, staff, release))["website"].losses
        assert [one["t"] for one in await said(house)][2:] == ["loss.noted", "publication.back"]
        assert await alarmed(house) == {}


async def test_looks_are_counted_and_end_for_the_day(house: House, staff: dict[str, Person]) -> None:
    async with published(house, staff) as release:
        looks = house.channels["wechat"].traits.budgets
        limit = next(one.limit for one in looks if one.endpoint == "watch")
        for _ in range(limit + 2):
            found = await looked_at(house, staff, release)
        assert found["wechat"].looks == limit
        assert found["website"].looks == limit + 2
