"""The built-in server over a real tree: codings, conditions, parts, refusals, headers."""

import json
from pathlib import Path
from typing import Any

import pytest

from hub.web import headers
from hub.web.live import page as page_of
from hub.web.tree import IMMUTABLE, LARGE
from tests.web.raw import Heard, ask, in_turn
from tests.web.square import FORM, Square

#: Nothing of these may ever be answered with a file.
ODD = (
    "/../../etc/passwd",
    "/zcwj/../../../etc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/..%2f..%2fetc/passwd",
    "/zcwj/..%2f..%2f..%2flog.key",
    "/zcwj/%2e%2e%2f%2e%2e%2flog.key",
    "/..%5c..%5clog.key",
    "/zcwj/..\\..\\log.key",
    "/%c0%ae%c0%ae/%c0%ae%c0%ae/etc/passwd",
    "/%252e%252e/%252e%252e/etc/passwd",
    "//etc/passwd",
    "/zcwj//1001.html",
    "/zcwj/1001.html%00.txt",
    "/zcwj/%00",
    "/.gongbu-secret",
    "/%2egongbu-secret",
    "/zcwj/.hidden/index.html",
    "/./index.html",
    "/zcwj/./1001.html",
    f"/{'a' * 6000}",
    f"/zcwj/{'/'.join(['a'] * 3000)}",
)


def page(square: Square) -> str:
    return f"/zcwj/{square.new}.html"


async def test_a_page_comes_in_each_coding_under_a_name_of_its_own(square: Square) -> None:
    plain, packed, br = [await ask(square.url, page(square), Accept_Encoding=one) for one in ("", "gzip", "gzip, br")]
    file = (square.site / "zcwj" / f"{square.new}.html").read_bytes()
    assert plain.body == packed.body == br.body == file
    assert [one.headers.get("Content-Encoding") for one in (plain, packed, br)] == [None, "gzip", "br"]
    assert len(br.sent) < len(packed.sent) < len(plain.sent)
    assert len({one.headers["ETag"] for one in (plain, packed, br)}) == 3
    assert all(one.headers["Vary"] == "Accept-Encoding" for one in (plain, packed, br))
    again = await ask(square.url, page(square), Accept_Encoding="br", If_None_Match=br.headers["ETag"])
    assert (again.status, again.sent, again.headers["ETag"]) == (304, b"", br.headers["ETag"])
    other = await ask(square.url, page(square), Accept_Encoding="gzip", If_None_Match=br.headers["ETag"])
    assert (other.status, other.body) == (200, file)


async def test_a_page_that_changes_is_another_one_in_every_coding(square: Square) -> None:
    file = square.site / "changing.html"
    file.write_text("甲" * 2000, "utf-8")
    first = await ask(square.url, "/changing.html", Accept_Encoding="br")
    file.with_name(".new").write_text("乙" * 2000, "utf-8")
    file.with_name(".new").replace(file)
    second = await ask(square.url, "/changing.html", Accept_Encoding="br", If_None_Match=first.headers["ETag"])
    file.unlink()
    assert (second.status, second.text) == (200, "乙" * 2000)
    assert (await ask(square.url, "/changing.html")).status == 404


async def test_a_part_of_an_attachment_can_be_fetched(square: Square) -> None:
    path = f"/zcwj/{square.new}/attachment-1.pdf"
    whole = await ask(square.url, path)
    assert (whole.status, whole.body, whole.headers["Accept-Ranges"]) == (200, FORM, "bytes")
    part = await ask(square.url, path, Range="bytes=5-9", If_Range=whole.headers["ETag"], Accept_Encoding="br")
    assert (part.status, part.sent) == (206, FORM[5:10])
    assert part.headers["Content-Range"] == f"bytes 5-9/{len(FORM)}"
    changed = await ask(square.url, path, Range="bytes=5-9", If_Range='"another"')
    assert (changed.status, changed.body) == (200, FORM)
    beyond = await ask(square.url, path, Range="bytes=999999-")
    assert (beyond.status, beyond.headers["Content-Range"]) == (416, f"bytes */{len(FORM)}")


async def test_what_is_too_large_for_memory_is_served_in_parts_too(square: Square) -> None:
    file = square.site / "zcwj" / "large.mp4"
    with file.open("wb") as made:
        made.truncate(LARGE + 1)
    part = await ask(square.url, "/zcwj/large.mp4", Range="bytes=1-3")
    head = await ask(square.url, "/zcwj/large.mp4", "HEAD")
    file.unlink()
    assert (part.status, part.sent) == (206, b"\0\0\0")
    assert head.headers["Content-Length"] == str(LARGE + 1)
    for one in (part, head):
        assert one.headers["Content-Type"] == "video/mp4"
        assert one.headers["Content-Security-Policy"].startswith("sandbox")


async def test_on_a_connection_that_stays_the_answer_is_the_same(square: Square) -> None:
    for path in (page(square), "/", "/feeds/all.atom", f"/zcwj/{square.new}/attachment-1.pdf"):
        for coding in ("", "br"):
            alone = await ask(square.url, path, Accept_Encoding=coding)
            for one in await in_turn(square.url, path, Accept_Encoding=coding):
                assert (one.status, one.sent) == (200, alone.sent)
                clock = {"Connection": "close", "Date": one.headers["Date"]}
                assert {**one.headers} | clock == {**alone.headers} | clock


async def test_head_says_what_get_says_and_sends_nothing(square: Square) -> None:
    for path in (page(square), "/", "/feeds/all.atom"):
        got, told = await ask(square.url, path), await ask(square.url, path, "HEAD")
        assert (told.status, told.sent) == (200, b"")
        assert {k: v for k, v in told.headers.items() if k != "Date"} == {
            k: v for k, v in got.headers.items() if k != "Date"
        }


