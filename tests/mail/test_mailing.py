"""Who is mailed what: each subscriber once per release, only what came after their yes, gathered where they wish it."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from hub.app import House
from hub.core import subscribing
from hub.store import mails
from schemas.entry import BEIJING
from schemas.standing import StandingKind
from tests.mail import post_office, subscribers
from tests.mail.post_office import PostOffice
from tests.mail.subscribers import follow, gone, official, posted, rows, said, subscribed


async def due(house: House) -> dict[int, list[str]]:
    """Subscriber → the occasions of mails that tell news."""
    found: dict[int, list[str]] = {}
    query = "SELECT subscriber_id, occasion FROM mails WHERE subscription_id IS NULL ORDER BY id"
    for who, occasion in await rows(house, query):
        found.setdefault(who, []).append(occasion)
    return found


async def test_each_hears_once_of_what_came_after_their_yes(house: House) -> None:
    await official(house)
    early = await subscribed(house, "early@home.cn")
    await subscribed(house, "early@home.cn", column="zcwj")
    await subscribed(house, "early@home.cn", column="zcjd", keyword="测试", frequency="weekly")
    other = await subscribed(house, "other@home.cn", column="hygk")
    theme = await subscribed(house, "theme@home.cn", theme="综合政务", issuer="天津市规划和自然资源局")
    keyword = await subscribed(house, "word@home.cn", keyword="津规资办发")
    nothing = await subscribed(house, "nothing@home.cn", keyword="海域使用")
    await subscribers.asked(house, "unconfirmed@home.cn")
    edition = await official(house)
    late = await subscribed(house, "late@home.cn")
    await follow(house)
    await follow(house)
    assert {who: len(told) for who, told in (await due(house)).items()} == {early: 1, theme: 1, keyword: 1}
    ((title, release),) = await rows(house, "SELECT news ->> 'title', release_id FROM mailings")
    assert (title, release) == (edition.metadata.title, edition.release)
    assert not {other, nothing, late} & set(await due(house))


async def test_what_is_gathered_leaves_together_at_its_hour(house: House, office: PostOffice) -> None:
    who = await subscribed(house, "day@home.cn", frequency="daily")
    for number in (1, 2):
        await official(house, title=f"第{number}号通知")
        await follow(house)
    ((occasion, told, at),) = await rows(
        house,
        "SELECT occasion, mailings, due_at FROM mails WHERE subscriber_id = :w AND subscription_id IS NULL",
        w=who,
    )
    there = at.astimezone(BEIJING)
    assert (there.hour, there.minute) == (8, 0)
    assert occasion == f"daily:{there:%Y-%m-%dT%H}"
    assert len(told) == 2
    await posted(house, office)
    assert [str(m["Subject"]) for m in office.messages] == ["请确认订阅：政务公开发布平台"]
    await rows_due_now(house)
    await posted(house, office)
    assert office.messages[-1]["Subject"] == "今日更新 2 项：第1号通知 等"
    assert "第2号通知" in post_office.text(office.messages[-1])


async def rows_due_now(house: House) -> None:
    """The hour has come, of a day that is not today: what comes next is gathered for another."""
    query = (
        "UPDATE mails SET due_at = clock_timestamp(), occasion = replace(occasion, 'T08', 'T' || id) "
        "WHERE ended_at IS NULL"
    )
    async with house.engine.begin() as connection:
        await connection.execute(text(query))


async def test_news_for_a_gathering_that_is_on_its_way_waits_for_the_next(house: House) -> None:
    await subscribed(house, "day@home.cn", frequency="daily")
    await official(house)
    await follow(house)
    async with house.engine.begin() as connection:
        await connection.execute(text("UPDATE mails SET fence = 1"))
    await official(house)
    with pytest.raises(mails.LateError):
        await follow(house)
    async with house.engine.begin() as connection:
        await connection.execute(text("UPDATE mails SET occasion = 'daily:2000-01-01' WHERE occasion LIKE 'daily%'"))
    await follow(house)
    assert [len(told) for (told,) in await rows(house, "SELECT mailings FROM mails WHERE occasion LIKE 'daily%'")] == [
        1,
        1,
    ]


async def test_a_withdrawn_text_is_told_no_longer(house: House, office: PostOffice) -> None:
    await subscribed(house, "day@home.cn", frequency="daily")
    await subscribed(house, "now@home.cn")
    edition = await official(house, title="写错了的通知")
    await follow(house)
    await said(house, edition, StandingKind.WITHDRAWN)
    await follow(house)
    await rows_due_now(house)
    await posted(house, office)
    assert not [m for m in office.messages if "写错" in str(m["Subject"])], "it was still waiting"
    assert await rows(house, "SELECT count(*) FROM mails WHERE state = 'dropped'") == [(2,)]


async def test_a_withdrawal_is_told_once_when_it_is_seen(house: House, office: PostOffice) -> None:
    await subscribed(house, "now@home.cn")
    edition = await official(house)
    await follow(house)
    await posted(house, office)
    await said(house, edition, StandingKind.WITHDRAWN, reason="公开了不应公开的内容")
    await gone(house, edition, authoritative=False)
    await gone(house, edition, "interpretation-1")
    await follow(house)
    assert len(await rows(house, "SELECT 1 FROM mailings")) == 1, "nothing is told before it is gone where it counts"
    await gone(house, edition)
    await gone(house, edition)
    await follow(house)
    await posted(house, office)
    (told,) = [m for m in office.messages if m["Subject"] == "〔已撤回〕关于测试的通知"]
    words = post_office.text(told)
    assert ("公开了不应公开的内容" in words, "说明办理的条件" in words) == (True, False)


async def test_other_standings_are_told_when_they_are_confirmed(house: House, office: PostOffice) -> None:
    await subscribed(house, "now@home.cn")
    edition = await official(house)
    await said(house, edition, StandingKind.REPEALED, ground="津规资发〔2026〕9号", successor={"title": "新规定"})
    await follow(house)
    await posted(house, office)
    told = next(m for m in office.messages if "已废止" in str(m["Subject"]))
    assert told["Subject"] == "〔已废止〕关于测试的通知"
    words = post_office.text(told)
    for wanted in ("被新的规定替代", "津规资发〔2026〕9号", "新规定"):
        assert wanted in words


async def test_what_is_long_ago_is_history(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await subscribed(house, "now@home.cn")
    await official(house)
    monkeypatch.setattr(subscribing, "STALE", timedelta(0))
    await follow(house)
    assert await rows(house, "SELECT 1 FROM mailings") == []
