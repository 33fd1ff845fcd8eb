"""The sandbox's public side: an independent party that cleans, escapes and lists for itself."""

import asyncio
import html
from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup

from channels import disclosure
from channels.sandbox.disclosure import intake
from channels.sandbox.disclosure.refusal import RefusedError
from schemas.parcel import Parcel

MakeParcel = Callable[..., Parcel]


async def published(channel: disclosure.Disclosure, platform: Any, parcel: Parcel, notes: Any) -> BeautifulSoup:
    await channel.prepare(parcel, notes)
    receipt = await channel.commit(parcel, notes)
    status, text = await platform.page(receipt.addresses["policy"].removeprefix(platform.base))
    assert status == 200
    return BeautifulSoup(text, "html.parser")


async def test_the_page_is_a_page_of_the_column(
    channel: disclosure.Disclosure, make_parcel: MakeParcel, notes: Any, platform: Any
) -> None:
    page = await published(channel, platform, make_parcel(), notes)
    menu = [link.get_text() for link in page.select(".menu a")]
    assert menu == ["政府信息公开指南", "政府信息公开制度", "法定主动公开内容", "政府信息公开年报"]
    labels = [label.get_text() for label in page.select(".facts dt")][:8]
    assert labels == ["索引号", "主题分类", "发文机关", "成文日期", "标题", "发文字号", "发布日期", "有效性"]


async def test_nothing_active_survives_the_platforms_own_pass(
    channel: disclosure.Disclosure, make_parcel: MakeParcel, notes: Any, platform: Any
) -> None:
    body = '<p onclick="x()">正文</p><script>x()</script><a href="javascript:x()">链接</a><iframe src="//x"></iframe>'
    page = await published(channel, platform, make_parcel(body=body, title="<script>x()</script>通知"), notes)
    assert not page.select("script, iframe, [onclick], [style]")
    assert "javascript:" not in str(page)
    assert page.h1 is not None
    assert page.h1.get_text() == "<script>x()</script>通知"


async def test_an_image_of_the_body_is_served_by_the_platform(
    channel: disclosure.Disclosure, make_parcel: MakeParcel, notes: Any, platform: Any, blobs: Any, make_attachment: Any
) -> None:
    sha256 = blobs.put(b"\x89PNG made up")
    picture = make_attachment(b"\x89PNG made up", "图 1.png", "image/png")
    parcel = make_parcel(body=f'<p>如图<img src="blob:{sha256}" alt="图"></p>', images=(picture,))
    page = await published(channel, platform, parcel, notes)
    [image] = page.select("#article_content img")
    assert (await platform.http.get(f"{platform.base}{image['src']}")).content_type == "image/png"


async def test_the_index_lists_what_the_public_can_see(
    channel: disclosure.Disclosure, make_parcel: MakeParcel, notes: Any, platform: Any
) -> None:
    assert "暂无内容" in (await platform.page("/"))[1]
    await published(channel, platform, make_parcel(), notes)
    _, text = await platform.page("/")
    assert html.escape("关于印发2026年政务公开工作要点的通知") in text
    assert "暂无内容" in (await platform.page("/columns/annual"))[1]
    assert (await platform.page("/records/1000001.json"))[0] == 200
    assert (await platform.page("/records/9.html"))[0] == 404


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"version":1,"action":"publish","records":[]}', b"[" * 100_000])
def test_what_is_no_package_is_malformed(body: bytes) -> None:
    with pytest.raises(RefusedError, match="malformed"):
        intake.package(body)


def test_every_wrong_field_is_named_in_chinese() -> None:
    with pytest.raises(RefusedError) as caught:
        intake.package(b'{"version":1,"action":"publish","records":[{"document":"policy","index_no":"x"}]}')
    assert caught.value.fields["records[0].index_no"] == "索引号格式不正确"
    assert caught.value.fields["records[0].title"] == "标题不能为空"


async def test_an_answer_can_be_said_twice_or_have_a_wrong_length(platform: Any) -> None:
    await platform.fault("twice", path="/")
    first, second = (await wire(platform)).split(b"HTTP/1.1 ")[1:]
    assert first == second
    for fault, announces in (("too_short", 1), ("too_long", -1)):
        await platform.fault(fault, path="/")
        head, _, body = (await wire(platform)).partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        assert (length - len(body)) * announces > 0


async def test_faults_that_wait_can_be_withdrawn_and_those_that_struck_are_told(platform: Any) -> None:
    await platform.fault("http", path="/", status=503, times=1000)
    assert (await platform.page("/"))[0] == 503
    async with platform.http.get(f"{platform.base}/sandbox/faults") as response:
        told = await response.json()
    assert (told["waiting"], [one["fault"] for one in told["struck"]]) == (1, ["http"])
    async with platform.http.delete(f"{platform.base}/sandbox/faults"):
        pass
    assert (await platform.page("/"))[0] == 200


async def wire(platform: Any) -> bytes:
    """Fetch the index and return every byte that comes, until the platform has said all."""
    reader, writer = await asyncio.open_connection("127.0.0.1", platform.server.port)
    writer.write(b"GET / HTTP/1.1\r\nHost: sandbox\r\n\r\n")
    received = b""
    try:
        async with asyncio.timeout(0.3):
            while data := await reader.read(65_536):
                received += data
    except TimeoutError:
        pass
    writer.close()
    return received
