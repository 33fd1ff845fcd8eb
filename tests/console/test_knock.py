"""试连接: a person asks whether a channel would let us in; nothing is sent and nothing is logged."""

from pathlib import Path

import pytest

from channels.contract import ChannelError
from hub.app import House
from schemas.delivery import Reaction
from tests.console.conftest import Enter


async def test_what_keeps_us_out_is_said_in_the_channels_own_words(
    house: House, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher = await enter("publisher")

    async def refused() -> None:
        raise ChannelError(Reaction.CREDENTIALS, "40013", "凭据已失效")

    monkeypatch.setattr(house.hub.channels["rss"], "knock", refused)
    page = await publisher.send(await publisher.get("/channels"), "/channels/rss/knock")
    assert "订阅源连接不通：凭据已失效" in page.words


async def test_an_unreachable_site_and_an_unwritable_tree_are_both_found(house: House, enter: Enter) -> None:
    admin = await enter("admin")
    # Nothing listens at the address of this house's site.
    page = await admin.send(await admin.get("/channels"), "/channels/website/knock")
    assert "网站连接不通" in page.words
    _block(house.settings.data_dir / "site")
    page = await admin.send(page, "/channels/website/knock")
    assert "不能写入" in page.words


async def test_an_editor_may_not_ask(enter: Enter) -> None:
    editor = await enter("editor")
    token = str((await editor.get("/")).form("/logout").select_one("input")["value"])  # type: ignore[index]
    assert (await editor.post("/channels/website/knock", {"_token": [token]})).status == 403


def _block(folder: Path) -> None:
    folder.rmdir()
    folder.write_text("in the way", "utf-8")
