"""The list of releases, its export, and the page of one release."""

import csv
import io

import pytest

from hub.app import House
from hub.commands import drafting, publishing, reviewing
from hub.store import releases
from schemas.person import Person
from schemas.review import Decision, Level
from tests import making
from tests.console.clerk import Sheet
from tests.console.conftest import Enter


def titles(sheet: Sheet) -> list[str]:
    return [one.get_text() for one in sheet.soup.select("tbody th a")]


async def test_an_empty_list_leads_to_a_new_one(enter: Enter) -> None:
    clerk = await enter("editor")
    assert "还没有文件" in (await clerk.get("/releases")).words
    assert "没有符合条件的文件" in (await clerk.get("/releases?q=x")).words


async def test_the_list_is_filtered_by_words_state_year_and_person(
    house: House, staff: dict[str, Person], enter: Enter
) -> None:
    await making.draft(house, staff, title="土地征收公告", doc_no="津规资发〔2026〕7号", signed_on="2026-03-01")
    await making.draft(house, staff, title="GIS平台通知", doc_no=None, signed_on="2025-03-01")
    await making.approved(house, staff, title="不动产登记办法", signed_on="2026-01-01")
    clerk = await enter("editor")
    asked = {
        "": ["不动产登记办法", "GIS平台通知", "土地征收公告"],
        "?q=征收": ["土地征收公告"],
        "?q=〔2026〕7号": ["土地征收公告"],
        "?q=gis": ["GIS平台通知"],
        "?q=%25": [],
        "?state=approved": ["不动产登记办法"],
        "?year=2025": ["GIS平台通知"],
        "?year=2026&state=draft": ["土地征收公告"],
        "?mine=1": ["不动产登记办法", "GIS平台通知", "土地征收公告"],
        # What makes no sense is passed over.
        "?year=abc&state=nonsense&before=x": ["不动产登记办法", "GIS平台通知", "土地征收公告"],
    }
    assert {query: titles(await clerk.get(f"/releases{query}")) for query in asked} == asked
    assert titles(await (await enter("editor2")).get("/releases?mine=1")) == []


async def test_the_list_pages_by_cursor_and_keeps_its_filter(
    house: House, staff: dict[str, Person], enter: Enter
) -> None:
    async with house.engine.begin() as connection:
        for number in range(120):
            await releases.add(connection, making.metadata(title=f"通知{number}"), author=staff["editor"].id)
    clerk = await enter("editor")
    seen, path = [], "/releases?q=%E9%80%9A%E7%9F%A5"
    while path:
        sheet = await clerk.get(path)
        seen += titles(sheet)
        following = sheet.soup.select_one("a[rel=next]")
        path = str(following["href"]) if following else ""
    assert seen == [f"通知{number}" for number in reversed(range(120))]


@pytest.mark.parametrize("title", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "＝HYPERLINK(1)", '",=1+1'])
async def test_the_export_is_a_table_and_no_programme(
    title: str, house: House, staff: dict[str, Person], enter: Enter
) -> None:
    await making.draft(house, staff, title=title)
    sheet = await (await enter("auditor")).get("/releases/export")
    assert sheet.headers["Content-Type"].startswith("text/csv")
    assert "attachment" in sheet.headers["Content-Disposition"]
    assert sheet.text.startswith("\ufeff编号,标题")
    (line,) = list(csv.DictReader(io.StringIO(sheet.text.removeprefix("\ufeff"))))
    assert line["标题"].lstrip("'") == title
    assert line["标题"][0] not in "=+-@＝"
    assert line["状态"] == "起草中"


async def test_a_release_tells_its_chain_with_who_and_when(
    house: House, staff: dict[str, Person], enter: Enter
) -> None:
    edition = await making.approved(house, staff)
    await publishing.publish(house.hub, staff["publisher"], edition.release)
    sheet = await (await enter("auditor")).get(f"/releases/{edition.release}")
    chain = [" ".join(one.get_text(" ").split()) for one in sheet.soup.select(".chain li")]
    assert [one.split()[0] for one in chain] == ["起草", "初审", "复审", "保密审查", "终审签发", "发布", "正式发布"]
    assert ["已完成" in one for one in chain] == [True] * 6 + [False]
    for link, name in zip(chain, ("editor", "first", "second", "secrecy", "signer", "publisher"), strict=False):
        assert f"{name}先生" in link
    assert edition.digest[:12] in sheet.words
    assert "正式发布时间" not in sheet.words


async def test_a_return_is_told_with_who_and_why(house: House, staff: dict[str, Person], enter: Enter) -> None:
    release = await making.draft(house, staff)
    await reviewing.submit(house.hub, staff["editor"], release.id)
    await reviewing.review(house.hub, staff["first"], release.id, Level.FIRST, Decision.RETURN, note="请写明依据")
    words = (await (await enter("editor")).get(f"/releases/{release.id}")).words
    assert "first先生（初审）于" in words
    assert "退回第 1 版：请写明依据" in words
    assert "内容有修改" not in words


async def test_a_change_makes_the_chain_empty_again_and_says_so(
    house: House, staff: dict[str, Person], enter: Enter
) -> None:
    edition = await making.approved(house, staff)
    await drafting.edit(house.hub, staff["editor"], edition.release, making.metadata(title="改过"))
    sheet = await (await enter("editor")).get(f"/releases/{edition.release}")
    assert "第 1 版之后内容有修改，原有审核对新内容不再有效" in sheet.words
    assert not sheet.soup.select(".chain .done")


@pytest.mark.parametrize(
    ("login", "main", "cannot"),
    [
        ("editor", None, "您参与过这份文件的起草或修改"),
        ("first", "/review", "须由编辑办理"),
        ("second", None, "须在“初审”通过之后进行"),
        ("publisher", None, "尚未完成全部审核，缺少：初审、保密审查、复审、终审签发"),
    ],
)
async def test_a_release_says_what_this_person_may_do_and_why_not_more(
    login: str, main: str | None, cannot: str, house: House, staff: dict[str, Person], enter: Enter
) -> None:
    release = await making.draft(house, staff)
    await reviewing.submit(house.hub, staff["editor"], release.id)
    sheet = await (await enter(login)).get(f"/releases/{release.id}")
    button = sheet.soup.select_one("h1 + p a.main")
    assert (button["href"] if button else None) == (f"/releases/{release.id}{main}" if main else None)
    if login != "editor":
        assert cannot in sheet.words
    else:
        assert "已有的审核全部失效" in sheet.words


async def test_there_is_no_page_of_what_does_not_exist(enter: Enter) -> None:
    clerk = await enter("editor")
    for path in ("/releases/99999", "/releases/999999999999999", "/releases/99999/certificate"):
        assert (await clerk.get(path)).status == 404


async def test_a_certificate_is_not_given_before_there_is_one(
    house: House, staff: dict[str, Person], enter: Enter
) -> None:
    edition = await making.approved(house, staff)
    sheet = await (await enter("editor")).get(f"/releases/{edition.release}/certificate")
    assert sheet.status == 404
    assert "正式发布记录" in sheet.words


async def test_what_a_reviewer_said_is_text_and_nothing_else(
    house: House, staff: dict[str, Person], enter: Enter
) -> None:
    release = await making.draft(house, staff, title="<script>alert(1)</script>")
    await reviewing.submit(house.hub, staff["editor"], release.id)
    note = '"><img src=x onerror=alert(1)>'
    await reviewing.review(house.hub, staff["first"], release.id, Level.FIRST, Decision.APPROVE, note=note)
    clerk = await enter("editor")
    for path in ("/", "/releases", f"/releases/{release.id}"):
        text = (await clerk.get(path)).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
