"""How a release goes to WeChat is chosen for each: what it costs is told before, and kept with the delivery."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from hub.app import House
from hub.commands import publishing
from hub.settings import Settings
from hub.store.budgets import Budgets
from schemas.errors import ErrorCode, HubError
from schemas.person import Person
from tests import making
from tests.commands.test_duties_matrix import lost
from tests.console.conftest import Enter
from tests.console.test_publish import asked, going, promise

WECHAT = {"name": "wechat", "kind": "wechat", "app_id": "wx1", "secret": "s", "token": "t"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    website = {"name": "website", "kind": "website", "authoritative": True}
    return Settings(data_dir=tmp_path / "data", public_url="http://localhost:1", channels=(website, WECHAT))


async def logged(house: House, kind: str) -> dict[str, Any]:
    async with house.engine.connect() as connection:
        query = text("SELECT body FROM log_entries WHERE type = :kind ORDER BY seq DESC LIMIT 1")
        body: dict[str, Any] = json.loads((await connection.execute(query, {"kind": kind})).scalar_one())
        return body


async def test_a_mass_send_is_chosen_told_and_kept(house: House, staff: dict[str, Person], enter: Enter) -> None:
    edition = await making.approved(house, staff)
    clerk = await enter("publisher")
    page = await clerk.get(f"/releases/{edition.release}/publish")
    assert "微信公众号的发布方式 发布，不通知关注者" in page.words
    assert "今日群发额度已用 0 / 1 次" in page.words
    sheet = await asked(clerk, edition.release, **{"choice-wechat": "mass"})
    assert "微信公众号为“群发给全部关注者”" in promise(sheet)
    assert "今日群发额度将剩 0 次" in promise(sheet)
    assert "今日发布额度" not in promise(sheet)
    assert "管理员 30 分钟内" in sheet.words
    await clerk.send(sheet, f"/releases/{edition.release}/publish/confirm")
    assert {one.channel: one.choice for one in await going(house, edition.release)} == {"website": "", "wechat": "mass"}
    assert (await logged(house, "release.published"))["data"]["choices"] == {"wechat": "mass"}


async def test_the_usual_way_is_taken_unless_told_otherwise(
    house: House, staff: dict[str, Person], enter: Enter
) -> None:
    edition = await making.approved(house, staff)
    await publishing.publish(house.hub, staff["publisher"], edition.release)
    assert [one.choice for one in await going(house, edition.release)] == ["", "freepublish"]
    other = await making.approved(house, staff)
    budget = next(one for one in house.channels["wechat"].traits.budgets if one.choice == "mass")
    await Budgets(house.engine).spend("wechat", budget)
    sheet = await asked(await enter("publisher"), other.release, **{"choice-wechat": "mass"})
    assert "微信公众号今日额度已用完，重新计数后才会发出" in sheet.words


@pytest.mark.parametrize("choices", [{"wechat": "fax"}, {"website": "mass"}, {"rss": "mass"}])
async def test_a_way_that_is_not_offered_is_refused(
    house: House, staff: dict[str, Person], choices: dict[str, str]
) -> None:
    edition = await making.approved(house, staff)
    with pytest.raises(HubError) as caught:
        await publishing.publish(house.hub, staff["publisher"], edition.release, choices=choices)
    assert caught.value.code is ErrorCode.INVALID
    assert not await going(house, edition.release)


async def test_what_was_taken_away_waits_on_the_workbench_until_somebody_takes_note(
    house: House, staff: dict[str, Person], enter: Enter
) -> None:
    edition = await making.approved(house, staff)
    await publishing.publish(house.hub, staff["publisher"], edition.release, channels=["website"])
    await lost(house, edition.release)
    clerk = await enter("publisher")
    assert "公开之后被移除的（1）" in (await clerk.get("/")).words
    page = await clerk.get(f"/releases/{edition.release}/watched")
    assert "网站 已被移除" in page.words
    done = await clerk.send(page, f"/releases/{edition.release}/watched/note", why="服务器故障，已恢复")
    assert "由publisher先生登记处置" in done.words
    assert "公开之后被移除的" not in (await clerk.get("/")).words
    entry = await logged(house, "loss.noted")
    assert (entry["chan"], entry["data"]) == ("website", {"why": "服务器故障，已恢复"})
