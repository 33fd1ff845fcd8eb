"""The workbench: what waits for whom, with its next step, and what is told beside it."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text

from hub.app import House
from hub.commands import drafting, publishing, reviewing, steering
from hub.store import deliveries, engine
from schemas.delivery import DeliveryState, Reaction, Trouble
from schemas.person import Person
from schemas.review import Decision, Level
from tests import making
from tests.console.clerk import Sheet
from tests.console.conftest import Enter

OFFICIAL = text(
    "UPDATE releases SET state = 'released', official_at = clock_timestamp(), official_channel = 'website' "
    "WHERE id = :release"
)


def steps(sheet: Sheet, heading: str) -> list[str]:
    """Where the lines of the pile with this heading lead."""
    found = next((one for one in sheet.soup.find_all("section") if one.h2 and one.h2.text == heading), None)
    assert found is not None, (heading, [one.text for one in sheet.soup.find_all("h2")])
    return [str(one["href"]) for one in found.select("a.button")]


async def test_an_empty_desk_says_what_to_do_next(enter: Enter) -> None:
    editor = await (await enter("editor")).get("/")
    assert "现在没有等您办理的事" in editor.words
    assert editor.soup.select_one("a.main[href='/releases/new']")
    reviewer = await (await enter("first")).get("/")
    assert "有文件需要您办理时会列在这里" in reviewer.words
    assert "新建" not in reviewer.words


async def test_a_returned_draft_stands_first_with_who_and_why(
    house: House, staff: dict[str, Person], enter: Enter
) -> None:
    own = await making.draft(house, staff, title="还在写的")
    returned = await making.draft(house, staff, title="退回来的")
    await reviewing.submit(house.hub, staff["editor"], returned.id)
    await reviewing.review(
        house.hub, staff["first"], returned.id, Level.FIRST, Decision.RETURN, note="第三条请写明<b>依据</b>"
    )
    sheet = await (await enter("editor")).get("/")
    assert steps(sheet, "待修改（2）") == [f"/releases/{returned.id}/write", f"/releases/{own.id}/write"]
    assert "first先生（初审）于今天" in sheet.words
    assert "退回：第三条请写明<b>依据</b>" in sheet.words
    assert "<b>依据" not in sheet.text
    assert "待修改" not in (await (await enter("editor2")).get("/")).words


async def test_each_level_sees_its_own_turn_and_nobody_their_own_work(
    house: House, staff: dict[str, Person], enter: Enter
) -> None:
    release = await making.draft(house, staff)
    await reviewing.submit(house.hub, staff["editor"], release.id)
    review = [f"/releases/{release.id}/review"]
    desks = {login: await enter(login) for login in ("editor", "first", "second", "secrecy", "signer")}
    seen = {login: (await desk.get("/")).words for login, desk in desks.items()}
    assert "待审核（1）" in seen["first"]
    assert "待审核（1）" in seen["secrecy"]
    assert "待审核" not in seen["second"]
    assert "待签发" not in seen["signer"]
    assert "已提交，等他人审核（1）" in seen["editor"]
    assert "还缺初审、保密审查、复审、终审签发" in seen["editor"]
    for login, level in making.REVIEWS[:3]:
        assert steps(await desks[login].get("/"), "待审核（1）") == review
        await reviewing.review(house.hub, staff[login], release.id, level, Decision.APPROVE)
    assert "待审核" not in (await desks["first"].get("/")).words
    assert steps(await desks["signer"].get("/"), "待签发（1）") == review


async def test_who_wrote_in_it_is_not_asked_to_review_it(house: House, staff: dict[str, Person], enter: Enter) -> None:
    both = staff["first"].model_copy(update={"duties": staff["first"].duties | staff["editor"].duties})
    release = await making.draft(house, staff)
    await drafting.edit(house.hub, both, release.id, making.metadata(title="改过一笔"))
    await reviewing.submit(house.hub, staff["editor"], release.id)
    assert "待审核" not in (await (await enter("first")).get("/")).words


async def test_the_publisher_is_led_to_the_button(house: House, staff: dict[str, Person], enter: Enter) -> None:
    edition = await making.approved(house, staff)
    sheet = await (await enter("publisher")).get("/")
    assert steps(sheet, "待发布（1）") == [f"/releases/{edition.release}/publish"]


async def test_a_delivery_that_stopped_says_why(house: House, staff: dict[str, Person], enter: Enter) -> None:
    release = await stuck(house, staff, Reaction.CONTENT, "正文中有不支持的表格")
    for login, verb in (("publisher", "去处理"), ("admin", "查看"), ("auditor", "查看")):
        sheet = await (await enter(login)).get("/")
        assert steps(sheet, "发不出去的（1）") == [f"/releases/{release}/progress"]
        assert "渠道不接受内容：正文中有不支持的表格。" in sheet.words
        assert verb in sheet.words
    assert "发不出去的" not in (await (await enter("editor2")).get("/")).words


async def test_what_is_planned_stands_there_with_its_time(house: House, staff: dict[str, Person], enter: Enter) -> None:
    edition = await making.approved(house, staff)
    async with house.engine.connect() as connection:
        at = await engine.now(connection) + timedelta(days=2)
    await publishing.publish(house.hub, staff["publisher"], edition.release, at=at)
    sheet = await (await enter("publisher")).get("/")
    assert steps(sheet, "定时发布（1）") == [f"/releases/{edition.release}/progress"]
    assert "发布到订阅源、网站" in sheet.words


async def test_deadlines_are_told_in_words_and_only_while_they_matter(
    house: House, staff: dict[str, Person], enter: Enter
) -> None:
    async with house.engine.connect() as connection:
        today = (await engine.now(connection)).date()
    await making.draft(house, staff, title="早该公开", signed_on=today - timedelta(days=60))
    await making.draft(house, staff, title="刚刚成文", signed_on=today)
    await making.draft(house, staff, title="不公开", signed_on=date(2020, 1, 2), disclosure="closed")
    sheet = await (await enter("publisher")).get("/")
    assert "公开期限（1）" in sheet.words
    assert "早该公开" in sheet.words
    assert "已超期" in sheet.words
    assert "刚刚成文" not in sheet.words
    assert "不公开" not in sheet.words


async def test_channels_are_told_with_who_paused_them(house: House, staff: dict[str, Person], enter: Enter) -> None:
    await steering.pause(house.hub, staff["publisher"], "website", why="机房检修")
    words = (await (await enter("first")).get("/")).words
    assert "网站 已暂停" in words
    assert "由publisher先生暂停：机房检修" in words
    assert "订阅源 正常" in words


async def test_auditors_and_administrators_see_the_log(enter: Enter) -> None:
    for login in ("auditor", "admin"):
        assert "还没有签过名" in (await (await enter(login)).get("/")).words
    assert "还没有签过名" not in (await (await enter("editor")).get("/")).words


async def stuck(house: House, staff: dict[str, Person], reaction: Reaction, detail: str, **changes: object) -> int:
    """A published release whose delivery to the website waits for a person."""
    edition = await making.approved(house, staff)
    await publishing.publish(house.hub, staff["publisher"], edition.release, channels=["website"])
    trouble = Trouble(reaction=reaction, code="x", detail=detail)
    async with house.engine.begin() as connection:
        (before,) = await deliveries.of_release(connection, edition.release)
        after = before.model_copy(update={"state": DeliveryState.HELD, "trouble": trouble, **changes})
        await deliveries.save(connection, before, after)
    return edition.release


async def test_what_stands_still_and_what_is_not_interpreted_is_told_with_its_day(
    house: House, staff: dict[str, Person], enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting, public = await making.draft(house, staff), await making.draft(house, staff, title="没有解读的")
    await reviewing.submit(house.hub, staff["editor"], waiting.id)
    async with house.engine.begin() as connection:
        now = await engine.now(connection)
        await connection.execute(OFFICIAL, {"release": public.id})
    first, signer, editor = await enter("first"), await enter("signer"), await enter("editor")
    assert "审核超过时限" not in (await signer.get("/")).words
    assert steps(await editor.get("/"), "待解读（1）") == [f"/releases/{public.id}/write"]

    async def later(_connection: object) -> datetime:
        return now + timedelta(days=15)

    monkeypatch.setattr(engine, "now", later)
    assert "已超过审核时限 3 个工作日" in (await first.get("/")).words
    assert steps(await signer.get("/"), "审核超过时限的（1）") == [f"/releases/{waiting.id}"]
    words = (await editor.get("/")).words
    assert "前公开解读" in words
    assert "已超期" in words