@pytest.mark.parametrize("path", ODD)
async def test_nothing_beside_the_tree_is_given_away(square: Square, path: str) -> None:
    (square.site / ".gongbu-secret").write_text("secret")
    refused = await ask(square.url, path)
    assert refused.status in {400, 404}
    assert b"secret" not in refused.body
    assert b"root:" not in refused.body
    assert "没有找到" in refused.text or refused.status == 400


async def test_a_link_out_of_the_tree_leads_nowhere(square: Square, tmp_path: Path) -> None:
    (tmp_path / "secret.html").write_text("secret")
    link = square.site / "link.html"
    link.symlink_to(tmp_path / "secret.html")
    refused = await ask(square.url, "/link.html")
    link.unlink()
    assert refused.status == 404


async def test_every_answer_has_the_headers_and_no_banner(square: Square) -> None:
    asked = [
        await ask(square.url, "/"),
        await ask(square.url, "/nothing"),
        await ask(square.url, "/zcwj"),
        await ask(square.url, page(square), "DELETE"),
        await ask(square.url, "/verify", "POST"),
        await ask(square.url, f"/c/{square.new}", Accept="text/html"),
        await ask(square.url, "/log/checkpoint"),
        await ask(square.url, "/healthz"),
    ]
    assert [one.status for one in asked] == [200, 404, 301, 405, 415, 200, 200, 200]
    for one in asked:
        assert {name: one.headers.get(name) for name in headers.HEADERS} == headers.HEADERS
        assert "Server" not in one.headers
    assert asked[2].headers["Location"] == "/zcwj/"
    assert set(asked[3].headers["Allow"].split(",")) == {"GET", "HEAD"}
    assert "无法处理这个请求" in asked[3].text


async def test_what_is_no_request_or_fails_is_told_as_a_page_too(
    square: Square, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("a bug of ours: secret")

    monkeypatch.setattr(page_of, "show", broken)
    asked = [
        await ask(square.url, f"/search?q={'a' * 9000}"),
        await ask(square.url, "/", Cookie="a" * 40_000),
        await ask(square.url, "/", Expect="wonders"),
        await ask(square.url, "/search", Accept_Encoding="br"),
        await ask(square.url, "/search", "HEAD"),
    ]
    assert [one.status for one in asked] == [400, 400, 400, 500, 500]
    for one in asked:
        assert {name: one.headers.get(name) for name in headers.HEADERS} == headers.HEADERS
        assert "Server" not in one.headers
        assert one.headers["Content-Type"] == "text/html; charset=utf-8"
        assert one.headers["Cache-Control"] == "no-store"
        assert b"secret" not in one.body
    assert all("<h1>无法处理这个请求</h1>" in one.text and 'href="/"' in one.text for one in asked[:3])
    assert "<h1>系统出错了</h1>" in asked[3].text
    assert asked[4].sent == b""


async def test_what_is_missing_is_told_with_the_prepared_page(square: Square) -> None:
    missing = await ask(square.url, "/nothing", Accept_Encoding="br")
    assert missing.body == (square.site / "404.html").read_bytes()
    assert missing.headers["Cache-Control"] == "no-store"


async def test_types_and_how_long_each_may_be_kept(square: Square) -> None:
    asset = next((square.site / "assets").glob("*.css")).name
    found: dict[str, Heard] = {
        path: await ask(square.url, path)
        for path in (f"/assets/{asset}", "/feeds/all.json", "/feeds/all.atom", "/sitemap.xml", "/robots.txt")
    }
    assert [one.headers["Content-Type"].partition(";")[0] for one in found.values()] == [
        "text/css",
        "application/feed+json",
        "application/atom+xml",
        "application/xml",
        "text/plain",
    ]
    assert found[f"/assets/{asset}"].headers["Cache-Control"] == IMMUTABLE
    assert found["/feeds/all.atom"].headers["Access-Control-Allow-Origin"] == "*"
    assert f"Sitemap: {square.url}/sitemap.xml" in found["/robots.txt"].text
    assert "\nDisallow: /search?\n" in found["/robots.txt"].text, "the form itself names its canonical address"


async def test_who_asks_too_often_is_told_when_to_come_again(square: Square) -> None:
    """The test's own address is a trusted proxy, so each asker has a name that only this test uses."""
    asked = {"X_Forwarded_For": "198.51.100.7", "Accept": "text/html"}
    answers = [await ask(square.url, "/verify", "POST", **asked) for _ in range(11)]
    assert [one.status for one in answers[:10]] == [415] * 10
    assert answers[-1].status == 429
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 5
    assert "请稍后再试" in answers[-1].text
    assert (await ask(square.url, "/verify", "POST", X_Forwarded_For="198.51.100.8")).status == 415
    assert (await ask(square.url, "/verify", **asked)).status == 200, "reading has a purse of its own"
    assert (await ask(square.url, page(square), **asked)).status == 200, "prepared pages are not counted"
    api = [await ask(square.url, "/api/public/v1/", X_Forwarded_For="198.51.100.9") for _ in range(140)][-1]
    assert (api.status, api.headers["Content-Type"]) == (429, "application/problem+json")
    assert json.loads(api.body)["code"] == "too_often"
    assert (api.headers["Access-Control-Allow-Origin"], int(api.headers["Retry-After"])) == ("*", 1)
    forged = {"X_Forwarded_For": "203.0.113.1, 198.51.100.7"}
    assert (await ask(square.url, "/verify", "POST", **forged)).status == 429, "what the asker claims is not believed"
