"""What mails say."""

import re
from datetime import UTC, date, datetime

from bs4 import BeautifulSoup

from hub.core import letters
from hub.core.letters import Desk
from schemas.standing import Notice, StandingKind
from tests.core.test_subscribing import news

DESK = Desk("天津市规划和自然资源局", "https://a.test", "https://a.test/subscribe/manage?t=abc")
OFFICIAL = {"official_at": datetime(2026, 11, 26, 2, 30, 5, tzinfo=UTC)}


def test_one_release_with_all_that_a_reader_needs() -> None:
    made = letters.news(DESK, [news(**OFFICIAL)])
    assert made
    assert made.subject == "〔行政规范性文件〕关于规范建设用地审批的通知"
    for wanted in (
        "2026年11月26日 10:30:05（北京时间）",
        "津规资发〔2026〕7号",
        "https://a.test/c/1",
        "一图读懂",
        DESK.manage,
    ):
        assert wanted in made.text
    page = BeautifulSoup(made.html, "html.parser")
    shown = "".join(page.get_text().split())
    said = [line.removesuffix("：") for line in made.text.splitlines() if line.strip("- ")]
    assert [line for line in said if "".join(line.split()) not in shown and not line.startswith("https:")] == []
    assert not page.find_all(["img", "script", "link", "iframe"]), "nothing in it is fetched, so nobody is counted"
    assert {str(link["href"]) for link in page.find_all("a")} == set(re.findall(r"https://\S+", made.text))


def test_what_a_title_holds_is_text() -> None:
    made = letters.news(DESK, [news(title='<script>"&', summary="<b>x</b>", **OFFICIAL)])
    assert made
    assert "<script>" not in made.html
    assert "&lt;script&gt;&quot;&amp;" in made.html
    assert "<b>" not in made.html


def test_many_are_counted_and_cut() -> None:
    made = letters.news(DESK, [news(title=f"第{n}号", **OFFICIAL) for n in range(60)], gathered="本周")
    assert made
    assert made.subject == "本周更新 60 项：第0号 等"
    assert "另有 10 项" in made.text
    assert "第49号" in made.text
    assert "第50号" not in made.text


def test_what_is_gone_is_told_no_longer() -> None:
    assert letters.news(DESK, [news(is_gone=True)]) is None
    made = letters.news(DESK, [news(is_gone=True, title="旧"), news(**OFFICIAL)], gathered="今日")
    assert made
    assert "旧" not in made.text


def test_a_withdrawal_tells_its_reason_and_not_the_text() -> None:
    notice = Notice(
        serial=1,
        kind=StandingKind.WITHDRAWN,
        reason="公开了不应公开的内容",
        ground="",
        successor=None,
        effective_on=date(2026, 11, 27),
        expires_on=None,
        confirmed_at=datetime(2026, 11, 27, tzinfo=UTC),
    )
    made = letters.news(DESK, [news(notice=notice, **OFFICIAL)])
    assert made
    assert made.subject.startswith("〔已撤回〕")
    assert "公开了不应公开的内容" in made.text
    assert "明确办理条件" not in made.text
    assert "一图读懂" not in made.text


def test_links_are_on_words_and_the_language_stays_where_the_outer_tags_are_dropped() -> None:
    asking = letters.confirming(DESK, "https://a.test/subscribe/confirm?t=def")
    told = letters.news(DESK, [news(**OFFICIAL)])
    assert told
    for made in (asking, told):
        page = BeautifulSoup(made.html, "html.parser")
        named = {str(link["href"]): link.get_text() for link in page.find_all("a")}
        assert named
        assert [address for address, words in named.items() if "://" in words] == [], "nobody is read an address"
        assert named[DESK.manage] in {"修改或取消订阅", "查看或取消您已有的订阅"}
        assert page.body
        assert page.body.div
        assert page.body.div["lang"] == "zh-CN"
        assert "".join(page.body.div.get_text().split()) == "".join(page.body.get_text().split())
    assert "https://a.test/subscribe/confirm?t=def" in asking.text, "who reads the plain form finds the address"
