"""The public's pages: what they promise, what a program that opens every link does to them, and hostile input."""

import re
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import test_utils
from pytest_aiohttp.plugin import AiohttpClient
from sqlalchemy import text

from hub.app import House
from hub.core import subscribing as rules
from hub.settings import Settings
from hub.web import public
from tests.mail import post_office, subscribers
from tests.mail.post_office import PostOffice
from tests.mail.subscribers import follow, official, posted, rows, slips, subscribed

Client = test_utils.TestClient[Any, Any]
FORM = {"address": "reader@home.cn", "frequency": "at_once"}


@pytest.fixture
async def client(house: House, aiohttp_client: AiohttpClient, tmp_path: Path) -> Client:
    return await aiohttp_client(public.make_app(house.hub, site=tmp_path, vkey="", url=house.public_url))


async def seen(client: Client, method: str, path: str, **more: Any) -> tuple[int, str]:
    async with client.request(method, path, **more) as answer:
        if "t=" in path:
            assert (answer.headers["Referrer-Policy"], answer.headers["Cache-Control"]) == ("no-referrer", "no-store")
        return answer.status, await answer.text()


def links(message: str, house: House) -> dict[str, str]:
    """What a mail leads to on our pages: the last part of the path → the address."""
    found = re.findall(rf"{re.escape(house.public_url)}(/subscribe/(\w+)\?t=[\w.-]+)", message)
    return {name: path for path, name in found}


async def asked(house: House, client: Client, office: PostOffice) -> dict[str, str]:
    """Somebody fills in the form; what the mail that comes of it leads to."""
    status, page = await seen(client, "POST", "/subscribe", data=FORM | {"keyword": "测试"})
    assert (status, "请到邮箱确认" in page) == (200, True)
    await posted(house, office)
    (asking,) = office.to("reader@home.cn")
    assert "测试" not in post_office.text(asking) + str(asking["Subject"]), "nothing that a stranger has typed"
    return links(post_office.text(asking), house)


async def test_looking_confirms_nothing_and_the_button_does(house: House, client: Client, office: PostOffice) -> None:
    led = await asked(house, client, office)
    for path in led.values():
        assert (await seen(client, "GET", path))[0] == 200
    assert await rows(house, "SELECT confirmed_at FROM subscriptions") == [(None,)]
    for _ in ("once", "and again"):
        status, page = await seen(client, "POST", led["confirm"])
        assert (status, "订阅成功" in page) == (200, True)
    assert await rows(house, "SELECT confirmed_at IS NULL FROM subscriptions") == [(False,)]
    _, page = await seen(client, "GET", led["confirm"])
    assert ("已经订阅" in page, "<button type=" in page) == (True, False), "what is done needs no button"


