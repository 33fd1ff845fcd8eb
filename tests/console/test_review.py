"""The review room: what is read there, the decision bound to it, and what is said at each level."""

import pytest

from hub.app import House
from hub.commands import drafting, reviewing
from hub.store import editions, releases
from schemas.person import Person
from schemas.release import Document, ReleaseState, Role
from schemas.review import Decision
from tests import making
from tests.console.clerk import Clerk, Sheet
from tests.console.conftest import Enter

Staff = dict[str, Person]


async def submitted(house: House, staff: Staff) -> int:
    release = await making.draft(house, staff)
    await reviewing.submit(house.hub, staff["editor"], release.id)
    return release.id


async def rewritten(house: House, staff: Staff, release: int, body: str, *, submit: bool = True) -> None:
    policy = Document(role=Role.POLICY, number=0, title="关于测试的通知", body=body)
    await drafting.put_document(house.hub, staff["editor"], release, policy)
    if submit:
        await reviewing.submit(house.hub, staff["editor"], release)


def room(release: int) -> str:
    return f"/releases/{release}/review"


async def decide(clerk: Clerk, release: int, decision: Decision, note: str = "") -> Sheet:
    path = room(release)
    return await clerk.send(await clerk.get(path), path, decision=decision, note=note)


async def state(house: House, release: int) -> ReleaseState:
    async with house.engine.connect() as connection:
        found = await releases.find(connection, release)
    assert found is not None
    return found.state


async def test_four_people_review_by_the_forms_alone(house: House, staff: Staff, enter: Enter) -> None:
    release = await submitted(house, staff)
    for login in ("first", "second", "secrecy", "signer"):
        sheet = await decide(await enter(login), release, Decision.APPROVE, note=f"{login}看过")
        assert sheet.status == 200
        assert "已同意第 1 版" in sheet.words
    assert await state(house, release) is ReleaseState.APPROVED
    chain = sheet.words
    for login in ("first", "second", "secrecy", "signer"):
        assert f"{login}先生（办公室）" in chain
        assert f"{login}看过" in chain
    assert "editor先生" in chain


async def test_the_level_is_chosen_where_there_is_only_one(house: House, staff: Staff, enter: Enter) -> None:
    release = await submitted(house, staff)
    form = (await (await enter("first")).get(room(release))).form(room(release))
    assert [one["value"] for one in form.find_all("input", attrs={"name": "level"})] == ["first"]
    assert form.find("select") is None


@pytest.mark.parametrize("decision", [Decision.RETURN, Decision.ESCALATE])
async def test_a_decision_that_others_must_act_on_says_why(
    house: House, staff: Staff, enter: Enter, decision: Decision
) -> None:
    release = await submitted(house, staff)
    clerk = await enter("first")
    sheet = await decide(clerk, release, decision)
    assert sheet.status == 422
    assert sheet.soup.find(id="e-note")
    (chosen,) = sheet.form(room(release)).find_all("input", attrs={"name": "decision", "checked": True})
    assert chosen["value"] == decision
    assert await state(house, release) is ReleaseState.IN_REVIEW


async def test_a_form_without_a_decision_names_the_field(house: House, staff: Staff, enter: Enter) -> None:
    release = await submitted(house, staff)
    clerk = await enter("first")
    sheet = await clerk.send(await clerk.get(room(release)), room(release), note="写了意见，忘了选")
    assert sheet.status == 422
    assert sheet.soup.find(id="e-decision")
    assert "写了意见，忘了选" in sheet.text


async def test_a_newer_edition_refuses_the_decision_and_shows_what_changed(
    house: House, staff: Staff, enter: Enter
) -> None:
    release = await submitted(house, staff)
    clerk = await enter("first")
    old = await clerk.get(room(release))
    await rewritten(house, staff, release, "<p>一、为了测试，另行规定。</p>")
    sheet = await clerk.send(old, room(release), decision="approve", note="同意的理由")
    assert sheet.status == 409
    assert "您审的是第 1 版，现在已有第 2 版" in sheet.words
    assert "您刚才看的是第 1 版" in sheet.words
    assert "正文有改动" in sheet.words
    assert sheet.soup.find("a", href=f"/releases/{release}/redline?from=1&to=2")
    assert "同意的理由" in sheet.text
    async with house.engine.connect() as connection:
        assert await editions.reviews(connection, release, 2) == ()
    again = await clerk.send(sheet, room(release), decision="approve")
    assert "已同意第 2 版" in again.words


async def test_the_digest_that_was_read_counts(house: House, staff: Staff, enter: Enter) -> None:
    release = await submitted(house, staff)
    clerk = await enter("first")
    path = room(release)
    sheet = await clerk.get(path)
    assert (await clerk.send(sheet, path, decision="approve", digest="0" * 64)).status == 409
    assert (await clerk.send(sheet, path, decision="approve", digest=None)).status == 422
    assert await state(house, release) is ReleaseState.IN_REVIEW


