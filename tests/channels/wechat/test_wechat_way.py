import asyncio
import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from channels import contract
from schemas.delivery import Reaction
from schemas.parcel import Parcel
from schemas.publication import Receipt, Sighting
from tests.channels.wechat.stage import AES_KEY, SECRET, Opener, Stage, patiently

MakeParcel = Callable[..., Parcel]


async def published(one: Stage, parcel: Parcel, notes: Any) -> tuple[Receipt, tuple[Sighting, ...]]:
    await one.channel.prepare(parcel, notes)
    receipt = await one.channel.commit(parcel, notes)
    return receipt, await patiently(lambda: one.channel.sight(parcel, receipt, notes))


@pytest.mark.parametrize(("aes_key", "form"), [("", "xml"), ("", "json"), (AES_KEY, "xml"), (AES_KEY, "json")])
async def test_the_event_brings_the_addresses_and_no_poll_is_spent(
    stage: Opener, make_parcel: MakeParcel, notes: Any, aes_key: str, form: str
) -> None:
    one = await stage(aes_key=aes_key, callback_format=form, account={"poll_seconds": (60.0,)})
    parcel = make_parcel()
    _, sightings = await published(one, parcel, notes)
    assert [found.document for found in sightings] == ["policy", "interpretation-1"]
    assert all(found.address.startswith(f"{one.base}/s/") for found in sightings)
    assert "/cgi-bin/freepublish/get" not in (await one.book())["calls"]


async def test_a_lost_event_is_made_up_for_by_sparse_polls(stage: Opener, make_parcel: MakeParcel, notes: Any) -> None:
    one = await stage(publish_delay_seconds=0.2)
    await one.order("freepublish/submit", "lost_event")
    _, sightings = await published(one, make_parcel(), notes)
    assert len(sightings) == 2
    assert one.heard == []
    assert 1 <= (await one.book())["calls"]["/cgi-bin/freepublish/get"] <= 3


async def test_an_event_that_overtakes_the_reply_is_used(stage: Opener, make_parcel: MakeParcel, notes: Any) -> None:
    one = await stage(account={"poll_seconds": (60.0,)})
    await one.order("freepublish/submit", "early_event")
    assert len((await published(one, make_parcel(), notes))[1]) == 2


async def test_a_doubled_event_changes_nothing(stage: Opener, make_parcel: MakeParcel, notes: Any) -> None:
    one = await stage()
    await one.order("freepublish/submit", "duplicate_event")
    await published(one, make_parcel(), notes)
    await asyncio.sleep(0.1)
    assert len(one.heard) == 2
    assert one.heard[0] == one.heard[1]


@pytest.mark.parametrize("status", [2, 3, 4, 5, 6])
async def test_a_bad_end_is_told_in_chinese(stage: Opener, make_parcel: MakeParcel, notes: Any, status: int) -> None:
    one = await stage()
    await one.order("freepublish/submit", "status", status=status)
    with pytest.raises(contract.ChannelError) as caught:
        await published(one, make_parcel(), notes)
    assert caught.value.trouble.reaction is Reaction.CONTENT
    assert caught.value.trouble.code == f"publish_status_{status}"
    assert "公众平台" in caught.value.trouble.detail


async def test_bad_news_by_callback_is_confirmed_before_it_is_believed(
    stage: Opener, make_parcel: MakeParcel, notes: Any, letterbox: Any
) -> None:
    one = await stage(callbacks=False, account={"poll_seconds": (60.0,)})
    parcel = make_parcel()
    await one.channel.prepare(parcel, notes)
    receipt = await one.channel.commit(parcel, notes)
    await asyncio.sleep(0.1)
    forged = {"publish_id": receipt.id, "status": 4, "article_id": "", "urls": {}, "failed": [1]}
    letterbox.messages["wechat", f"publish:{receipt.id}"] = forged
    assert len(await one.channel.sight(parcel, receipt, notes)) == 2


async def test_a_page_with_other_words_is_no_sighting(stage: Opener, make_parcel: MakeParcel, notes: Any) -> None:
    one = await stage()
    parcel = make_parcel()
    receipt, _ = await published(one, parcel, notes)
    other = make_parcel(body="<p>另一份文件。</p>", key=parcel.key)
    with pytest.raises(contract.NotYetError):
        await one.channel.sight(other, receipt, notes)


async def test_an_address_on_another_host_is_never_fetched(
    stage: Opener, make_parcel: MakeParcel, notes: Any, site: contract.Site
) -> None:
    one = await stage()
    parcel = make_parcel(interpretations=0)
    receipt = Receipt(id="1", addresses={"policy": f"{site.url}/zcwj/1001.html"})
    with pytest.raises(contract.NotYetError):
        await one.channel.sight(parcel, receipt, notes)


async def test_images_are_uploaded_once_and_seen_on_the_page(
    stage: Opener, make_parcel: MakeParcel, make_attachment: Any, notes: Any, blobs: Any
) -> None:
    one = await stage()
    out = io.BytesIO()
    Image.new("RGB", (2, 2), "#7a1f1c").save(out, "PNG")
    pixel = out.getvalue()
    image = make_attachment(pixel, "图.png", "image/png")
    blobs.put(pixel)
    body = f'<p>如图：</p><p><img src="blob:{image.sha256}"><img src="blob:{image.sha256}"></p>'
    _, sightings = await published(one, make_parcel(body=body, images=(image,)), notes)
    assert (await one.book())["calls"]["/cgi-bin/media/uploadimg"] == 1
    async with one.tools.http.get(sightings[0].address) as response:
        assert (await response.text()).count("/mmbiz/") == 3  # the cover and the image twice


async def test_preparing_twice_makes_one_draft(stage: Opener, make_parcel: MakeParcel, notes: Any) -> None:
    one = await stage()
    parcel = make_parcel()
    await one.channel.prepare(parcel, notes)
    await one.channel.prepare(parcel, notes)
    book = await one.book()
    assert (len(book["drafts"]), len(book["materials"])) == (1, 1)
    assert book["articles"] == {}


async def test_no_secret_is_in_the_notes(stage: Opener, make_parcel: MakeParcel, notes: Any) -> None:
    one = await stage()
    await published(one, make_parcel(), notes)
    assert SECRET not in repr(notes.kept)
    assert "access_token" not in repr(notes.kept)
