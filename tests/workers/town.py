"""What a town shows of its releases: to people in the vendors' own books, to the public on site and in feeds."""

import asyncio
import json
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import feedparser

from hub import app, evidence
from hub.app import House
from hub.demo.stage import Stage
from hub.log import verify
from hub.log.audit.report import Report
from hub.store import deliveries, log
from schemas.delivery import FINAL, Action, Delivery, DeliveryState
from workers import main


async def settled(house: House, *wanted: int) -> dict[int, list[Delivery]]:
    """Wait until everything about the releases is done; fail when a person would be needed."""
    async with asyncio.timeout(40):
        while True:
            async with house.engine.connect() as connection:
                found = {release: await deliveries.of_release(connection, release) for release in wanted}
            every = [one for of_one in found.values() for one in of_one]
            assert not [d for d in every if d.state in {DeliveryState.HELD, DeliveryState.FAILED}]
            annotated = all(any(d.action is Action.ANNOTATE for d in of_one) for of_one in found.values())
            if annotated and all(d.state in FINAL for d in every):
                return found
            await asyncio.sleep(0.05)


async def articles(scene: Stage) -> Counter[str]:
    """How often WeChat has published each official page's article, by the path of the page."""
    secrets = {"grant_type": "client_credential", "appid": "wx0000000000sandbox", "secret": "sandbox-secret"}
    async with aiohttp.ClientSession() as http:
        async with http.post(f"{scene.wechat_url}/cgi-bin/stable_token", json=secrets) as answer:
            token = json.loads(await answer.text())["access_token"]
        ask = {"offset": 0, "count": 20, "no_content": 0}
        url = f"{scene.wechat_url}/cgi-bin/freepublish/batchget?access_token={token}"
        async with http.post(url, json=ask) as answer:
            book = json.loads(await answer.text())
    assert len(book["item"]) == book["total_count"], "the book has another page"
    shown = [one for item in book["item"] for one in item["content"]["news_item"]]
    return Counter(urlsplit(one["content_source_url"]).path for one in shown)


async def records(scene: Stage) -> dict[str, dict[str, Any]]:
    """The municipal column's records, by their number."""
    async with aiohttp.ClientSession() as http, http.get(f"{scene.disclosure_url}/sandbox/book") as answer:
        book: dict[str, dict[str, Any]] = (await answer.json())["records"]
    return book


def pages(house: House) -> dict[str, str]:
    """Every page of the site's tree, by its path."""
    tree = app.site_dir(house.settings)
    return {f"/{file.relative_to(tree)}": file.read_text("utf-8") for file in tree.rglob("*.html")}


async def feed(house: House, name: str) -> Any:
    """A feed as a reader fetches and understands it."""
    async with aiohttp.ClientSession() as http, http.get(f"{house.public_url}/feeds/{name}") as answer:
        return feedparser.parse(await answer.read())


async def audited(house: House, folder: Path) -> Report:
    """Sign what there is, export it, and have the auditor's verifier judge it."""
    async with house.engine.connect() as connection:
        size = await log.size(connection)
    await main.hire(house).checkpointer.cover(size)
    await evidence.write_export(house.engine, house.signer.vkey, folder)
    policy = f"log {house.signer.vkey}\nquorum none\n".encode()
    return await asyncio.to_thread(verify.verify_directory, folder, policy=policy)


async def acts(house: House) -> list[dict[str, Any]]:
    """The log's entries, oldest first."""
    async with house.engine.connect() as connection:
        size = await log.size(connection)
        return [json.loads(body) async for body in log.entries(connection, 0, size)]
