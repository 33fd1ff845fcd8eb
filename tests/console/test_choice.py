"""How a release goes to WeChat is chosen for each: what it costs is told before, and kept with the delivery."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import text

from channels.conformance.editions import attach
from hub.app import House
from hub.commands import drafting, publishing, reviewing
from hub.core import planning
from hub.settings import Settings
from hub.store import deliveries, engine
from hub.store.budgets import Budgets
from schemas.delivery import Action
from schemas.edition import Edition
from schemas.errors import ErrorCode, HubError
from schemas.person import Person
from schemas.review import Decision
from tests import making
from tests.commands.staging import lost
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


def drawn(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "#3366aa").save(out, "PNG")
    return out.getvalue()


async def pictured(house: House, staff: dict[str, Person], *pictures: bytes) -> Edition:
    """An approved edition that shows these pictures."""
    release = await making.draft(house, staff)
    images = tuple(attach(one, f"图{n}.png", "image/png") for n, one in enumerate(pictures, 1))
    shown = "".join(f'<p><img src="blob:{one.sha256}" alt="地块{n}"></p>' for n, one in enumerate(images, 1))
    policy = making.documents()[0]
    policy = policy.model_copy(update={"body": policy.body + shown, "images": images})
    await drafting.put_document(house.hub, staff["editor"], release.id, policy, data=pictures)
    edition = await reviewing.submit(house.hub, staff["editor"], release.id)
    for login, level in making.REVIEWS:
        await reviewing.review(house.hub, staff[login], release.id, level, Decision.APPROVE)
    return edition


async def test_a_cover_is_chosen_among_the_texts_own_pictures_seen_and_kept(
    house: House, staff: dict[str, Person], enter: Enter
) -> None:
    small, large = drawn(40, 40), drawn(800, 600)
    edition = await pictured(house, staff, small, large)
    clerk = await enter("publisher")
    assert "封面由系统按标题" in (await clerk.get(f"/releases/{edition.release}/preview/wechat")).words
    page = await clerk.get(f"/releases/{edition.release}/publish")
    assert "由系统绘制" in page.words
    assert "图 1：地块1 这张图片40×40 像素，过小" in page.words
    shown = [str(image["src"]) for image in page.soup.select(".faces img")]
    assert len(shown) == 4
    kept = "; ".join(f"{name}={value}" for name, value in clerk.cookies.items())
    for place in shown:
        async with clerk.client.get(place, headers={"Cookie": kept}) as answer:
            assert (answer.status, answer.content_type) == (200, "image/jpeg")
    chosen = edition.policy.images[1].sha256
    refused = await asked(clerk, edition.release, **{"cover-wechat": edition.policy.images[0].sha256})
    assert "过小" in refused.words
    sheet = await asked(clerk, edition.release, **{"cover-wechat": chosen})
    assert "微信公众号的封面用正文中的图 2。" in sheet.words
    await clerk.send(sheet, f"/releases/{edition.release}/publish/confirm")
    assert {one.channel: one.cover for one in await going(house, edition.release)} == {"website": "", "wechat": chosen}
    assert (await logged(house, "release.published"))["data"]["covers"] == {"wechat": chosen}
    preview = await clerk.get(f"/releases/{edition.release}/preview/wechat")
    assert "封面用正文中的图片" in preview.words
    told = await (await enter("auditor")).get(f"/audit/releases/{edition.release}")
    assert f"（封面：wechat 为图片 {chosen[:12]}）" in told.words


async def test_a_withdrawal_is_previewed_as_what_it_asks(house: House, staff: dict[str, Person], enter: Enter) -> None:
    edition = await making.approved(house, staff)
    async with house.engine.begin() as connection:
        now = await engine.now(connection)
        gone = planning.deliveries(edition, ["wechat"], action=Action.WITHDRAW, planned_at=now, now=now)
        await deliveries.add(connection, gone)
    page = await (await enter("publisher")).get(f"/releases/{edition.release}/preview/wechat")
    assert "撤回时请公众号平台删除已发布的图文" in page.words


@pytest.mark.parametrize("covers", [{"website": "a" * 64}, {"rss": "a" * 64}, {"wechat": "a" * 64}])
async def test_a_cover_that_cannot_be_is_refused(
    house: House, staff: dict[str, Person], covers: dict[str, str]
) -> None:
    edition = await making.approved(house, staff)
    with pytest.raises(HubError) as caught:
        await publishing.publish(house.hub, staff["publisher"], edition.release, covers=covers)
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
