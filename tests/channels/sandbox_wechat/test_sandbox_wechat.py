import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.channels.sandbox_wechat.visitor import APP, Body, Opener, jpeg, published


async def test_a_draft_becomes_an_article_that_a_person_can_read_and_leaves_the_box(sandbox: Opener) -> None:
    one = await sandbox()
    draft = await one.draft(title="标<题>")
    assert "errcode" not in draft
    assert draft["item"] == []
    result = await published(one, draft["media_id"])
    assert isinstance(result["publish_id"], int)
    assert result["fail_idx"] == []
    path = "/" + result["article_detail"]["item"][0]["article_url"].split("/", 3)[3]
    status, page = await one.page(path)
    assert status == 200
    assert '<div id="js_content"><p>正文</p></div>' in page
    assert "标&lt;题&gt;" in page
    assert (await one.post("draft/get", {"media_id": draft["media_id"]}))["errcode"] == 40007
    assert "微信公众号沙箱" in (await one.page("/"))[1]


async def test_a_stable_token_stays_and_the_two_families_do_not_meet(sandbox: Opener) -> None:
    one = await sandbox()
    assert (await one.post("stable_token", APP))["access_token"] == one.token
    plain = await one.get("token", **APP)
    assert plain["access_token"] != one.token
    assert (await one.get("draft/count", access_token=plain["access_token"])) == {"total_count": 0}
    assert (await one.get("draft/count", access_token=one.token)) == {"total_count": 0}
    forced = await one.post("stable_token", {**APP, "force_refresh": True})
    assert forced["access_token"] != one.token
    assert (await one.get("draft/count", access_token=one.token))["errcode"] == 40001
    assert (await one.post("stable_token", {**APP, "force_refresh": True}))["errcode"] == 45009


async def test_what_happened_survives_a_restart_even_with_half_a_line(sandbox: Opener, tmp_path: Path) -> None:
    book = tmp_path / "book.jsonl"
    one = await sandbox(book=book, publish_delay_seconds=60.0)
    kept, sent = await one.draft(), await one.draft()
    await one.post("freepublish/submit", {"media_id": sent["media_id"]})
    await one.server.close()
    with book.open("ab") as file:
        file.write(b'{"what": "dra')
    two = await sandbox(book=book, publish_delay_seconds=0.01)
    for _ in range(100):
        if (await two.post("freepublish/batchget", {"offset": 0, "count": 20}))["total_count"]:
            break
        await asyncio.sleep(0.02)
    drafts = await two.post("draft/batchget", {"offset": 0, "count": 20})
    assert [item["media_id"] for item in drafts["item"]] == [kept["media_id"]]
    assert book.read_bytes().endswith(b"\n")


async def test_submitting_a_draft_twice_publishes_it_twice_so_that_a_careless_caller_is_seen(sandbox: Opener) -> None:
    one = await sandbox()
    media_id = (await one.draft())["media_id"]
    await one.post("freepublish/submit", {"media_id": media_id})
    await published(one, media_id)
    for _ in range(100):
        articles = (await one.post("freepublish/batchget", {"offset": 0, "count": 20}))["total_count"]
        if articles == 2:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("only one article")


@pytest.mark.parametrize(
    ("fields", "errcode"),
    [
        ({"title": "题" * 33}, 45003),
        ({"author": "名" * 17}, 45110),
        ({"digest": "要" * 121}, 45004),
        ({"content": "字" * 20_000}, 45002),
        ({"content": ""}, 44003),
        ({"content_source_url": "nowhere"}, 41039),
        ({"thumb_media_id": "foreign"}, 40007),
        ({"title": 7}, 47001),
    ],
)
async def test_fields_beyond_the_limits_are_refused(sandbox: Opener, fields: Body, errcode: int) -> None:
    one = await sandbox()
    answer = await one.draft(**fields)
    assert answer["errcode"] == errcode
    assert " rid: " in answer["errmsg"]


