"""What the platform says afterwards: its reviewers send back, hold and confirm; calls are signed or nothing."""

import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import test_utils, web

from channels import contract, disclosure
from channels.conformance.memory import MemoryLetterbox, MemoryNotes
from channels.disclosure import callback
from channels.sandbox import disclosure as sandbox
from schemas.delivery import Reaction
from schemas.parcel import Parcel
from tests.channels.disclosure.conftest import KEY_ID, SECRET, Platform

MakeParcel = Callable[..., Parcel]


async def order(platform: Platform, path: str, method: str = "POST", **body: Any) -> None:
    async with platform.http.request(method, f"{platform.base}/sandbox/{path}", json=body) as response:
        assert response.status == 204


async def test_what_reviewers_send_back_is_for_an_editor(
    platform: Platform, channel: disclosure.Disclosure, make_parcel: MakeParcel, notes: MemoryNotes
) -> None:
    await order(platform, "verdicts", verdict="returned", reason="附件缺少页码")
    parcel = make_parcel()
    await channel.prepare(parcel, notes)
    receipt = await channel.commit(parcel, notes)
    with pytest.raises(contract.ChannelError) as caught:
        await channel.sight(parcel, receipt, notes)
    assert (caught.value.trouble.reaction, caught.value.trouble.code) == (Reaction.CONTENT, "returned")
    assert "附件缺少页码" in caught.value.trouble.detail


async def test_what_waits_for_the_platforms_administrator_is_looked_for_until_it_is_there(
    platform: Platform, channel: disclosure.Disclosure, make_parcel: MakeParcel, notes: MemoryNotes
) -> None:
    await order(platform, "verdicts", verdict="held")
    parcel = make_parcel()
    receipt = await channel.commit(parcel, notes)
    with pytest.raises(contract.NotYetError):
        await channel.sight(parcel, receipt, notes)
    await order(platform, f"confirm/{parcel.key}")
    assert await channel.sight(parcel, receipt, notes)
    number = receipt.addresses["policy"].rpartition("/")[2].removesuffix(".html")
    await order(platform, f"records/{number}", "DELETE")
    with pytest.raises(contract.NotYetError):
        await channel.sight(parcel, receipt, notes)


def call(event: dict[str, Any], *, secret: str = SECRET, late: float = 0.0, method: str = "POST") -> contract.Call:
    body = json.dumps(event).encode()
    stamp = str(int(time.time() - late))
    query = {"timestamp": stamp, "signature": callback.sign(secret, stamp, body)}
    return contract.Call(method=method, query=query, body=body, content_type="application/json")


EVENT = {"event": "returned", "key": "0" * 32, "reason": "请补充附件"}


# Signed when the test runs: between that and collection a long suite may lie.
@pytest.mark.parametrize(
    ("event", "signed", "status"),
    [
        (EVENT, {}, 204),
        (EVENT, {"secret": "another-secret"}, 401),
        (EVENT, {"late": 3600}, 401),
        ({**EVENT, "event": "unheard"}, {}, 422),
        (EVENT, {"method": "GET"}, 405),
    ],
)
async def test_only_what_is_signed_in_time_is_heard(
    channel: disclosure.Disclosure, event: dict[str, Any], signed: dict[str, Any], status: int
) -> None:
    heard = await channel.hear(call(event, **signed))
    assert heard.status == status
    assert list(heard.messages) == (["returned:" + "0" * 32] if status == 204 else [])


@pytest.fixture
async def calling(
    build: Callable[..., disclosure.Disclosure], letterbox: MemoryLetterbox
) -> AsyncIterator[Callable[..., Any]]:
    """`await calling()`: a platform that calls the channel back, and the channel before it."""
    servers = []

    async def begin() -> tuple[Platform, disclosure.Disclosure]:
        async def hear(request: web.Request) -> web.Response:
            told = contract.Call(request.method, dict(request.query), await request.read(), request.content_type)
            heard = await channel.hear(told)
            letterbox.messages.update({("column", key): value for key, value in heard.messages.items()})
            return web.Response(status=heard.status)

        office = web.Application()
        office.router.add_post("/callbacks/column", hear)
        servers.append(test_utils.TestServer(office))
        await servers[-1].start_server()
        url = str(servers[-1].make_url("/callbacks/column"))
        options = sandbox.Options(key_id=KEY_ID, secret=SECRET, delay_seconds=0.0, callback_url=url)
        servers.append(test_utils.TestServer(sandbox.make_app(options)))
        await servers[-1].start_server()
        channel = build(api_base=str(servers[-1].make_url("")).rstrip("/"))
        return Platform(servers[-1], channel._http), channel

    yield begin
    for server in reversed(servers):
        await server.close()


async def test_the_platform_calls_back_what_its_reviewers_said(
    calling: Callable[..., Any], make_parcel: MakeParcel, notes: MemoryNotes, letterbox: MemoryLetterbox
) -> None:
    platform, channel = await calling()
    await order(platform, "verdicts", verdict="returned", reason="栏目不对")
    parcel = make_parcel()
    receipt = await channel.commit(parcel, notes)
    for _ in range(100):
        if letterbox.messages:
            break
        with pytest.raises(contract.ChannelError):
            await channel.sight(parcel, receipt, notes)
    assert letterbox.messages["column", f"returned:{parcel.key}"]["reason"] == "栏目不对"
    await platform.server.close()
    with pytest.raises(contract.ChannelError):
        await channel.sight(parcel, receipt, notes)


async def test_what_the_platform_takes_down_later_is_missed(
    platform: Platform, channel: disclosure.Disclosure, make_parcel: MakeParcel, notes: MemoryNotes
) -> None:
    parcel = make_parcel()
    receipt = await channel.commit(parcel, notes)
    assert await channel.still_there(parcel, receipt, receipt.addresses) == ()
    number = receipt.addresses["policy"].rpartition("/")[2].removesuffix(".html")
    await order(platform, f"records/{number}", "DELETE")
    (loss,) = await channel.still_there(parcel, receipt, receipt.addresses)
    assert (loss.document, loss.address) == ("policy", receipt.addresses["policy"])
