"""What partners are sent, shown before it is: the message and the mail as their readers will see them."""

import pytest

from channels.post import Tls
from hub.app import House
from hub.post import MailSettings
from hub.settings import Settings
from schemas.person import Person
from tests import making
from tests.channels.webhook.receiver import SECRET
from tests.console.conftest import Enter


@pytest.fixture
def settings(settings: Settings) -> Settings:
    tables = (
        *settings.channels,
        {"name": "津云", "kind": "webhook", "url": "https://partner.test/hook", "secrets": (SECRET,)},
        {"name": "mail", "kind": "mail", "recipients": ("bgs@unit.test",)},
    )
    mail = MailSettings(host="127.0.0.1", port=1, tls=Tls.NONE, sender="zhengce@bureau.test")
    return settings.model_copy(update={"channels": tables, "mail": mail})


async def test_partners_messages_are_shown_before_they_leave(
    house: House, staff: dict[str, Person], enter: Enter
) -> None:
    release = (await making.draft(house, staff)).id
    clerk = await enter("editor")
    for name, words in (("津云", "推送给对方的政策文件"), ("mail", "收件单位看到的邮件")):
        sheet = await clerk.get(f"/releases/{release}/preview/{name}")
        assert words in sheet.words
        assert "正式发布之后才送出" in sheet.words
        assert SECRET not in sheet.text
        (frame, *_) = sheet.soup.find_all("iframe")
        page = await clerk.get(str(frame["src"]))
        assert "为了测试" in page.text
    sheet = await clerk.get(f"/releases/{release}/preview/mail")
    assert "【政策发布】关于测试的通知" in sheet.words
    assert "1 个地址" in sheet.words
