"""The button: what is told before it is pressed, and that nothing happens before it is."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from bs4 import Tag

from hub.app import House
from hub.commands import drafting, reviewing, steering
from hub.store import deliveries, releases
from schemas.delivery import Delivery
from schemas.entry import BEIJING
from schemas.person import Person
from schemas.release import ReleaseState
from schemas.review import Decision
from tests import making
from tests.console.clerk import Clerk, Sheet
from tests.console.conftest import Enter


async def going(house: House, release: int) -> list[Delivery]:
    async with house.engine.connect() as connection:
        return await deliveries.of_release(connection, release)


async def asked(clerk: Clerk, release: int, **fields: Any) -> Sheet:
    """The page that asks for the confirmation of this choice."""
    path = f"/releases/{release}/publish"
    return await clerk.send(await clerk.get(path), path, **fields)


def promise(sheet: Sheet) -> str:
    found = sheet.soup.select_one(".promise")
    assert isinstance(found, Tag), sheet.words
    return found.get_text().strip()


async def test_nothing_happens_before_the_confirmation(house: House, staff: dict[str, Person], enter: Enter) -> None:
    edition = await making.approved(house, staff, title="关于《旧办法》的通知")
    clerk = await enter("publisher")
    sheet = await asked(clerk, edition.release)
    assert promise(sheet) == (
        "《关于〈旧办法〉的通知》第1版将在您确认后约 1 分钟同时发布到网站和订阅源两个渠道，"
        "其中网站上首次可见时间为正式发布时间。"
    )
    assert not await going(house, edition.release)
    sheet = await clerk.send(sheet, f"/releases/{edition.release}/publish/confirm")
    assert sheet.path == f"/releases/{edition.release}/progress"
    made = await going(house, edition.release)
    assert [one.channel for one in made] == ["rss", "website"]
    # Both at one moment, and not before it: that is what was promised.
    assert len({one.planned_at for one in made}) == 1


async def test_each_as_ready_is_due_at_once(house: House, staff: dict[str, Person], enter: Enter) -> None:
    edition = await making.approved(house, staff)
    clerk = await enter("publisher")
    sheet = await asked(clerk, edition.release, manner="ready", channels=["rss"])
    assert "将在您确认后立即发布到订阅源，其中没有权威渠道，发布后仍不算正式发布。" in promise(sheet)
    await clerk.send(sheet, f"/releases/{edition.release}/publish/confirm")
    (made,) = await going(house, edition.release)
    assert made.planned_at == made.due_at
    # The other channel can be added later; this one is not offered again.
    boxes = (await clerk.get(f"/releases/{edition.release}/publish")).soup.select("input[name=channels]")
    assert [box["value"] for box in boxes] == ["website"]


async def test_a_set_time_is_beijings(house: House, staff: dict[str, Person], enter: Enter) -> None:
    edition = await making.approved(house, staff)
    clerk = await enter("publisher")
    day = datetime.now(BEIJING).date() + timedelta(days=3)
    sheet = await asked(clerk, edition.release, manner="at", day=day, clock="17:45")
    assert "17:45同时发布到" in promise(sheet)
    await clerk.send(sheet, f"/releases/{edition.release}/publish/confirm")
    made = await going(house, edition.release)
    assert {one.planned_at.astimezone(BEIJING).isoformat() for one in made} == {f"{day}T17:45:00+08:00"}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"channels": None}, "请至少选择一个渠道"),
        ({"channels": ["nowhere"]}, "不能选择"),
        ({"manner": "at", "day": "2020-01-01", "clock": "09:00"}, "不得倒签"),
        ({"manner": "at", "clock": "", "day": "2030-01-01"}, "请填写时刻"),
        ({"manner": "at", "clock": "09:00", "day": ""}, "请选择日期"),
        ({"manner": "at", "clock": "25:61", "day": "2030-01-01"}, "请改正"),
        ({"manner": "at", "clock": "09:00", "day": "9999-12-31"}, "年份过大"),
        ({"manner": "whenever"}, "没有完成"),
    ],
)
async def test_a_choice_that_cannot_be_is_told_beside_its_field(
    fields: dict[str, Any], said: str, house: House, staff: dict[str, Person], enter: Enter
) -> None:
    edition = await making.approved(house, staff)
    sheet = await asked(await enter("publisher"), edition.release, **fields)
    assert sheet.status == 422
    assert said in sheet.words
    assert not await going(house, edition.release)


async def test_what_was_changed_meanwhile_is_not_published_and_told(
    house: House, staff: dict[str, Person], enter: Enter
) -> None:
    edition = await making.approved(house, staff)
    clerk = await enter("publisher")
    sheet = await asked(clerk, edition.release)
    await drafting.edit(house.hub, staff["editor"], edition.release, making.metadata(title="改过的标题"))
    confirm = f"/releases/{edition.release}/publish/confirm"
    refused = await clerk.send(sheet, confirm)
    assert refused.status == 409
    assert "现在不能发布" in refused.words
    await reviewing.submit(house.hub, staff["editor"], edition.release)
    for login, level in making.REVIEWS:
        await reviewing.review(house.hub, staff[login], edition.release, level, Decision.APPROVE)
    again = await clerk.send(sheet, confirm)
    assert again.status == 409
    assert "内容已改为第 2 版，与您确认的不是同一版本" in again.words
    assert not await going(house, edition.release)
    # What is shown now is what is true now, and can be confirmed.
    assert "《改过的标题》第2版" in promise(again)
    assert (await clerk.send(again, confirm)).path.endswith("/progress")
    assert {one.edition for one in await going(house, edition.release)} == {2}


async def test_a_channel_that_was_paused_meanwhile_is_told(
    house: House, staff: dict[str, Person], enter: Enter
) -> None:
    edition = await making.approved(house, staff)
    clerk = await enter("publisher")
    sheet = await asked(clerk, edition.release)
    await steering.pause(house.hub, staff["publisher"], "website", why="机房检修")
    refused = await clerk.send(sheet, f"/releases/{edition.release}/publish/confirm")
    assert refused.status == 409
    assert "网站的情况有变化，现在已暂停" in refused.words
    assert not await going(house, edition.release)
    assert "网站现在不能发送" in refused.words
    assert (await clerk.send(refused, f"/releases/{edition.release}/publish/confirm")).status == 200
    assert len(await going(house, edition.release)) == 2


async def test_pressing_twice_publishes_once(house: House, staff: dict[str, Person], enter: Enter) -> None:
    edition = await making.approved(house, staff)
    clerk = await enter("publisher")
    sheet = await asked(clerk, edition.release)
    for _ in range(2):
        second = await clerk.send(sheet, f"/releases/{edition.release}/publish/confirm")
    assert second.status == 422
    assert len(await going(house, edition.release)) == 2


async def test_a_confirmation_of_ones_own_making_needs_the_edition(
    house: House, staff: dict[str, Person], enter: Enter
) -> None:
    edition = await making.approved(house, staff)
    clerk = await enter("publisher")
    token = str((await clerk.get("/")).form("/logout").find("input")["value"])  # type: ignore[index]
    for digest in ([], [""], ["f0" * 32]):
        fields = {"_token": [token], "channels": ["website"], "manner": ["ready"], "digest": digest}
        assert (await clerk.post(f"/releases/{edition.release}/publish/confirm", fields)).status == 409
    assert not await going(house, edition.release)


async def test_what_is_not_ready_says_why_with_a_way_out(house: House, staff: dict[str, Person], enter: Enter) -> None:
    release = await making.draft(house, staff)
    clerk = await enter("publisher")
    path = f"/releases/{release.id}/publish"
    sheet = await clerk.get(path)
    assert "还在起草" in sheet.words
    assert sheet.soup.select_one(f"a.button[href='/releases/{release.id}/write']")
    await reviewing.submit(house.hub, staff["editor"], release.id)
    sheet = await clerk.get(path)
    assert "缺少：初审、保密审查、复审、终审签发" in sheet.words
    assert sheet.soup.select_one(f"a.button[href='/releases/{release.id}/review']")
    assert not sheet.soup.select("input[name=channels]")


@pytest.mark.parametrize("login", ["editor", "first", "second", "secrecy", "signer", "auditor", "admin"])
async def test_only_publishers_come_in(login: str, house: House, staff: dict[str, Person], enter: Enter) -> None:
    edition = await making.approved(house, staff)
    clerk = await enter(login)
    token = str((await clerk.get("/")).form("/logout").find("input")["value"])  # type: ignore[index]
    path = f"/releases/{edition.release}/publish"
    assert (await clerk.get(path)).status == 403
    fields = {"_token": [token], "channels": ["website"], "manner": ["ready"], "digest": [edition.digest]}
    for place in (path, f"{path}/confirm"):
        assert (await clerk.post(place, fields)).status == 403
    async with house.engine.connect() as connection:
        found = await releases.find(connection, edition.release)
    assert found is not None
    assert found.state is ReleaseState.APPROVED
