"""Debian's nginx with our own configuration before a real house, compared with the built-in server answer by answer."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hub.web import media
from tests.web import nginx
from tests.web.raw import Heard, ask
from tests.web.square import FORM, Square
from tests.web.test_serving import ODD

pytestmark = pytest.mark.skipif(
    nginx.PROGRAM is None, reason="nginx is missing: apt-get install --no-install-recommends nginx"
)
#: What differs by nature: the clock, the connection, the name without a version, how a coded body is counted.
OWN = {"date", "connection", "keep-alive", "server", "etag", "content-length", "transfer-encoding"}


@pytest.fixture(scope="module")
async def front(square: Square, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """The address of nginx before the square's hub, over the same tree."""
    async with nginx.started(tmp_path_factory.mktemp("nginx"), square.site, square.url) as url:
        yield url


def places(square: Square) -> list[str]:
    """An address of every kind of answer."""
    asset = next((square.site / "assets").glob("*.css")).name
    return [
        "/",
        "/zcwj/",
        "/zcjd/",
        "/zcwj",
        f"/zcwj/{square.new}.html",
        f"/zcwj/{square.gone}.html",
        f"/zcjd/{square.new}-1.html",
        f"/zcwj/{square.new}/attachment-1.pdf",
        f"/assets/{asset}",
        "/feeds/all.atom",
        "/feeds/all.rss",
        "/feeds/all.json",
        "/feeds/index.json",
        "/sitemap.xml",
        "/404.html",
        "/robots.txt",
        "/healthz",
        "/verify",
        f"/verify/{square.new}",
        "/verify/verify.sh",
        f"/compare/{square.new}",
        f"/c/{square.new}",
        f"/c/{square.new}.tlog-proof",
        f"/c/{square.new}.json",
        "/c/999",
        f"/c/{square.draft}",
        "/log/checkpoint",
        "/log/log.vkey",
        "/log/tile/0/000.p/1",
        "/log/tile/9/999",
        "/nothing",
        "/zcwj/nothing.html",
        "/feeds/nothing.atom",
        "/callbacks/nobody",
    ]


def told(heard: Heard) -> dict[str, str]:
    return {name.lower(): value for name, value in heard.headers.items() if name.lower() not in OWN}


async def both(square: Square, front: str, path: str, method: str = "GET", **headers: str) -> tuple[Heard, Heard]:
    ours, theirs = await asyncio.gather(ask(square.url, path, method, **headers), ask(front, path, method, **headers))
    assert (path, theirs.status) == (path, ours.status)
    assert (path, told(theirs)) == (path, told(ours))
    assert ("ETag" in theirs.headers) is ("ETag" in ours.headers), path
    assert theirs.headers["Server"] == "nginx" or "Server" not in theirs.headers
    return ours, theirs


@pytest.mark.parametrize("accept", ["text/html", "*/*"])
async def test_every_kind_of_answer_is_the_same(square: Square, front: str, accept: str) -> None:
    for path in places(square):
        ours, theirs = await both(square, front, path, Accept=accept)
        assert theirs.body == ours.body, path
        ours, theirs = await both(square, front, path, Accept=accept, Accept_Encoding="gzip")
        assert theirs.body == ours.body, path
        ours, theirs = await both(square, front, path, "HEAD", Accept=accept)
        assert theirs.sent == ours.sent == b"", path


async def test_what_was_fetched_is_not_sent_again(square: Square, front: str) -> None:
    for path in places(square)[:13]:
        for url in (square.url, front):
            for coding in ("", "gzip"):
                first = await ask(url, path, Accept_Encoding=coding)
                if first.status != 200:
                    continue
                again = await ask(url, path, Accept_Encoding=coding, If_None_Match=first.headers["ETag"])
                assert (again.status, again.sent) == (304, b""), (url, path, coding)
        ours, _ = await both(square, front, path)
        if ours.status == 200:
            since = ours.headers["Last-Modified"]
            await both(square, front, path, If_Modified_Since=since)
            await both(square, front, path, If_Modified_Since="Thu, 01 Jan 2037 00:00:00 GMT")
            await both(square, front, path, If_Modified_Since="Thu, 01 Jan 2015 00:00:00 GMT")
            await both(square, front, path, If_None_Match='"another"', If_Modified_Since=since)


@pytest.mark.parametrize(
    "asked", ["bytes=0-4", "bytes=100-", "bytes=-7", "bytes=9999999-", "bytes=0-1,4-5", "lines=1-2"]
)
async def test_parts_are_the_same(square: Square, front: str, asked: str) -> None:
    for path in (f"/zcwj/{square.new}/attachment-1.pdf", f"/zcwj/{square.new}.html"):
        ours, theirs = [await ask(url, path, Range=asked) for url in (square.url, front)]
        assert (ours.status, ours.headers.get("Content-Range")) == (theirs.status, theirs.headers.get("Content-Range"))
        if ours.status == 416:
            continue
        assert (told(theirs), theirs.sent) == (told(ours), ours.sent)
        for url, one in ((square.url, ours), (front, theirs)):
            if one.status == 206:
                whole = await ask(url, path)
                kept = await ask(url, path, Range=asked, If_Range=whole.headers["ETag"])
                assert (kept.status, kept.sent) == (206, one.sent)
                changed = await ask(url, path, Range=asked, If_Range='"another"')
                assert (changed.status, changed.body) == (200, whole.body)
    assert (await ask(front, f"/zcwj/{square.new}/attachment-1.pdf", Range="bytes=5-9")).sent == FORM[5:10]


async def test_other_methods_are_refused_alike(square: Square, front: str) -> None:
    for path in ("/", f"/zcwj/{square.new}.html", "/feeds/all.atom", "/nothing", "/verify", "/healthz"):
        for method in ("POST", "PUT", "DELETE", "OPTIONS"):
            ours, theirs = await both(square, front, path, method)
            assert theirs.body == ours.body, (path, method)


@pytest.mark.parametrize("path", ODD)
async def test_no_odd_address_is_answered(square: Square, front: str, path: str) -> None:
    (square.site / ".gongbu-secret").write_text("secret")
    refused = await ask(front, path)
    assert refused.status in {400, 404}
    assert b"secret" not in refused.body
    assert b"root:" not in refused.body


async def test_while_the_hub_is_away_prepared_pages_stay(square: Square, tmp_path: Path) -> None:
    async with nginx.started(tmp_path, square.site, "http://127.0.0.1:1") as alone:
        assert (await ask(alone, f"/zcwj/{square.new}.html")).status == 200
        away = await ask(alone, "/verify")
        unread = await ask(alone, "/api/public/v1/releases")
    assert (away.status, away.headers["Retry-After"], away.headers["Cache-Control"]) == (503, "5", "no-store")
    assert "暂时不能提供" in away.text
    assert (unread.status, unread.headers["Content-Type"]) == (503, "application/problem+json")
    assert (json.loads(unread.body)["code"], unread.headers["Retry-After"]) == ("unavailable", "5")
    assert "default-src 'none'" in away.headers["Content-Security-Policy"]


def test_both_servers_know_the_same_types() -> None:
    text = nginx.CONFIGURATION.read_text("utf-8").partition("types {")[2].partition("}")[0]
    named = {
        f".{end}": kind
        for kind, *ends in (line.strip().rstrip(";").split() for line in text.strip().splitlines())
        for end in ends
    }
    ours = {end: kind.partition(";")[0] for end, kind in (media.OWN | media.FOREIGN).items()}
    assert named == ours
