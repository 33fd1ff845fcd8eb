"""What programs are served: feeds that the readers of subscribers take, and the same bytes over either protocol."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import aiohttp
import feedparser
import pytest
from reader import make_reader

from hub import embedded
from tests import databases
from tests.browser import town as towns
from tests.browser.town import Town


@pytest.fixture(scope="module")
async def town(
    engines: embedded.Engines, migrated: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Town]:
    """Without PDF copies, which take most of the time and which no reader here asks for."""
    folder = tmp_path_factory.mktemp("readers") / "town"
    async with databases.made(engines, like=migrated) as where, towns.built(folder, where, copies=("docx",)) as one:
        yield one


def addresses(town: Town, *columns: str) -> set[str]:
    paths = [f"/zcwj/{town.notice.id}.html", f"/zcwj/{town.wide.id}.html", f"/zcjd/{town.notice.id}-1.html"]
    paths += [f"/zcjd/{town.wide.id}-{number}.html" for number in (1, 2)]
    return {town.url(path) for path in paths if path.split("/")[1] in columns}


async def test_a_feed_reader_takes_every_document_and_comes_again(town: Town) -> None:
    feeds = {town.url(f"/feeds/all.{kind}") for kind in ("atom", "rss")}

    def subscribe() -> dict[str, set[str | None]]:
        with make_reader(":memory:") as reader:
            for url in feeds:
                reader.add_feed(url)
            for _ in range(2):  # the second time with the validators of the first
                reader.update_feeds(scheduled=False)  # it would wait an hour by itself
                assert not [feed.last_exception for feed in reader.get_feeds() if feed.last_exception]
            return {url: {entry.link for entry in reader.get_entries(feed=url)} for url in feeds}

    assert await asyncio.to_thread(subscribe) == dict.fromkeys(feeds, addresses(town, "zcwj", "zcjd"))


@pytest.mark.parametrize("kind", ["atom", "rss"])
@pytest.mark.parametrize("column", ["zcwj", "zcjd"])
async def test_feedparser_understands_each_columns_feed(town: Town, column: str, kind: str) -> None:
    async with aiohttp.ClientSession() as http, http.get(town.url(f"/feeds/{column}.{kind}")) as answer:
        assert answer.content_type == f"application/{kind}+xml"
        parsed = feedparser.parse(
            await answer.read(), response_headers={"content-type": answer.headers["Content-Type"]}
        )
    assert not parsed.bozo
    assert {entry.link for entry in parsed.entries} == addresses(town, column)
    assert len({entry.id for entry in parsed.entries}) == len(parsed.entries)


async def test_ipv6_and_ipv4_give_the_same_bytes(town: Town, places: dict[str, str]) -> None:
    port = urlsplit(town.url("/")).port
    async with aiohttp.ClientSession() as http:
        for path in [*places.values(), "/sitemap.xml", "/feeds/all.atom"]:
            got = []
            for host in ("[::1]", "127.0.0.1"):
                async with http.get(f"http://{host}:{port}{path}") as answer:
                    got.append((answer.status, answer.headers.get("ETag"), await answer.read()))
            assert got[0] == got[1]
            assert got[0][2]
