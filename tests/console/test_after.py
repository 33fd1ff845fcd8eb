"""发布之后 over HTTP: one person proposes, another confirms, each sees before what follows on every channel."""

from typing import Any

import pytest

from hub.app import House
from hub.commands import standing
from schemas.delivery import Action
from schemas.person import Person
from schemas.standing import Ruling, Standing
from tests import making
from tests.commands.after import released, shown, under_way
from tests.console.clerk import Clerk, Sheet
from tests.console.conftest import Enter

WHY = "公开了不应公开的内容"


async def proposed(clerk: Clerk, release: int, kind: str = "withdrawn", **fields: Any) -> Sheet:
    path = f"/releases/{release}/after/{kind}"
    return await clerk.send(await clerk.get(path), path, **{"reason": WHY} | fields)


async def story(house: House, release: int) -> list[Standing]:
    async with house.engine.connect() as connection:
        return await standing.history(connection, release)


def token(sheet: Sheet) -> str:
    found = sheet.form("/logout").find("input")
    assert found is not None
    return str(found["value"])


async def ruled(clerk: Clerk, release: int, verb: str, number: object, **fields: str) -> Sheet:
    """Press the button though no page offered it, as an attacker or an old page would."""
    given = {name: [value] for name, value in fields.items()}
    mark = token(await clerk.get("/"))
    return await clerk.post(f"/releases/{release}/after/{verb}", given | {"_token": [mark], "standing": [str(number)]})


async def test_what_was_never_public_has_nothing_to_do(house: House, staff: dict[str, Person], enter: Enter) -> None:
    edition = await making.approved(house, staff)
    clerk = await enter("publisher")
    sheet = await clerk.get(f"/releases/{edition.release}/after")
    assert "还没有公开，没有可以办理的事项" in sheet.words
    refused = await proposed(clerk, edition.release)
    assert refused.status == 409
    assert "还没有在任何渠道公开" in refused.words
    assert await story(house, edition.release) == []


async def test_one_proposes_another_confirms_and_the_channels_are_asked(
    house: House, staff: dict[str, Person], enter: Enter
) -> None:
    release = (await released(house, staff)).release
    publisher, signer = await enter("publisher"), await enter("signer")
    form = await publisher.get(f"/releases/{release}/after/withdrawn")
    # Before anything: what each channel will do.
    assert "确认后各渠道会怎样" in form.words
    assert {row.th.get_text() for row in form.soup.select("tbody tr") if row.th} == {"网站", "订阅源"}
    sheet = await proposed(publisher, release)
    assert "另一位签发人确认后生效，在此之前各渠道没有变化" in sheet.text
    assert all(one.action is not Action.WITHDRAW for one in await under_way(house, release))
    # Who proposed is told to wait, and has no button to confirm.
    assert not sheet.soup.select(f"form[action='/releases/{release}/after/confirm']")
    page = await signer.get(f"/releases/{release}/after")
    assert WHY in page.words
    done = await signer.send(page, f"/releases/{release}/after/confirm")
    assert "已确认：撤回" in done.text
    (made,) = await story(house, release)
    assert (made.ruling, made.proposed_by, made.ruled_by) == (Ruling.CONFIRM, staff["publisher"].id, staff["signer"].id)
    gone = [one for one in await under_way(house, release) if one.action is Action.WITHDRAW]
    assert sorted(one.channel for one in gone) == ["rss", "website"]
    # Once is enough.
    again = await ruled(signer, release, "confirm", made.id)
    assert again.status == 409
    assert len(await under_way(house, release)) == len(gone) + 2


@pytest.mark.parametrize(
    ("kind", "fields", "said"),
    [
        ("withdrawn", {"reason": ""}, "必须填写"),
        ("withdrawn", {"reason": " \u3000 "}, "必须填写"),
        ("withdrawn", {"reason": "长" * 501}, "请改正"),
        ("repealed", {"effective_on": "2999-01-01"}, "当日或之后提出"),
        ("repealed", {"effective_on": "昨天"}, "请改正"),
        ("in_force", {}, "请填写新的失效日期"),
        ("in_force", {"expires_on": "2020-01-01"}, "不得早于今天"),
        ("repealed", {"successor": "1e3"}, "应为本系统中文件的编号"),
        ("repealed", {"successor": "999999"}, "替代文件应是另一份已正式发布的文件"),
        ("repealed", {"title": "新办法", "address": "javascript:alert(1)"}, "请改正"),
        ("repealed", {"address": "https://example.com/"}, "编号或标题"),
    ],
)
async def test_what_cannot_be_meant_is_told_beside_its_field(
    house: House, staff: dict[str, Person], enter: Enter, kind: str, fields: dict[str, str], said: str
) -> None:
    release = (await released(house, staff)).release
    sheet = await proposed(await enter("publisher"), release, kind, **fields)
    assert sheet.status == 422, sheet.words
    assert said in sheet.words
    assert sheet.path.endswith(kind)
    # What was typed is not lost.
    assert fields.get("reason", WHY).strip() in sheet.text
    assert await story(house, release) == []


