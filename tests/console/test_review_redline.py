"""花脸稿: any two editions, in one line or side by side; attachments with their digests; no script."""

import pytest

from hub.app import House
from hub.commands import drafting, reviewing
from hub.web.console import compare
from schemas import canonical
from schemas.person import Person
from schemas.release import Attachment, Document, Role
from schemas.review import Decision
from tests import making
from tests.console.clerk import Sheet
from tests.console.conftest import Enter

Staff = dict[str, Person]
ONE, TWO = b"%PDF-1.4 one", b"%PDF-1.4 two"
BODIES = (
    "<p>一、为了测试。</p><p>二、各单位可以办理。</p><p>三、本通知自印发之日起施行。</p>",
    "<p>一、为了测试。</p><p>二、各单位应当办理。</p><p>三、本通知自印发之日起施行。</p>",
    "<p>一、为了测试。</p><p>二、各单位应当立即办理。</p>",
)


def attachment(data: bytes, name: str = "流程图.pdf") -> Attachment:
    return Attachment(name=name, media="application/pdf", size=len(data), sha256=canonical.digest(data))


async def three(house: House, staff: Staff, *, approve_first: bool = False) -> int:
    """A release of three editions."""
    release = await drafting.create(house.hub, staff["editor"], making.metadata(kind="notice"))
    for number, (body, data) in enumerate(zip(BODIES, (ONE, TWO, TWO), strict=True), 1):
        policy = Document(
            role=Role.POLICY, number=0, title="关于测试的通知", body=body, attachments=(attachment(data),)
        )
        await drafting.put_document(house.hub, staff["editor"], release.id, policy, data=[data])
        await drafting.edit(
            house.hub, staff["editor"], release.id, making.metadata(kind="notice", note=f"附注{number}")
        )
        await reviewing.submit(house.hub, staff["editor"], release.id)
        if number == 1 and approve_first:
            for login, level in making.REVIEWS:
                await reviewing.review(house.hub, staff[login], release.id, level, Decision.APPROVE)
    return release.id


def marks(sheet: Sheet, name: str) -> list[str]:
    return [one.get_text() for one in sheet.soup.select(f".text {name}")]


async def test_the_newest_edition_is_compared_with_the_one_before_it(house: House, staff: Staff, enter: Enter) -> None:
    release = await three(house, staff)
    sheet = await (await enter("signer")).get(f"/releases/{release}/redline")
    assert "第 2 版 → 第 3 版" in sheet.words
    assert marks(sheet, "ins") == ["立即"]
    assert "".join(marks(sheet, "del")) == "三、本通知自印发之日起施行。"
    assert "附注2" in sheet.words
    assert "附注3" in sheet.words


async def test_any_two_are_compared(house: House, staff: Staff, enter: Enter) -> None:
    release = await three(house, staff)
    clerk = await enter("second")
    sheet = await clerk.get(f"/releases/{release}/redline?from=1&to=2")
    assert marks(sheet, "del") == ["可以"]
    assert marks(sheet, "ins") == ["应当"]
    assert canonical.digest(ONE)[:16] in sheet.words
    assert canonical.digest(TWO)[:16] in sheet.words
    assert "更换" in sheet.words
    backwards = await clerk.get(f"/releases/{release}/redline?from=2&to=1")
    assert marks(backwards, "ins") == ["可以"]


async def test_the_last_approved_text_has_a_name_of_its_own(house: House, staff: Staff, enter: Enter) -> None:
    release = await three(house, staff, approve_first=True)
    clerk = await enter("signer")
    sheet = await clerk.get(f"/releases/{release}/redline?from=approved")
    assert "第 1 版 → 第 3 版" in sheet.words
    review = await clerk.get(f"/releases/{release}/review")
    assert review.soup.find("a", href=f"/releases/{release}/redline?from=1&to=3")


async def test_side_by_side_keeps_each_side_whole(house: House, staff: Staff, enter: Enter) -> None:
    release = await three(house, staff)
    sheet = await (await enter("signer")).get(f"/releases/{release}/redline?from=1&to=3&view=sides")
    rows = [[cell.get_text() for cell in row.find_all("td")] for row in sheet.soup.select("table.sides tbody tr")]
    assert [row[0].strip() for row in rows] == [
        "一、为了测试。",
        "二、各单位可以办理。",
        "三、本通知自印发之日起施行。",
    ]
    assert [row[1].strip() for row in rows] == ["一、为了测试。", "二、各单位应当立即办理。", ""]
    assert [row["class"] for row in sheet.soup.select("table.sides tbody tr[class]")] == [["changed"], ["changed"]]


async def test_what_is_not_there_is_told(house: House, staff: Staff, enter: Enter) -> None:
    release = await three(house, staff)
    clerk = await enter("signer")
    for query in ("from=9", "to=0", "to=1", "from=approved", "from=1&to=99"):
        assert (await clerk.get(f"/releases/{release}/redline?{query}")).status == 404, query
    for query in ("", "from=&to=", "from=x&to=1000000000", "from=%E4%B8%80&to=%C2%B2"):
        assert "第 2 版 → 第 3 版" in (await clerk.get(f"/releases/{release}/redline?{query}")).words, query


async def test_one_edition_has_nothing_to_be_compared_with(house: House, staff: Staff, enter: Enter) -> None:
    release = await making.draft(house, staff)
    await reviewing.submit(house.hub, staff["editor"], release.id)
    assert (await (await enter("signer")).get(f"/releases/{release.id}/redline")).status == 404


async def test_an_old_editions_attachment_is_still_there_and_only_its_own(
    house: House, staff: Staff, enter: Enter
) -> None:
    release = await three(house, staff)
    clerk = await enter("signer")
    got = await clerk.get(f"/releases/{release}/editions/1/files/{canonical.digest(ONE)}")
    assert got.text == ONE.decode()
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in got.headers["Content-Security-Policy"]
    assert (await clerk.get(f"/releases/{release}/editions/2/files/{canonical.digest(ONE)}")).status == 404
    assert (await clerk.get(f"/releases/{release}/editions/9/files/{canonical.digest(ONE)}")).status == 404


def test_a_long_text_shows_side_by_side_what_changed_and_what_stands_around_it() -> None:
    before = [f"<p>第{number}条为了测试。</p>" for number in range(3000)]
    after = [*before[:1500], "<p>新的一条，从前没有。</p>", *before[1500:]]
    made = [
        Document(role=Role.POLICY, number=0, title="长文", body="".join(paragraphs)) for paragraphs in (before, after)
    ]
    sheet = compare._sheet(*made, is_sided=True)
    shown = [row.new for row in sheet.rows]
    assert len(shown) == 5
    assert [row.is_gap for row in sheet.rows] == [True, False, False, False, True]
    assert "新的一条" in shown[2]


def test_what_is_too_long_is_not_compared_but_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare, "MAX_LETTERS", 20)
    made = [Document(role=Role.POLICY, number=0, title="长文", body=f"<p>{text * 10}</p>") for text in "甲乙"]
    sheet = compare._sheet(*made, is_sided=False)
    assert (sheet.is_too_long, sheet.html, sheet.rows) == (True, "", ())