async def test_the_body_is_cleaned(sandbox: Opener) -> None:
    one = await sandbox()
    own = (await one.upload("media/uploadimg", jpeg()))["url"]
    dirty = (
        '<div class="a" id="b" onclick="c()">甲<script>x</script><img src="https://else.where/x.png">'
        f'<a href="https://else.where/">乙</a><img src="{own}"></div>'
    )
    media_id = (await one.draft(content=dirty))["media_id"]
    kept = (await one.post("draft/get", {"media_id": media_id}))["news_item"][0]
    assert kept["content"] == f'<section>甲乙<img src="{own}"/></section>'
    assert kept["digest"] == "甲乙"


async def test_replies_are_written_as_the_platform_writes_them(sandbox: Opener) -> None:
    one = await sandbox()
    form = aiohttp.FormData()
    form.add_field("media", jpeg(), filename="a.jpg")
    address = one.server.make_url("/cgi-bin/media/uploadimg")
    async with one.http.post(address, params={"access_token": one.token}, data=form) as response:
        assert '"url":"http:\\/\\/' in await response.text()


async def test_wrong_files_are_refused(sandbox: Opener) -> None:
    one = await sandbox()
    assert (await one.upload("media/uploadimg", b"not an image"))["errcode"] == 40005
    assert (await one.upload("media/uploadimg", b"x" * 1_000_001))["errcode"] == 40009
    assert (await one.post("media/uploadimg", data=b"", headers={"Content-Type": "multipart/form-data"}))["errcode"]


@pytest.mark.parametrize(("escapes", "errcode"), [("refuse", 40033), ("count", 45003), ("accept", None)])
async def test_escaped_requests_can_be_refused_or_counted(sandbox: Opener, escapes: str, errcode: int | None) -> None:
    # aiohttp escapes what it sends as JSON, which is the mistake meant.
    one = await sandbox(escapes=escapes)
    assert (await one.draft(title="标题一二三四")).get("errcode") == errcode


async def test_calls_are_counted_and_end(sandbox: Opener) -> None:
    one = await sandbox(quotas={"/cgi-bin/draft/batchget": 1}, calls_per_minute=3)
    question = {"offset": 0, "count": 20}
    assert (await one.post("draft/batchget", question))["total_count"] == 0
    assert (await one.post("draft/batchget", question))["errcode"] == 45009
    quota = (await one.post("openapi/quota/get", {"cgi_path": "/cgi-bin/draft/batchget"}))["quota"]
    assert quota == {"daily_limit": 1, "used": 1, "remain": 0}
    answers = [await one.post("material/batchget_material", {"type": "image", **question}) for _ in range(4)]
    assert [answer.get("errcode") for answer in answers] == [None, None, None, 45011]


@pytest.mark.parametrize(
    ("path", "body", "errcode"),
    [
        ("no/such/call", {}, 40066),
        ("draft/get", [], 47001),
        ("draft/batchget", {"offset": 0, "count": 21}, 40035),
        ("draft/count", {}, 43001),
        ("freepublish/get", {"publish_id": "x"}, 53502),
        ("freepublish/getarticle", {"article_id": "x"}, 53600),
        ("material/del_material", {"media_id": "x"}, 40007),
    ],
)
async def test_wrong_calls_get_the_platform_s_codes(sandbox: Opener, path: str, body: Any, errcode: int) -> None:
    assert (await (await sandbox()).post(path, body))["errcode"] == errcode


async def test_an_update_and_a_deletion_are_kept(sandbox: Opener) -> None:
    one = await sandbox()
    media_id = (await one.draft())["media_id"]
    changed = await one.article(title="新标题")
    ok = {"errcode": 0, "errmsg": "ok"}
    assert await one.post("draft/update", {"media_id": media_id, "index": 0, "articles": changed}) == ok
    assert (await one.post("draft/get", {"media_id": media_id}))["news_item"][0]["title"] == "新标题"
    result = await published(one, media_id)
    assert await one.post("freepublish/delete", {"article_id": result["article_id"], "index": 1}) == ok
    path = "/" + result["article_detail"]["item"][0]["article_url"].split("/", 3)[3]
    status, text = await one.page(path)
    assert (status, "该内容已被发布者删除" in text) == (200, True)