async def test_nobody_confirms_their_own_proposal(house: House, staff: dict[str, Person], enter: Enter) -> None:
    release = (await released(house, staff)).release
    made = await standing.propose(house.hub, staff["publisher"], release, making.proposal())
    # A signer does not propose; whoever proposes does not sign.
    signer, publisher = await enter("signer"), await enter("publisher")
    assert (await ruled(publisher, release, "confirm", made.id)).status == 403
    mark = token(await signer.get("/"))
    form = {"_token": [mark], "reason": [WHY]}
    assert (await signer.post(f"/releases/{release}/after/withdrawn", form)).status == 403
    assert not (await signer.get(f"/releases/{release}/after")).soup.select("a.button[href$='/after/withdrawn']")
    (still,) = await story(house, release)
    assert still.is_open


async def test_one_who_may_do_both_still_needs_another(house: House, staff: dict[str, Person], enter: Enter) -> None:
    release = (await released(house, staff)).release
    made = await standing.propose(house.hub, staff["publisher"], release, making.proposal())
    admin, both = await enter("admin"), await enter("publisher")
    form = await admin.get("/admin/people/publisher")
    await admin.send(form, "/admin/people/publisher/duties", duties=["publisher", "signer"])
    page = await both.get(f"/releases/{release}/after")
    assert "须由另一位签发人确认" in page.words
    assert not page.soup.select(f"form[action='/releases/{release}/after/confirm']")
    refused = await ruled(both, release, "confirm", made.id)
    assert refused.status == 403
    assert (await story(house, release))[0].is_open


async def test_a_proposal_is_declined_with_a_reason_or_taken_back(
    house: House, staff: dict[str, Person], enter: Enter
) -> None:
    release = (await released(house, staff)).release
    publisher, signer = await enter("publisher"), await enter("signer")
    await proposed(publisher, release)
    path = f"/releases/{release}/after/decline"
    page = await signer.get(f"/releases/{release}/after")
    assert (await signer.send(page, path, note=" ")).status == 422
    told = await signer.send(page, path, note="内容没有问题")
    assert "已退回这项提议" in told.text
    assert "内容没有问题" in told.words
    await proposed(publisher, release)
    back = await publisher.send(await publisher.get(f"/releases/{release}/after"), path, note="提错了")
    assert "已退回这项提议" in back.text
    assert [one.ruling for one in await story(house, release)] == [Ruling.DECLINE] * 2
    assert all(one.action is Action.PUBLISH for one in await under_way(house, release))


async def test_a_proposal_is_ruled_on_under_its_own_release_only(
    house: House, staff: dict[str, Person], enter: Enter
) -> None:
    mine, other = [(await released(house, staff)).release for _ in range(2)]
    made = await standing.propose(house.hub, staff["publisher"], mine, making.proposal())
    signer = await enter("signer")
    for number in (made.id, f" {made.id}", f"0{made.id}", "", "x", "1e1", made.id + 1):
        for verb in ("confirm", "decline"):
            assert (await ruled(signer, other, verb, number, note="x")).status == 404, number
    assert (await story(house, mine))[0].is_open


@pytest.mark.parametrize("login", ["first", "second", "secrecy", "auditor", "admin"])
async def test_others_look_and_have_nothing_to_press(
    house: House, staff: dict[str, Person], enter: Enter, login: str
) -> None:
    release = (await released(house, staff)).release
    made = await standing.propose(house.hub, staff["publisher"], release, making.proposal())
    clerk = await enter(login)
    page = await clerk.get(f"/releases/{release}/after")
    assert WHY in page.words
    assert not page.soup.select("#main form")
    for verb in ("confirm", "decline"):
        assert (await ruled(clerk, release, verb, made.id, note="x")).status == 403
    assert (await story(house, release))[0].is_open


async def test_a_repeal_names_its_successor_and_stands_in_the_story(
    house: House, staff: dict[str, Person], enter: Enter
) -> None:
    old, new = [(await released(house, staff, title=title)).release for title in ("旧办法", "新办法")]
    publisher, signer = await enter("publisher"), await enter("signer")
    await proposed(publisher, old, "repealed", reason="已被新办法代替", successor=str(new))
    page = await signer.get(f"/releases/{old}/after")
    assert "新办法" in page.words
    await signer.send(page, f"/releases/{old}/after/confirm")
    await shown(house, old)
    assert "已废止" in (await publisher.get(f"/releases/{old}/after")).words
    # What is repealed is not extended as if nothing had been: an error is corrected by a proposal of its own.
    refused = await proposed(publisher, old, "amended")
    assert refused.status == 409
