"""The sandbox misbehaves on command: before a call, after it, on the wire, and long after."""

import asyncio
from typing import Any

import aiohttp
import pytest

from tests.channels.sandbox_wechat.visitor import Client, Opener, published


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


@pytest.mark.parametrize(
    ("how", "index", "status", "told"),
    [
        ("deleted", 0, 5, "该内容已被发布者删除"),
        ("banned", 0, 6, "此内容因违规无法查看"),
        ("deleted", 1, 5, "该内容已被发布者删除"),
    ],
)
async def test_what_was_published_can_be_taken_away_later(
    sandbox: Opener, how: str, index: int, status: int, told: str
) -> None:
    one = await sandbox()
    done = await published(one, (await one.draft())["media_id"])
    url = done["article_detail"]["item"][0]["article_url"]
    removal = {"url": url, "how": how, "index": index}
    async with one.http.post(one.server.make_url("/sandbox/removal"), json=removal) as response:
        assert response.status == 204
    after = await one.post("freepublish/get", {"publish_id": done["publish_id"]})
    assert after["publish_status"] == status
    assert told in (await one.page("/" + url.split("/", 3)[3]))[1]
    wrong_ones: list[Any] = [{"url": "nowhere"}, {**removal, "how": "eaten"}, {**removal, "index": 9}, []]
    for wrong in wrong_ones:
        async with one.http.post(one.server.make_url("/sandbox/removal"), json=wrong) as response:
            assert response.status == 400


SEND = {"filter": {"is_to_all": True}, "msgtype": "mpnews", "clientmsgid": "a" * 32}


async def test_a_mass_send_is_known_by_its_clientmsgid_and_counted(sandbox: Opener) -> None:
    one = await sandbox(same_seconds=0.2, mass_per_day=1)
    news = {"mpnews": {"media_id": (await one.draft())["media_id"]}}
    first = await one.post("message/mass/sendall", {**SEND, **news})
    assert (await one.post("message/mass/sendall", {**SEND, **news}))["errcode"] == 45066
    await asyncio.sleep(0.2)
    again = await one.post("message/mass/sendall", {**SEND, **news})
    assert (again["errcode"], again["msg_id"]) == (45065, first["msg_id"])
    other = {"mpnews": {"media_id": (await one.draft())["media_id"]}, "clientmsgid": "b"}
    assert (await one.post("message/mass/sendall", {**SEND, **other}))["errcode"] == 45028
    assert (await one.post("message/mass/get", {"msg_id": first["msg_id"]}))["msg_status"] == "SEND_SUCCESS"
    assert (await one.post("freepublish/batchget", {"offset": 0, "count": 20}))["total_count"] == 0


@pytest.mark.parametrize(
    ("changes", "errcode"),
    [
        ({"clientmsgid": "a" * 33}, 45067),
        ({"msgtype": "text"}, 40008),
        ({"filter": {"is_to_all": False}}, 40152),
        ({"mpnews": {"media_id": "none"}}, 40007),
        ({"mpnews": "none"}, 47001),
    ],
)
async def test_a_wrong_mass_send_gets_the_platforms_code(sandbox: Opener, changes: Any, errcode: int) -> None:
    one = await sandbox()
    wanted = {**SEND, "mpnews": {"media_id": (await one.draft())["media_id"]}, **changes}
    assert (await one.post("message/mass/sendall", wanted))["errcode"] == errcode
    assert (await one.post("message/mass/delete", {"msg_id": 1}))["errcode"] == 40059
