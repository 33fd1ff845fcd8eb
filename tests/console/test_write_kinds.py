"""The fields of a kind, and the form of an interpretation, as their editor meets them: without scripts."""

from typing import Any

from hub.app import House
from hub.commands import drafting
from hub.store import catalogue, releases
from schemas.entry import EntryType
from schemas.particulars import Form, Particulars
from schemas.person import Person
from schemas.release import Kind, Release
from tests import making
from tests.console import papers
from tests.console.conftest import Enter
from tests.console.test_write_new import CONFIRMED, brought

CONSULTATION: dict[str, Any] = {
    "kind": "consultation",
    "closes_on": "2026-12-20",
    "feedback_email": "ghj@tj.gov.cn",
}


async def stored(house: House, number: int) -> Release:
    async with house.engine.connect() as connection:
        found = await releases.find(connection, number)
    assert found is not None
    return found


async def test_a_new_document_is_asked_for_what_its_kind_has(house: House, enter: Enter) -> None:
    clerk = await enter("editor")
    sheet = await brought(clerk, ("通知.docx", papers.word()))
    assert sheet.soup.find(id="f-closes_on") is None
    typed = {name: [value] for name, value in {**CONFIRMED, "kind": "consultation", "title": "改过的标题"}.items()}
    turned = await clerk.post(f"{sheet.path}/kind", typed | {"_token": [papers.value(sheet, "_token")]})
    assert "截止日期（必填）" in turned.words
    assert papers.value(turned, "title") == "改过的标题"
    wrong = {**CONFIRMED, **CONSULTATION, "signed_on": "2026-11-20", "feedback_email": "x"}
    refused = await clerk.send(turned, sheet.path, **wrong)
    assert refused.status == 422
    assert "应为电子邮箱地址" in refused.words
    assert papers.value(refused, "closes_on") == "2026-12-20"
    made = await clerk.send(refused, sheet.path, **(CONFIRMED | CONSULTATION))
    metadata = (await stored(house, int(made.path.split("/")[2]))).metadata
    assert metadata.kind is Kind.CONSULTATION
    assert metadata.particulars.model_dump(mode="json") == {
        "closes_on": "2026-12-20",
        "feedback_email": "ghj@tj.gov.cn",
    }


async def test_what_is_read_off_the_text_is_proposed_for_its_kind(house: House, enter: Enter) -> None:
    clerk = await enter("editor")
    text = "关于甲办法公开征求意见的公告\n\n请于2026年12月20日前反馈意见，电子邮箱：a@tj.gov.cn。\n\n甲局"
    drawn = "一图读懂甲办法\n\n图中说明办理的五个步骤。"
    sheet = await brought(clerk, ("公告.txt", text.encode()), ("一图读懂甲办法.txt", drawn.encode()))
    token = {"_token": [papers.value(sheet, "_token")], "kind": ["consultation"]}
    page = await clerk.post(f"{sheet.path}/kind", token)
    assert papers.value(page, "closes_on") == "2026-12-20"
    assert papers.value(page, "feedback_email") == "a@tj.gov.cn"
    assert "从正文读出，请确认" in page.soup.find(id="h-closes_on").text  # type: ignore[union-attr]
    theirs: dict[str, Any] = {"theme": CONFIRMED["theme"], "issuer": "甲局", "signed_on": "2026-11-10", "title": "公告"}
    made = await clerk.send(page, sheet.path, **theirs)
    release = await stored(house, int(made.path.split("/")[2]))
    assert [one.form for one in release.documents] == [Form.TEXT, Form.GRAPHIC]


async def test_another_kind_takes_its_own_fields_and_leaves_the_others(
    house: House, staff: dict[str, Person], enter: Enter
) -> None:
    held = {"held_on": "2026-11-02", "session": "第12次局长办公会议"}
    release = await making.draft(house, staff, kind="meeting", doc_no=None, particulars=held)
    clerk, path = await enter("editor"), f"/releases/{release.id}/write"
    sheet = await clerk.get(path)
    assert papers.value(sheet, "held_on") == "2026-11-02"
    turned = await clerk.send(sheet, path, kind="clarification")  # not turned: what was typed for a meeting goes
    assert "没有填写澄清事项" in turned.words
    told: dict[str, Any] = {"clarifies": "网传停止办理登记", "heard_at": "2026-11-03T09:30"}
    token = {"_token": [papers.value(turned, "_token")], "kind": ["clarification"]}
    assert 'name="clarifies"' in (await clerk.post(f"{path}/own", token)).text
    page = await clerk.post(f"{path}/kind", token)
    assert "没有填写澄清事项" not in (await clerk.send(page, path, **told)).words
    saved = (await stored(house, release.id)).metadata.particulars
    assert saved == Particulars.model_validate(told)
    assert saved.heard_at is not None
    assert saved.heard_at.isoformat() == "2026-11-03T09:30:00+08:00"
    assert papers.value(await clerk.get(path), "heard_at") == "2026-11-03T09:30"


async def test_an_interpretation_is_given_a_form_and_held_to_it(
    house: House, staff: dict[str, Person], enter: Enter
) -> None:
    release = await making.draft(house, staff)
    clerk, path = await enter("editor"), f"/releases/{release.id}/write"
    saved = await clerk.send(await clerk.get(path), f"{path}/interpretation-1", form="graphic")
    assert "解读形式是“图解”，正文中没有图片" in saved.words
    document = (await stored(house, release.id)).document("interpretation-1")
    assert document is not None
    assert document.form is Form.GRAPHIC
    submit = f"/releases/{release.id}/submit"
    assert "必须先改正" in (await clerk.get(submit)).words
    # Other acts on the document leave its form alone.
    await drafting.edit(house.hub, staff["editor"], release.id, making.metadata(title="另一个标题的通知"))
    page = await clerk.send(await clerk.get(path), f"{path}/interpretation-1", form="questions")
    assert "问答" in page.text
    assert "没有看到问句" in page.words


async def test_what_a_kind_wants_done_is_on_the_workbench(house: House, staff: dict[str, Person], enter: Enter) -> None:
    await making.draft(
        house,
        staff,
        kind="clarification",
        title="关于网传的澄清",
        doc_no=None,
        particulars={"heard_at": "2020-01-01T09:00"},
    )
    far = {"held_on": "2098-11-02", "session": "第1次"}
    await making.draft(house, staff, kind="meeting", title="还早的会议", doc_no=None, particulars=far)
    words = (await (await enter("editor")).get("/")).words
    pile = words.partition("按类别到期的事项")[2]
    assert "关于网传的澄清" in pile
    assert "应在2020年1月3日09:00前发布澄清，已超期" in pile
    assert "还早的会议" not in pile


async def test_the_log_names_the_fields_and_the_form_and_never_what_was_said(
    house: House, staff: dict[str, Person], enter: Enter
) -> None:
    release = await making.draft(house, staff, kind="clarification", doc_no=None)
    changed = release.metadata.model_copy(update={"particulars": Particulars(clarifies="网传的秘密话题")})
    await drafting.edit(house.hub, staff["editor"], release.id, changed)
    reading = release.documents[1].model_copy(update={"form": Form.VIDEO})
    await drafting.put_document(house.hub, staff["editor"], release.id, reading)
    page = await (await enter("auditor")).get(f"/audit/log?release={release.id}")
    assert "的公文要素（澄清事项）" in page.words
    assert "（解读形式：视频）" in page.words
    async with house.engine.connect() as connection:
        entries = await catalogue.entries(connection, EntryType.RELEASE_EDITED, release=release.id, limit=10)
    assert all("秘密话题" not in str(one) for one in entries)
