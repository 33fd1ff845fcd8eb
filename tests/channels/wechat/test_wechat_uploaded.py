"""Pictures that the account has on the platform are uploaded once, whatever deliveries show them."""

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from channels import wechat
from channels.conformance.memory import MemoryNotes
from channels.wechat.settings import WeChatSettings
from channels.wechat.uploaded import KEPT, Uploaded
from schemas.parcel import Parcel
from tests.channels.wechat.stage import APP_ID, SECRET, Opener

CALL = "/cgi-bin/media/uploadimg"
PLACE = "https://mmbiz.qpic.cn/a"


def account(**changes: str) -> WeChatSettings:
    return WeChatSettings.model_validate(
        {"name": "wechat", "kind": "wechat", "app_id": APP_ID, "secret": SECRET, **changes}
    )


async def test_a_correction_uploads_its_pictures_no_second_time(
    stage: Opener, make_parcel: Callable[..., Parcel], make_attachment: Any, blobs: Any
) -> None:
    one = await stage()
    out = io.BytesIO()
    Image.new("RGB", (2, 2), "#7a1f1c").save(out, "PNG")
    image = make_attachment(out.getvalue(), "图.png", "image/png")
    blobs.put(out.getvalue())
    body = f'<p>如图：</p><p><img src="blob:{image.sha256}"></p>'
    kept = []
    for number in (1, 2):
        notes = MemoryNotes()
        await one.channel.prepare(make_parcel(number=number, body=body, images=(image,)), notes)
        kept.append(notes.kept[f"image.{image.sha256}"])
    # Another worker on the same machine knows it too.
    other = wechat.build(one.channel.settings.model_dump(), one.tools)
    await other.prepare(make_parcel(number=3, body=body, images=(image,)), MemoryNotes())
    await other.close()
    book = await one.book()
    assert book["calls"][CALL] == 1
    assert kept[0] == kept[1]
    assert len(book["drafts"]) == 3


def test_each_account_at_each_platform_has_its_own_and_none_for_ever(tmp_path: Path) -> None:
    now = datetime(2026, 11, 26, tzinfo=UTC)
    mine = Uploaded(account(), tmp_path, lambda: now)
    assert mine.address(b"one") is None
    mine.keep(b"one", PLACE)
    assert mine.address(b"one") == PLACE
    assert mine.address(b"two") is None
    for other in (account(app_id="wx2"), account(api_base="http://127.0.0.1:1")):
        assert Uploaded(other, tmp_path, lambda: now).address(b"one") is None
    assert Uploaded(account(), tmp_path, lambda: now + KEPT - timedelta(seconds=1)).address(b"one") == PLACE
    for later in (now + KEPT, now - timedelta(seconds=1)):
        assert Uploaded(account(), tmp_path, lambda at=later: at).address(b"one") is None  # type: ignore[misc]


@pytest.mark.parametrize(
    "torn",
    [b"", b"{", b"[]", b"null", b'{"address":7,"at":"x"}', b'{"address":"javascript:1","at":"2026-11-26T00:00Z"}'],
)
def test_what_is_torn_or_cannot_be_written_costs_an_upload(tmp_path: Path, torn: bytes) -> None:
    mine = Uploaded(account(), tmp_path, lambda: datetime(2026, 11, 26, tzinfo=UTC))
    mine.keep(b"one", PLACE)
    (file,) = (tmp_path / "wechat-pictures").rglob("[0-9a-f]" * 64)
    file.write_bytes(torn)
    assert mine.address(b"one") is None
    barred = Uploaded(account(), file, lambda: datetime(2026, 11, 26, tzinfo=UTC))
    barred.keep(b"one", PLACE)
    assert barred.address(b"one") is None
