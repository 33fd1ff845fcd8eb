import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import test_utils
from PIL import Image

from channels.sandbox import wechat as platform

APP = {"appid": "wx0000000000sandbox", "secret": "sandbox-secret", "grant_type": "client_credential"}
Body = dict[str, Any]


class Client:
    """A program that talks to the sandbox as to the real platform."""

    def __init__(self, http: aiohttp.ClientSession, server: test_utils.TestServer) -> None:
        self.http, self.server = http, server
        self.token = ""

    async def get(self, path: str, **query: str) -> Body:
        async with self.http.get(self.server.make_url(f"/cgi-bin/{path}"), params=query) as response:
            answer: Body = await response.json()
            return answer

    async def post(self, path: str, body: Any = None, **more: Any) -> Body:
        query = {"access_token": self.token, **more.pop("query", {})}
        async with self.http.post(
            self.server.make_url(f"/cgi-bin/{path}"), params=query, **(more or {"json": body})
        ) as response:
            assert response.status == 200
            answer: Body = await response.json()
            return answer

    async def page(self, path: str) -> tuple[int, str]:
        async with self.http.get(self.server.make_url(path)) as response:
            return response.status, await response.text()

    async def upload(self, path: str, data: bytes, name: str = "a.jpg") -> Body:
        form = aiohttp.FormData()
        form.add_field("media", data, filename=name, content_type="image/jpeg")
        return await self.post(path, data=form, query={"type": "image"})

    async def enter(self) -> None:
        self.token = (await self.post("stable_token", APP))["access_token"]

    async def article(self, **fields: Any) -> Body:
        cover = await self.upload("material/add_material", jpeg())
        return {"title": "标题", "content": "<p>正文</p>", "thumb_media_id": cover["media_id"], **fields}

    async def draft(self, **fields: Any) -> Body:
        return await self.post("draft/add", {"articles": [await self.article(**fields)]})


Opener = Callable[..., Awaitable[Client]]


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
async def sandbox(http: aiohttp.ClientSession) -> AsyncIterator[Opener]:
    """`await sandbox(**options)`: a running one, with a token."""
    async with AsyncExitStack() as closing:

        async def begin(**options: Any) -> Client:
            app = platform.make_app(platform.Options(**{"publish_delay_seconds": 0.02, **options}))
            server = test_utils.TestServer(app)
            await server.start_server()
            closing.push_async_callback(server.close)
            client = Client(http, server)
            await client.enter()
            return client

        yield begin


async def published(one: Client, media_id: str) -> Body:
    submitted = await one.post("freepublish/submit", {"media_id": media_id})
    for _ in range(100):
        result = await one.post("freepublish/get", {"publish_id": submitted["publish_id"]})
        if result["publish_status"] != 1:
            return result
        await asyncio.sleep(0.02)
    raise AssertionError("never finished")


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


async def test_an_order_that_is_none_is_refused(sandbox: Opener) -> None:
    one = await sandbox()
    wrong_ones: list[Any] = [{"path": "/x", "fault": "explode"}, {"unknown": 1}, []]
    for wrong in wrong_ones:
        async with one.http.post(one.server.make_url("/sandbox/faults"), json=wrong) as response:
            assert response.status == 400


async def wire(one: Client, path: str) -> bytes:
    """Call without a token and return every byte that comes, until the sandbox has said all."""
    reader, writer = await asyncio.open_connection("127.0.0.1", one.server.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: sandbox\r\n\r\n".encode())
    received = b""
    try:
        async with asyncio.timeout(0.3):
            while data := await reader.read(65_536):
                received += data
    except TimeoutError:
        pass
    writer.close()
    return received


async def order(one: Client, **fault: Any) -> None:
    async with one.http.post(one.server.make_url("/sandbox/faults"), json=fault) as response:
        assert response.status == 200


async def test_an_answer_can_be_said_twice_or_have_a_wrong_length(sandbox: Opener) -> None:
    one, path = await sandbox(), "/cgi-bin/draft/count"
    await order(one, path=path, fault="twice")
    first, second = (await wire(one, path)).split(b"HTTP/1.1 ")[1:]
    assert first == second
    for fault, announces in (("too_short", 1), ("too_long", -1)):
        await order(one, path=path, fault=fault)
        head, _, body = (await wire(one, path)).partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        assert (length - len(body)) * announces > 0


async def test_a_submission_whose_answer_is_spoilt_was_carried_out(sandbox: Opener) -> None:
    one, path = await sandbox(), "/cgi-bin/freepublish/submit"
    for fault in ("garbage", "endless", "drop_reply"):
        media_id = (await one.draft())["media_id"]
        await order(one, path=path, fault=fault)
        address = one.server.make_url(path).with_query(access_token=one.token)
        with pytest.raises((aiohttp.ClientError, ValueError, TimeoutError)):
            async with one.http.post(
                address, json={"media_id": media_id}, timeout=aiohttp.ClientTimeout(total=0.5)
            ) as response:
                await response.json()
    async with one.http.get(one.server.make_url("/sandbox/book")) as response:
        assert len((await response.json())["jobs"]) == 3


async def test_a_fault_may_lie_on_every_call_and_is_withdrawn(sandbox: Opener) -> None:
    one, address = await sandbox(), "/sandbox/faults"
    await order(one, path="/cgi-bin/", fault="http", status=503, retry_after="1", times=1000)
    async with one.http.get(one.server.make_url("/cgi-bin/draft/count")) as response:
        assert (response.status, response.headers["Retry-After"]) == (503, "1")
    async with one.http.get(one.server.make_url(address)) as response:
        told = await response.json()
    assert told["waiting"] == 1
    assert [(struck["fault"], struck["path"]) for struck in told["struck"]] == [("http", "/cgi-bin/draft/count")]
    async with one.http.delete(one.server.make_url(address)):
        pass
    assert (await one.get("draft/count", access_token=one.token))["total_count"] == 0
