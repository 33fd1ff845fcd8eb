"""批注 by forms alone: marked in the text, beside it, found again in the next edition or shown as changed."""

from hub.app import House
from hub.commands import commenting, drafting, reviewing
from schemas.comment import Remark
from schemas.person import Person
from schemas.release import Document, Role
from tests import making
from tests.console.clerk import Sheet
from tests.console.conftest import Enter

Staff = dict[str, Person]
BODY = "<p>一、为了测试。</p><p>二、各单位应当办理。</p><p>三、完。</p>"


async def submitted(house: House, staff: Staff, body: str = BODY, release: int | None = None) -> int:
    if release is None:
        release = (await making.draft(house, staff)).id
    policy = Document(role=Role.POLICY, number=0, title="关于测试的通知", body=body)
    await drafting.put_document(house.hub, staff["editor"], release, policy)
    await reviewing.submit(house.hub, staff["editor"], release)
    return release


def marked(sheet: Sheet) -> list[str]:
    return [one.get_text() for one in sheet.soup.select(".text mark")]


async def test_a_comment_is_written_answered_and_settled(house: House, staff: Staff, enter: Enter) -> None:
    release = await submitted(house, staff)
    room, all_ = f"/releases/{release}/review", f"/releases/{release}/comments"
    first, editor = await enter("first"), await enter("editor")
    sheet = await first.send(await first.get(room), all_, quote="各单位应当办理", words="依据是什么？")
    assert sheet.path == room
    assert marked(sheet) == ["各单位应当办理"]
    assert "依据是什么？" in sheet.words
    card = sheet.soup.select_one(".remark")
    assert card is not None
    number = str(card["id"]).removeprefix("remark-")
    assert sheet.soup.find("a", href=f"#p-c{number}")
    assert sheet.soup.find(id=f"p-c{number}")
    answered = await editor.send(await editor.get(room), f"{all_}/{number}/answer", words="《条例》第九条")
    assert "《条例》第九条" in answered.words
    settled = await editor.send(answered, f"{all_}/{number}/settle")
    assert "editor先生" in settled.words
    assert "已处理" in settled.words
    assert "重新打开" in (await first.get(room)).words
    assert settled.soup.select_one(".remark.settled")


async def test_words_that_do_not_stand_there_are_told_beside_the_field(
    house: House, staff: Staff, enter: Enter
) -> None:
    release = await submitted(house, staff)
    clerk = await enter("first")
    sheet = await clerk.send(
        await clerk.get(f"/releases/{release}/review"),
        f"/releases/{release}/comments",
        quote="没有这句话",
        words="我的批注",
    )
    assert sheet.status == 422
    assert sheet.soup.find(id="e-quote")
    assert "我的批注" in sheet.text


async def test_the_next_edition_shows_where_it_stands_now(house: House, staff: Staff, enter: Enter) -> None:
    release = await submitted(house, staff)
    for quote in ("各单位应当办理", "为了测试"):
        remark = Remark(document="policy", edition=1, quote=quote, words=f"批注：{quote}")
        await commenting.add(house.hub, staff["first"], release, remark)
    await submitted(house, staff, BODY.replace("应当办理", "可以缓办").replace("一、", "第一条　"), release)
    sheet = await (await enter("first")).get(f"/releases/{release}/review")
    assert "为了测试" in marked(sheet)
    cards = {one.get_text(" ", strip=True) for one in sheet.soup.select(".remark")}
    changed = [one for one in cards if "原文已改" in one]
    assert len(changed) == 1
    assert "批注：各单位应当办理" in changed[0]


async def test_a_comment_on_what_was_taken_out_stays(house: House, staff: Staff, enter: Enter) -> None:
    release = await submitted(house, staff)
    remark = Remark(document="interpretation-1", edition=1, quote="说明了什么", words="说清楚")
    await commenting.add(house.hub, staff["first"], release, remark)
    await submitted(house, staff, "<p>全新的内容，与从前无关。</p>", release)
    kept = await (await enter("first")).get(f"/releases/{release}/review")
    assert "说清楚" in kept.words


async def test_nothing_in_a_comment_is_markup(house: House, staff: Staff, enter: Enter) -> None:
    release = await submitted(house, staff)
    clerk = await enter("first")
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'"
    sheet = await clerk.send(
        await clerk.get(f"/releases/{release}/review"), f"/releases/{release}/comments", words=evil
    )
    assert evil in sheet.words
    assert "<img src=x" not in sheet.text
    assert "<script>alert" not in sheet.text


async def test_auditors_read_comments_and_write_none(house: House, staff: Staff, enter: Enter) -> None:
    release = await submitted(house, staff)
    remark = Remark(document="policy", edition=1, words="看得见")
    await commenting.add(house.hub, staff["first"], release, remark)
    sheet = await (await enter("auditor")).get(f"/releases/{release}/review")
    assert "看得见" in sheet.words
    assert not [one for one in sheet.soup.find_all("form") if "/comments" in str(one["action"])]


async def test_back_never_leads_out_of_the_house(house: House, staff: Staff, enter: Enter) -> None:
    release = await submitted(house, staff)
    clerk = await enter("first")
    sheet = await clerk.get(f"/releases/{release}/review")
    for evil in ("//elsewhere.example/", "https://elsewhere.example/"):
        back = await clerk.send(sheet, f"/releases/{release}/comments", words="好", back=evil)
        assert back.path == "/"