async def test_one_click_ends_everything_and_looking_nothing(house: House, client: Client, office: PostOffice) -> None:
    await seen(client, "POST", (await asked(house, client, office))["confirm"])
    await official(house)
    await follow(house)
    await posted(house, office)
    news = office.to("reader@home.cn")[-1]
    assert news["Subject"] == "〔政策文件〕关于测试的通知"
    assert news["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    away = links(str(news["List-Unsubscribe"]), house)["leave"]
    mine = links(post_office.text(news), house)["manage"]
    assert "含“测试”" in (await seen(client, "GET", mine))[1]
    status, page = await seen(client, "GET", away)
    assert (status, mine in page) == (200, True), "whoever wants to end some of them only is led there"
    assert len(await rows(house, "SELECT 1 FROM subscriptions")) == 1
    body = aiohttp.FormData({"List-Unsubscribe": "One-Click"}, default_to_multipart=True)
    status, page = await seen(client, "POST", away, data=body, allow_redirects=False)
    assert (status, "已取消全部订阅" in page) == (200, True)
    left = "SELECT 1 FROM subscribers UNION ALL SELECT 1 FROM subscriptions UNION ALL SELECT 1 FROM mails"
    assert await rows(house, left) == [], "the address is erased with all that was due"
    assert (await seen(client, "POST", away))[0] == 200, "a mailbox may ask again"


async def test_the_answer_is_the_same_for_every_address(house: House, client: Client) -> None:
    await subscribed(house, "known@home.cn")
    async with house.engine.begin() as connection:
        dead = {"d": slips(house).digest("dead@home.cn")}
        query = "INSERT INTO subscribers (digest, silenced_at) VALUES (:d, clock_timestamp())"
        await connection.execute(text(query), dead)
    told: set[tuple[int, str]] = set()
    for address in ("known@home.cn", "dead@home.cn", "new@home.cn", "KNOWN@home.cn"):
        for _ in range(4):
            status, page = await seen(client, "POST", "/subscribe", data=FORM | {"address": address})
            assert page.count(address) == 1, "as it was typed, so that a slip of the finger is seen"
            told.add((status, page.replace(address, "")))
    assert len(told) == 1
    mails = await rows(house, "SELECT count(*) FROM mails GROUP BY subscriber_id ORDER BY subscriber_id")
    assert mails == [(rules.ASKS_PER_ADDRESS,)] * 2, "three a day, in whatever case; none to a mailbox that is none"


async def test_one_of_several_is_ended_and_only_by_its_own_slip(house: House, client: Client) -> None:
    mine = await subscribed(house, "mine@home.cn", column="zcwj")
    await subscribed(house, "mine@home.cn", column="hygk")
    other = await subscribed(house, "other@home.cn")
    ((first,), (theirs,)) = await rows(
        house, "SELECT min(id) FROM subscriptions GROUP BY subscriber_id ORDER BY subscriber_id"
    )
    path = f"/subscribe/manage?t={slips(house).managing(mine)}"
    await seen(client, "POST", path, data={"subscription": str(theirs)})
    assert len(await rows(house, "SELECT 1 FROM subscriptions WHERE subscriber_id = :o", o=other)) == 1
    _, page = await seen(client, "POST", path, data={"subscription": str(first)})
    assert "会议公开" in page
    assert "政策文件，" not in page
    assert len(await rows(house, "SELECT 1 FROM subscriptions WHERE subscriber_id = :m", m=mine)) == 1
    _, page = await seen(client, "POST", path, data={})
    assert "您的邮箱地址已经删除" in page
    assert len(await rows(house, "SELECT 1 FROM subscribers")) == 1


HOSTILE: list[dict[str, Any]] = [
    {"data": {}},
    {"data": FORM | {"address": "no address"}},
    {"data": FORM | {"address": "a@b.cn\r\nBcc: c@d.cn"}},
    {"data": FORM | {"address": '"a b"@home.cn'}},
    {"data": FORM | {"address": "名@home.cn"}},
    {"data": FORM | {"address": "a" * 5000 + "@home.cn"}},
    {"data": FORM | {"frequency": "hourly"}},
    {"data": FORM | {"column": "<script>"}},
    {"data": FORM | {"issuer": "中奖了 http://evil.example"}},
    {"data": FORM | {"keyword": "http://evil.example"}},
    {"data": FORM | {"keyword": "x\x00y"}},
    {"data": b"address=%ff%fe&frequency=at_once", "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
    {"data": b"address=a", "headers": {"Content-Type": "application/x-www-form-urlencoded; charset=nonsense"}},
    {"data": b"--x\r\nbroken", "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
    {"data": b"{}", "headers": {"Content-Type": "application/json"}},
    {"data": {"address": "a" * 40_000}},
]


async def test_what_makes_no_sense_is_told_and_kept_nowhere(house: House, client: Client) -> None:
    for sent in HOSTILE:
        status, page = await seen(client, "POST", "/subscribe", **sent)
        assert 400 <= status < 500, sent
        assert "<script>" not in page
    assert await rows(house, "SELECT 1 FROM subscribers") == []


async def test_what_is_wrong_is_said_first_and_leads_to_its_field(client: Client) -> None:
    status, page = await seen(client, "POST", "/subscribe", data={"address": "x", "frequency": "", "keyword": "x"})
    assert (status, "<title>还没有提交：邮件订阅" in page) == (422, True)
    led = re.findall(r'<li><a href="#(\w+)">', page)
    assert led == ["address", "frequency", "keyword"]
    assert all(page.count(f' id="{name}"') == 1 for name in led)


async def test_each_page_says_when_mails_come_and_speech_finds_the_button(house: House, client: Client) -> None:
    mine = await subscribed(house, "mine@home.cn", column="zcwj", frequency="weekly")
    path = f"/subscribe/manage?t={slips(house).managing(mine)}"
    _, page = await seen(client, "GET", path)
    assert "每周汇总　每周一 8 时（北京时间），没有更新不发" in page
    named = re.findall(r'<button[^>]* aria-label="([^"]+)">([^<]+)<', page)
    assert named == [("取消这一项：政策文件，每周汇总", "取消这一项")], "the name begins with what is seen (WCAG 2.5.3)"


async def test_slips_that_are_not_ours_lead_nowhere(house: House, client: Client) -> None:
    who = await subscribed(house, "mine@home.cn")
    right = slips(house).managing(who)
    # Made once: it carries the second of its making.
    confirming = slips(house).confirming(who)
    for slip in ("", "x", right[:-1], right + "x", confirming, "ü", "%00", "a" * 4000):
        for path in ("confirm", "manage", "leave"):
            for method in ("GET", "POST"):
                status, page = await seen(client, method, f"/subscribe/{path}?t={slip}", data={})
                assert status == (200 if path == "confirm" and slip == confirming else 404)
                # Only whoever wanted to confirm can mend it by asking again.
                assert status == 200 or ("或者再申请一次" in page) is (path == "confirm")
    assert len(await rows(house, "SELECT 1 FROM subscriptions")) == 1


async def test_one_place_and_all_together_are_bounded(
    house: House, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "ASKS_PER_PLACE", 2)
    for number in range(3):
        status, page = await seen(client, "POST", "/subscribe", data=FORM | {"address": f"a{number}@home.cn"})
    assert (status, "近来的申请过多" in page) == (429, True)
    assert len(await rows(house, "SELECT 1 FROM subscribers")) == 2
    monkeypatch.setattr(rules, "ASKS_PER_PLACE", 9)
    for bound in ("MAX_UNCONFIRMED", "MAX_SUBSCRIBERS"):
        with monkeypatch.context() as patch:
            patch.setattr(rules, bound, 2)
            assert (await seen(client, "POST", "/subscribe", data=FORM))[0] == 429
    assert (await seen(client, "POST", "/subscribe", data=FORM))[0] == 200
    kept = await rows(house, "SELECT key FROM throttles")
    assert "127.0.0.1" not in str(kept), "nobody can tell from where it came"


@pytest.mark.parametrize("settings", [None], indirect=True)
async def test_where_mail_is_not_offered_the_page_says_so(house: House, client: Client) -> None:
    status, page = await seen(client, "GET", "/subscribe")
    assert (status, "没有开通邮件订阅" in page, "/feeds/all.atom" in page) == (200, True, True)
    assert "<form" not in page
    await seen(client, "POST", "/subscribe", data=FORM)
    assert await rows(house, "SELECT 1 FROM subscribers") == []


@pytest.fixture
def settings(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    return settings.model_copy(update={"mail": getattr(request, "param", subscribers.MAIL)})
