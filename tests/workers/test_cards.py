"""In a whole town: what the worker published is found by the public within a moment, and gone when it is withdrawn."""

import asyncio
import json
from typing import Any

import aiohttp

from hub.app import House
from hub.commands import publishing
from schemas.person import Person
from tests import making
from tests.workers import town
from tests.working import working


async def search(house: House, words: str) -> Any:
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{house.public_url}/api/public/v1/search", params={"q": words}) as answer,
    ):
        return json.loads(await answer.read())["items"]


async def patiently(house: House, words: str) -> Any:
    async with asyncio.timeout(20):
        while True:
            if found := await search(house, words):
                return found
            await asyncio.sleep(0.05)


async def test_what_is_published_is_found_and_what_is_withdrawn_is_not(house: House, staff: dict[str, Person]) -> None:
    edition = await making.approved(house, staff)
    assert await search(house, "说明了什么") == []
    await publishing.publish(house.hub, staff["publisher"], edition.release)
    async with working(house):
        await town.settled(house, edition.release)
        found = await patiently(house, "说明了什么")
        assert [(one["document"], one["snippet"]) for one in found] == [
            ("interpretation-1", "《关于测试的通知》说明了什么：适用于各单位，方便群众办事，与原规定没有差异。")
        ]
        assert len(await search(house, "关于测试")) == 2
        await making.said(house, staff, edition.release)
        assert await search(house, "关于测试") == []
        await town.settled(house, edition.release)
    assert await search(house, "关于测试") == []
