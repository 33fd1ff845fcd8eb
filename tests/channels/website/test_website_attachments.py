"""Attachments and images of the site: where they stand, and what is known before anything is public."""

import hashlib
from typing import Any

import pytest
from lxml import etree  # type: ignore[import-untyped]

from channels import website
from channels.contract import ChannelError, Tools
from channels.tree import Tree
from schemas.delivery import Reaction
from tests.channels.website.shown import MakeParcel, page, publish, tags


async def test_attachments_and_images_stand_at_their_addresses(
    channel: website.Website,
    tools: Tools,
    make_parcel: MakeParcel,
    make_attachment: Any,
    blobs: Any,
    notes: Any,
    shelf: Any,
) -> None:
    blobs.put(b"%PDF")
    blobs.put(b"PNG")
    image = make_attachment(b"PNG", "图.png", "image/png").model_copy(update={"extent": (640, 480)})
    parcel = make_parcel(
        body=f'<p>见图</p><figure><img src="blob:{image.sha256}" alt="图"></figure>',
        attachments=(make_attachment(b"%PDF", "分工表.PDF", "application/pdf"),),
        images=(image,),
    )
    await publish(channel, parcel, notes, shelf)
    root = etree.fromstring(page(channel, parcel).encode(), etree.HTMLParser(encoding="utf-8"))
    (shown,) = root.xpath("//img")
    assert (shown.get("width"), shown.get("height"), shown.get("alt")) == ("640", "480", "图"), (
        "nothing moves as it comes"
    )
    wanted = {root.xpath("//ol//a/@href")[-1]: b"%PDF", root.xpath("//img/@src")[0]: b"PNG"}
    for path, data in wanted.items():
        async with tools.http.get(tools.site.url + path) as answer:
            assert (answer.status, await answer.read()) == (200, data)
    assert dict(tags(page(channel, parcel)))["Image"] == tools.site.url + root.xpath("//img/@src")[0]


@pytest.mark.parametrize("kept", [{}, {hashlib.sha256(b"%PDF").hexdigest(): b"%PDf"}])
async def test_a_missing_or_altered_attachment_is_known_before_anything_is_public(
    channel: website.Website,
    make_parcel: MakeParcel,
    make_attachment: Any,
    blobs: Any,
    notes: Any,
    tree: Tree,
    kept: dict[str, bytes],
) -> None:
    blobs.kept |= kept
    parcel = make_parcel(attachments=(make_attachment(b"%PDF", "a.pdf", "application/pdf"),))
    for step in (channel.prepare, channel.commit):
        with pytest.raises(ChannelError) as refused:
            await step(parcel, notes)
        assert refused.value.trouble.reaction is Reaction.BUG
    assert not list(tree.root.rglob("*"))


async def test_an_image_that_the_document_lacks_is_content_to_edit(
    channel: website.Website, make_parcel: MakeParcel
) -> None:
    with pytest.raises(ChannelError) as refused:
        channel.render(make_parcel(body=f'<p><img src="blob:{"0" * 64}" alt=""></p>'))
    assert refused.value.trouble.reaction is Reaction.CONTENT