async def test_what_changed_since_i_last_decided_stands_at_the_top(house: House, staff: Staff, enter: Enter) -> None:
    release = await submitted(house, staff)
    first = await enter("first")
    assert "相比" not in (await first.get(room(release))).words
    await decide(first, release, Decision.APPROVE)
    await rewritten(house, staff, release, "<p>第二稿。</p>")
    await rewritten(house, staff, release, "<p>第三稿。</p>")
    assert "您上次办理的是第 1 版（初审同意）" in (await first.get(room(release))).words
    second = await enter("second")
    assert "您没有看过以前的版本" in (await second.get(room(release))).words
    await rewritten(house, staff, release, "<p>第四稿。</p>")
    assert "您上次看的是第 3 版" in (await second.get(room(release))).words


async def test_approvals_are_void_after_an_edit_for_everybody_to_see(house: House, staff: Staff, enter: Enter) -> None:
    release = await submitted(house, staff)
    clerk = await enter("first")
    await decide(clerk, release, Decision.APPROVE)
    assert not (await clerk.get(room(release))).soup.select("#chain s")
    await rewritten(house, staff, release, "<p>改过。</p>", submit=False)
    edited = await clerk.get(room(release))
    assert [one.get_text(strip=True) for one in edited.soup.select("#chain s")] == ["同意"]
    assert "因修改失效" in edited.words
    await reviewing.submit(house.hub, staff["editor"], release)
    anew = (await clerk.get(room(release))).soup
    older = anew.select_one("#chain details")
    assert older is not None
    assert "第 1 版：因修改失效" in older.get_text(" ", strip=True)
    assert len(anew.select("#chain details s")) == len(anew.select("#chain s")) == 1


async def test_a_returned_edition_says_so(house: House, staff: Staff, enter: Enter) -> None:
    release = await submitted(house, staff)
    await decide(await enter("first"), release, Decision.APPROVE)
    sheet = await decide(await enter("second"), release, Decision.RETURN, note="依据不足")
    assert "因退回修改失效" in sheet.words
    assert "依据不足" in sheet.words
    assert await state(house, release) is ReleaseState.DRAFT


async def test_an_escalation_waits_for_a_signer_who_then_does_not_sign(
    house: House, staff: Staff, enter: Enter
) -> None:
    release = await submitted(house, staff)
    first = await enter("first")
    sheet = await decide(first, release, Decision.ESCALATE, note="涉及两个处室")
    assert "就“初审”提请上级：涉及两个处室" in sheet.words
    assert "已就本版的“初审”提请上级" in sheet.words
    assert not sheet.soup.find("input", attrs={"name": "decision"})
    signer = await enter("signer")
    seen = await signer.get(room(release))
    assert "须由另一位签发人签发" in seen.words
    assert "初审" in (await decide(signer, release, Decision.APPROVE)).words
    for login in ("second", "secrecy"):
        await decide(await enter(login), release, Decision.APPROVE)
    assert "同一人不能承担两级审核" in (await signer.get(room(release))).words
    assert "已同意" in (await decide(await enter("signer2"), release, Decision.APPROVE)).words
    assert await state(house, release) is ReleaseState.APPROVED


@pytest.mark.parametrize(
    ("login", "why"), [("editor", "没有审核职责"), ("auditor", "没有审核职责"), ("signer", "须在“初审”通过之后")]
)
async def test_who_may_not_decide_is_told_why_and_has_no_form(
    house: House, staff: Staff, enter: Enter, login: str, why: str
) -> None:
    release = await submitted(house, staff)
    sheet = await (await enter(login)).get(room(release))
    assert why in sheet.words
    assert not sheet.soup.find("input", attrs={"name": "decision"})


async def test_a_forced_form_is_refused_like_any(house: House, staff: Staff, enter: Enter) -> None:
    release = await submitted(house, staff)
    first, auditor = await enter("first"), await enter("auditor")
    form = (await first.get(room(release))).form(room(release))
    values = {str(one["name"]): [str(one["value"])] for one in form.find_all("input", attrs={"type": "hidden"})}
    token = (await auditor.get("/")).form("/logout").find("input")
    assert token is not None
    forced = {**values, "_token": [str(token["value"])], "decision": ["approve"]}
    assert (await auditor.post(room(release), forced)).status == 403
    assert await state(house, release) is ReleaseState.IN_REVIEW


async def test_what_was_never_submitted_has_nothing_to_review(house: House, staff: Staff, enter: Enter) -> None:
    release = await making.draft(house, staff)
    sheet = await (await enter("first")).get(room(release.id))
    assert "还没有提交过审核" in sheet.words
    assert (await (await enter("first")).get(room(999))).status == 404


async def test_the_page_holds_what_will_be_published(house: House, staff: Staff, enter: Enter) -> None:
    release = await submitted(house, staff)
    await rewritten(house, staff, release, "<p>另起一稿，还没有提交。</p>", submit=False)
    sheet = await (await enter("first")).get(room(release))
    assert "为了测试" in sheet.words
    assert "另起一稿" not in sheet.words
    assert "津规资办发〔2026〕1号" in sheet.words
    assert "综合政务\\政务公开" in sheet.words
