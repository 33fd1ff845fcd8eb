"""Progress: what is told of each channel, live and without a script, and a person's hand on it."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from hub.app import House
from hub.commands import publishing
from hub.store import circuits, deliveries
from schemas.delivery import Delivery, DeliveryState, Reaction, Step, Trouble
from schemas.entry import BEIJING
from schemas.person import Person
from tests import making
from tests.console.clerk import Clerk, Sheet
from tests.console.conftest import Enter

WRONG = Trouble(reaction=Reaction.CREDENTIALS, code="40001", detail="密钥不正确")
LOST = Trouble(reaction=Reaction.ASK, code="no_answer", detail="没有收到应答")


async def one_delivery(house: House, staff: dict[str, Person], **changes: object) -> Delivery:
    """A delivery to the website, changed as a worker would have."""
    edition = await making.approved(house, staff)
    await publishing.publish(house.hub, staff["publisher"], edition.release, channels=["website"])
    async with house.engine.begin() as connection:
        (before,) = await deliveries.of_release(connection, edition.release)
        after = before.model_copy(update=changes)
        await deliveries.save(connection, before, after)
    return after


async def now_is(house: House, one: Delivery) -> Delivery:
    async with house.engine.connect() as connection:
        found = await deliveries.find(connection, one.id)
    assert found is not None
    return found


def place(one: Delivery) -> str:
    return f"/releases/{one.release}/progress"


async def test_a_release_that_goes_nowhere_says_so(house: House, staff: dict[str, Person], enter: Enter) -> None:
    release = await making.draft(house, staff)
    assert "还没有发布，没有投递" in (await (await enter("auditor")).get(f"/releases/{release.id}/progress")).words


async def test_each_channel_says_its_step_and_the_page_follows_it(
    house: House, staff: dict[str, Person], enter: Enter
) -> None:
    one = await one_delivery(house, staff)
    clerk = await enter("auditor")
    sheet = await clerk.get(place(one))
    assert "网站 等待投递" in sheet.words
    assert "为什么还没有发出来？" in sheet.words
    assert sheet.soup.select_one(f"[data-sse-connect='{place(one)}/events']")
    part = await clerk.get(f"{place(one)}/now", **{"HX-Request": "true"})
    assert part.status == 200
    assert "网站" in part.text
    assert "<html" not in part.text
    # A guest has nothing to press.
    assert not sheet.soup.select("#main form")


async def test_progress_is_told_as_a_stream_of_events(house: House, staff: dict[str, Person], enter: Enter) -> None:
    one = await one_delivery(house, staff, state=DeliveryState.HELD, trouble=WRONG)
    sheet = await (await enter("editor")).get(f"{place(one)}/events")
    assert sheet.headers["Content-Type"].startswith("text/event-stream")
    assert "event: delivery" in sheet.text
    assert sheet.text.rstrip().split("\n\n")[-1].startswith("event: end")


async def test_a_stream_asks_who_listens(house: House, staff: dict[str, Person], enter: Enter) -> None:
    one = await one_delivery(house, staff)
    clerk = await enter("editor")
    clerk.cookies.clear()
    assert (await clerk.get(f"{place(one)}/events")).status == 401
    assert (await clerk.get(f"{place(one)}/now")).status == 401


async def test_what_stopped_is_tried_again_with_one_button(
    house: House, staff: dict[str, Person], enter: Enter
) -> None:
    one = await one_delivery(house, staff, state=DeliveryState.HELD, trouble=WRONG)
    clerk = await enter("publisher")
    sheet = await clerk.get(place(one))
    assert "渠道不接受我方的账号或密钥：密钥不正确。" in sheet.words
    assert "谁来办：管理员" in sheet.words
    assert len(sheet.soup.select("#main form")) == 1
    sheet = await clerk.send(sheet, f"{place(one)}/{one.id}/retry")
    assert "已安排重新办理网站" in sheet.words
    assert (await now_is(house, one)).state is DeliveryState.WAITING


async def unknown(house: House, staff: dict[str, Person]) -> Delivery:
    at = datetime.now(BEIJING)
    return await one_delivery(house, staff, state=DeliveryState.HELD, step=Step.COMMIT, intended_at=at, trouble=LOST)


async def settled(clerk: Clerk, one: Delivery, **fields: Any) -> Sheet:
    path = f"{place(one)}/{one.id}"
    return await clerk.send(await clerk.get(path), f"{path}/settle", **fields)


async def test_what_nobody_knows_is_settled_with_evidence(house: House, staff: dict[str, Person], enter: Enter) -> None:
    one = await unknown(house, staff)
    clerk = await enter("publisher")
    sheet = await clerk.get(place(one))
    assert "填写查明的结果" in sheet.words
    assert "再试一次" not in sheet.words
    # It may be public already: there is no way to cancel it or to give it another time.
    path = f"{place(one)}/{one.id}"
    forms = [str(form["action"]) for form in (await clerk.get(path)).soup.select("#main form")]
    assert forms == [f"{path}/retry", f"{path}/settle"]
    url = "https://example.com/zcwj/1.html"
    told = await settled(clerk, one, published="yes", why="后台可见", **{"address-policy": url})
    assert "已记下网站的结果，系统马上到公开网址查看" in told.words
    after = await now_is(house, one)
    assert after.state is DeliveryState.ACCEPTED
    assert after.receipt is not None
    assert after.receipt.addresses == {"policy": url}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"why": "看过"}, "请改正"),
        ({"published": "yes", "why": "看过"}, "请填写公开网址"),
        ({"published": "yes", "why": "看过", "address-policy": "javascript:alert(1)"}, "不是公开网址"),
        ({"published": "no", "why": ""}, "请改正"),
    ],
)
async def test_a_settlement_without_evidence_or_address_is_refused(
    fields: dict[str, str], said: str, house: House, staff: dict[str, Person], enter: Enter
) -> None:
    one = await unknown(house, staff)
    sheet = await settled(await enter("publisher"), one, **fields)
    assert sheet.status == 422
    assert said in sheet.words
    assert (await now_is(house, one)).state is DeliveryState.HELD


async def test_what_certainly_did_not_go_is_sent_again(house: House, staff: dict[str, Person], enter: Enter) -> None:
    one = await unknown(house, staff)
    await settled(await enter("publisher"), one, published="no", why="后台没有")
    after = await now_is(house, one)
    assert (after.state, after.intended_at) == (DeliveryState.WAITING, None)


async def test_what_has_not_left_gets_another_time_or_is_cancelled_with_a_reason(
    house: House, staff: dict[str, Person], enter: Enter
) -> None:
    one = await one_delivery(house, staff)
    clerk = await enter("publisher")
    path = f"{place(one)}/{one.id}"
    day = datetime.now(BEIJING).date() + timedelta(days=2)
    sheet = await clerk.send(await clerk.get(path), f"{path}/postpone", day=day, clock="09:30")
    assert f"网站改到 {day} 09:30 发布" in sheet.words
    assert (await now_is(house, one)).planned_at.astimezone(BEIJING).isoformat() == f"{day}T09:30:00+08:00"
    past = await clerk.send(await clerk.get(path), f"{path}/postpone", day="2020-01-01", clock="09:30")
    assert past.status == 422
    assert "不得倒签" in past.words
    without = await clerk.send(await clerk.get(path), f"{path}/cancel", why=" ")
    assert without.status == 422
    sheet = await clerk.send(await clerk.get(path), f"{path}/cancel", why="改日再发")
    assert "已取消网站" in sheet.words
    assert (await now_is(house, one)).state is DeliveryState.CANCELLED


async def test_a_delivery_is_found_at_its_own_release_only(
    house: House, staff: dict[str, Person], enter: Enter
) -> None:
    one = await one_delivery(house, staff, state=DeliveryState.HELD, trouble=WRONG)
    other = await making.draft(house, staff)
    clerk = await enter("publisher")
    assert (await clerk.get(f"/releases/{other.id}/progress/{one.id}")).status == 404
    token = str((await clerk.get("/")).form("/logout").find("input")["value"])  # type: ignore[index]
    sheet = await clerk.post(f"/releases/{other.id}/progress/{one.id}/retry", {"_token": [token]})
    assert sheet.status == 404
    assert (await now_is(house, one)).state is DeliveryState.HELD


@pytest.mark.parametrize("login", ["editor", "first", "signer", "auditor", "admin"])
async def test_only_publishers_have_a_hand_on_deliveries(
    login: str, house: House, staff: dict[str, Person], enter: Enter
) -> None:
    one = await one_delivery(house, staff, state=DeliveryState.HELD, trouble=WRONG)
    clerk = await enter(login)
    assert not (await clerk.get(f"{place(one)}/{one.id}")).soup.select("#main form")
    token = str((await clerk.get("/")).form("/logout").find("input")["value"])  # type: ignore[index]
    for act in ("retry", "cancel", "postpone", "settle"):
        fields = {"_token": [token], "why": ["x"], "day": ["2030-01-01"], "clock": ["09:00"], "published": ["no"]}
        assert (await clerk.post(f"{place(one)}/{one.id}/{act}", fields)).status == 403
    assert (await now_is(house, one)).state is DeliveryState.HELD


async def test_a_channel_is_paused_with_a_reason_and_resumed_from_where_it_was_missed(
    house: House, staff: dict[str, Person], enter: Enter
) -> None:
    one = await one_delivery(house, staff)
    clerk = await enter("admin")
    form = await clerk.get("/channels/website")
    refused = await clerk.send(form, "/channels/website/pause", why="")
    assert refused.status == 422
    sheet = await clerk.send(form, "/channels/website/pause", why="机房检修")
    assert "网站已暂停" in sheet.words
    assert "admin先生" in sheet.words
    told = await clerk.get(place(one))
    assert "由admin先生暂停：机房检修。恢复后自动发出。" in told.words
    back = await clerk.send(told, "/channels/website/resume")
    assert back.path == place(one)
    async with house.engine.connect() as connection:
        circuit, _ = await circuits.find(connection, "website")
    assert circuit.paused_at is None
    rows = (await clerk.get("/channels")).soup.select("tbody tr")
    assert [row.select("td")[2].text for row in rows] == ["恢复", "暂停"]


@pytest.mark.parametrize("login", ["editor", "first", "secrecy"])
async def test_channels_are_an_officers_matter(login: str, enter: Enter) -> None:
    assert (await (await enter(login)).get("/channels")).status == 403


async def test_who_may_look_may_not_always_turn(enter: Enter) -> None:
    clerk = await enter("auditor")
    assert not (await clerk.get("/channels")).soup.select("#main form")
    token = str((await clerk.get("/")).form("/logout").find("input")["value"])  # type: ignore[index]
    for act in ("pause", "resume"):
        assert (await clerk.post(f"/channels/website/{act}", {"_token": [token], "why": ["x"]})).status == 403
    assert (await clerk.get("/channels/nowhere")).status == 404
