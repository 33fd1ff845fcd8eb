"""The cover: drawn, or one of the edition's own pictures that a publisher chose, in both shapes, and uploaded once."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from channels import contract
from channels.conformance.memory import MemoryBlobs
from channels.wechat import cover, photo
from schemas.delivery import Reaction
from schemas.parcel import Parcel
from tests.channels.conftest import attach
from tests.channels.wechat.stage import Opener

MakeParcel = Callable[..., Parcel]


def picture(width: int, height: int, colour: str = "#3366aa") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "PNG")
    return out.getvalue()


def pictured(make_parcel: MakeParcel, blobs: MemoryBlobs, *pictures: bytes) -> Parcel:
    images = tuple(attach(one, f"图{n}.png", "image/png") for n, one in enumerate(pictures, 1))
    for one in pictures:
        blobs.put(one)
    shown = "".join(f'<p><img src="blob:{one.sha256}" alt="图"></p>' for one in images)
    return make_parcel(body=f"<p>见图。</p>{shown}", images=images)


@pytest.mark.parametrize("size", [(1600, 300), (300, 2000), (640, 480)])
def test_a_picture_of_any_shape_fills_both_and_leaves_no_edge(size: tuple[int, int]) -> None:
    made = photo.cover(picture(*size))
    assert made == photo.cover(picture(*size))
    for name, shape in (("pic_crop_235_1", (900, 383)), ("pic_crop_1_1", (900, 900))):
        with Image.open(io.BytesIO(cover.crop(made, name))) as shown:
            assert shown.size == shape
            corners = [shown.getpixel((x, y)) for x in (2, 897) for y in (2, shape[1] - 3)]
        assert all(isinstance(one, tuple) and abs(one[2] - 0xAA) < 8 for one in corners)


@pytest.mark.parametrize(("data", "words"), [(picture(299, 900), "过小"), (b"no picture", "无法读取")])
def test_what_makes_no_cover_is_refused_with_what_is_wrong(data: bytes, words: str) -> None:
    with pytest.raises(contract.ChannelError, match=words) as caught:
        photo.cover(data)
    assert caught.value.trouble.reaction is Reaction.CONTENT


async def test_the_chosen_picture_is_shown_and_named_by_what_is_logged(
    stage: Opener, make_parcel: MakeParcel, blobs: MemoryBlobs, notes: Any
) -> None:
    one, chosen = await stage(), picture(800, 600)
    parcel = pictured(make_parcel, blobs, picture(400, 400, "#aa3333"), chosen)
    drawn = await one.channel.cover(parcel)
    ours = parcel.model_copy(update={"cover": blobs.put(chosen)})
    shown = await one.channel.cover(ours)
    assert [file.name for file in shown] == [file.name for file in drawn] == ["cover.jpg", "cover-square.jpg"]
    assert shown[0].body == cover.crop(photo.cover(chosen), "pic_crop_235_1") != drawn[0].body
    assert one.channel.render(parcel).sha256 != one.channel.render(ours).sha256
    await one.channel.prepare(ours, notes)
    await one.channel.prepare(ours, notes)
    assert len((await one.book())["materials"]) == 1


async def test_a_picture_of_another_edition_stops_before_anything_is_uploaded(
    stage: Opener, make_parcel: MakeParcel, blobs: MemoryBlobs, notes: Any
) -> None:
    one = await stage()
    parcel = pictured(make_parcel, blobs, picture(400, 400)).model_copy(update={"cover": "f" * 64})
    with pytest.raises(contract.ChannelError, match="不在这一版的正文中"):
        await one.channel.prepare(parcel, notes)
    assert (await one.book())["drafts"] == {}
