"""报表: numbers against documents that lie in the store, the documents behind each number, and every form to save."""

import csv
import io
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qsl

import pytest
from aiohttp.test_utils import TestClient
from aiohttp.web import Application, Request
from docx import Document
from openpyxl import load_workbook
from sqlalchemy import text

from hub.app import House
from hub.store import engine, listings
from hub.web import behind as behind_
from hub.web import reports as made
from schemas.entry import BEIJING
from schemas.person import Person
from schemas.report import Figure, Report, ReportName, Which
from schemas.standing import StandingKind
from tests import making
from tests.console.clerk import Clerk, Sheet
from tests.console.conftest import Enter
from tests.public.conftest import SITE, Room

#: The year that is reported: over, so that the day on which the test runs changes nothing.
YEAR = datetime.now(BEIJING).year - 1
FORMULA = "=HYPERLINK(1)"
OF_UNIT = text("UPDATE releases SET unit = '规划处' WHERE id = :release")
OPENED = text("UPDATE releases SET opened_on = :day WHERE id = :release")
EDITED = text("""UPDATE releases SET state = 'draft',
metadata = metadata || '{"kind": "policy", "signed_on": "2001-01-01"}' WHERE id = :release""")

Put = Callable[..., Awaitable[int]]


@pytest.fixture
def room(house: House, console: TestClient[Request, Application]) -> Room:
    return Room(house, console)


@pytest.fixture
async def put(room: Room, monkeypatch: pytest.MonkeyPatch) -> Put:
    """Puts a release into the store as if it had been seen on a day: a normative one unless told."""

    async def putting(seen_on: date, *texts: str, **changes: Any) -> int:
        at = datetime(seen_on.year, seen_on.month, seen_on.day, 1, tzinfo=UTC)

        async def then(_connection: object) -> datetime:
            return at

        edition = await room.frozen(*texts, **{"kind": "normative", "signed_on": seen_on, **changes})
        with monkeypatch.context() as patch:
            patch.setattr(engine, "now", then)
            await room.seen(edition)
        await room.follow()
        return edition.release

    return putting


def numbers(sheet: Sheet, row: str) -> list[str]:
    """What stands in the row that begins so, in all tables one after another."""
    found = [
        line for line in sheet.soup.select("table.report tbody tr") if line.th and line.th.get_text().strip() == row
    ]
    return [cell.get_text().strip() for line in found for cell in line.find_all("td")]


async def behind(clerk: Clerk, sheet: Sheet, figure: str) -> str:
    """The page that a number leads to."""
    (link, *_) = [str(one["href"]) for one in sheet.soup.select("a.figure") if f"figure={figure}&" in str(one["href"])]
    return (await clerk.get(link)).words


async def test_table_two_and_the_documents_behind_it(
    house: House, room: Room, staff: dict[str, Person], enter: Enter, put: Put
) -> None:
    await put(date(YEAR - 1, 3, 2), title="到期的办法", expires_on=date(YEAR, 6, 30))
    repealed = await put(date(YEAR - 1, 4, 2), title="废止的办法")
    await put(date(YEAR - 1, 5, 2), title="长期的办法")
    await put(date(YEAR, 2, 2), title="新的办法")
    ended = await put(date(YEAR, 12, 31), title="补录的办法", expires_on=date(YEAR - 3, 1, 1))
    await making.said(house, staff, repealed, StandingKind.REPEALED, effective_on=date(YEAR, 9, 1))
    clerk = await enter("auditor")
    page = await clerk.get(f"/reports?year={YEAR}&published=4")
    assert numbers(page, "规章") == ["0", "0", "0"]
    assert numbers(page, "行政规范性文件") == ["2", "2", "2"]
    assert numbers(page, f"{YEAR - 1} 年末现行有效") == ["3"]
    assert "勾稽不符：3＋2－2＝3，实有 2 件，相差 -1 件" in page.words
    assert f"上年年报公布现行有效 4 件，文件库推算 {YEAR - 1} 年末为 3 件" in page.words
    for figure, titles in {
        "issued": ("新的办法", "补录的办法"),
        "ended": ("到期的办法", "废止的办法"),
        "valid": ("长期的办法", "新的办法"),
        "before": ("到期的办法", "废止的办法", "长期的办法"),
        "odd": ("补录的办法",),
    }.items():
        words = await behind(clerk, page, figure)
        assert words.count("的办法") == len(titles), (figure, words)
        assert all(title in words for title in titles), (figure, words)
    assert str(ended) in await behind(clerk, page, "odd")
    # The register is counted by itself: it has not read of the repeal yet.
    assert "规范性文件库现列现行有效 3 件，本表为 2 件，不一致" in (await clerk.get("/reports")).words
    await room.follow()
    now = await clerk.get("/reports")
    assert "不一致" not in now.words
    assert numbers(now, "实为现行有效") == ["2"]


async def test_how_much_how_soon_and_what_is_read(house: House, enter: Enter, put: Put) -> None:
    await put(date(YEAR, 2, 2), "<p>一</p>", "<p>解读</p>", title="读过的办法")
    late = await put(date(YEAR, 9, 30), title=FORMULA, kind="policy", signed_on=date(YEAR, 7, 1))
    notice = await put(date(YEAR, 9, 29), title="公告", kind="notice")
    # What staff are writing for the next edition is not what was published.
    async with house.engine.begin() as connection:
        await connection.execute(EDITED, {"release": notice})
    clerk = await enter("publisher")
    volumes = await clerk.get(f"/reports/volumes?year={YEAR}")
    assert numbers(volumes, "合计")[-1] == "4"
    assert numbers(volumes, "政策解读")[1] == "1"
    assert numbers(volumes, "网站")[8] == "2"
    assert numbers(volumes, "订阅源")[-1] == "0"
    listed = await clerk.get(f"/reports/volumes/documents?figure=published&year={YEAR}&month=9&channel={SITE}")
    assert FORMULA in listed.words
    assert "读过的办法" not in listed.words
    soon = await clerk.get(f"/reports/timeliness?year={YEAR}")
    assert numbers(soon, "天津市规划和自然资源局")[:4] == ["3", "2", "66.6%", "1"]
    words = await behind(clerk, soon, "late")
    assert str(late) in words
    assert "公告" not in words
    read = await clerk.get(f"/reports/interpretation?year={YEAR}")
    assert numbers(read, "合计")[:6] == ["2", "1", "50.0%", "1", "1", "0"]
    assert FORMULA in await behind(clerk, read, "missing")
    assert numbers(read, "文字") == numbers(read, "各种形式合计") == ["1", "100.0%"]
    await _drawn(house, clerk)


async def _drawn(house: House, clerk: Clerk) -> None:
    """An interpretation that is a drawing counts as one."""
    async with house.engine.begin() as connection:
        await connection.execute(text("UPDATE cards SET form = 'graphic' WHERE number = 1"))
    read = await clerk.get(f"/reports/interpretation?year={YEAR}")
    assert numbers(read, "图解") == ["1", "100.0%"]
    assert "读过的办法" in await behind(clerk, read, "shaped")


async def test_every_number_opens_as_many_documents_as_it_counts(
    house: House, staff: dict[str, Person], put: Put, room: Room
) -> None:
    """A small year made by hand: whatever has a number, in whichever report, of one unit or of all."""
    await put(date(YEAR - 1, 3, 2), title="到期的办法", expires_on=date(YEAR, 6, 30))
    repealed = await put(date(YEAR - 1, 4, 2), title="废止的办法")
    await put(date(YEAR, 2, 2), "<p>一</p>", "<p>解读</p>", title="读过的办法")
    of_unit = await put(date(YEAR, 9, 30), title="迟的政策", kind="policy", signed_on=date(YEAR, 7, 1))
    older = await put(date(YEAR, 9, 29), title="旧的公告", kind="notice", signed_on=date(2012, 3, 5))
    held = {"held_on": date(YEAR, 3, 2)}
    await put(date(YEAR, 5, 6), title="会议", kind="meeting", signed_on=date(YEAR, 5, 6), particulars=held)
    await making.said(house, staff, repealed, StandingKind.REPEALED, effective_on=date(YEAR, 9, 1))
    await room.follow()
    async with house.engine.begin() as connection:
        await connection.execute(OF_UNIT, {"release": of_unit})
        await connection.execute(OPENED, {"release": older, "day": f"{YEAR}-09-28"})
        await listings.enrol(connection, SITE, [(of_unit, "zcwj")])
    lates = {}
    for unit in ("", "规划处"):
        for name in ReportName:
            whole = await made.report(house.hub, name, YEAR, unit=unit)
            for cell in [cell for sheet in whole.sheets for row in sheet.rows for cell in row if cell.query]:
                which = Which.model_validate(dict(parse_qsl(cell.query)))
                found = await behind_.documents(house.hub, name, which, whole=True)
                listed = [str(line[1].value) for sheet in found.sheets for line in sheet.rows]
                assert _counted(name, found) == cell.value, (name, cell.query, listed)
                if which.figure is Figure.LATE:
                    lates[unit] = sorted(listed)
    # The older notice had its twenty days from the decision to open it; the meeting from the day on which it was held.
    assert lates == {"": ["会议", "迟的政策"], "规划处": ["迟的政策"]}


def _counted(name: ReportName, found: Report) -> int:
    """How many there are by the lines: one a release, but for what counts each document."""
    lines = [line for sheet in found.sheets for line in sheet.rows]
    if name is not ReportName.VOLUMES:
        return len(lines)
    notes = [str(line[-1].value) for line in lines]
    return sum("政策文件" in one for one in notes) + sum(int(n) for n in re.findall(r"(\d+) 篇解读", "".join(notes)))


async def test_every_form_says_the_same_and_holds_no_formula(
    console: TestClient[Request, Application], enter: Enter, put: Put
) -> None:
    await put(date(YEAR, 9, 30), title=FORMULA, kind="policy", signed_on=date(YEAR, 7, 1))
    clerk = await enter("publisher")

    async def saved(form: str) -> bytes:
        path = f"/reports/timeliness/documents/{form}?figure=late&year={YEAR}"
        async with console.get(
            path, headers={"Cookie": "; ".join(f"{k}={v}" for k, v in clerk.cookies.items())}
        ) as got:
            assert (got.status, "attachment" in got.headers["Content-Disposition"]) == (200, True)
            return await got.read()

    rows = list(csv.reader(io.StringIO((await saved("csv")).decode("utf-8-sig"))))
    assert any(f"'{FORMULA}" in row for row in rows)
    book = load_workbook(io.BytesIO(await saved("xlsx")))
    (cell,) = [cell for line in book.worksheets[0] for cell in line if cell.value == FORMULA]
    assert cell.data_type == "s"
    table = Document(io.BytesIO(await saved("docx"))).tables[0]
    assert [one.text for one in table.rows[0].cells][:2] == ["编号", "标题"]
    assert table.cell(1, 1).text == FORMULA


async def test_columns_as_the_lists_of_the_site_stand(
    house: House, staff: dict[str, Person], enter: Enter, put: Put
) -> None:
    long_ago, gone = await put(date(YEAR - 2, 3, 2)), await put(date(YEAR, 12, 30))
    async with house.engine.begin() as connection:
        await listings.enrol(connection, SITE, [(long_ago, "gfxwj"), (gone, "gfxwj")])
    await making.said(house, staff, gone, StandingKind.WITHDRAWN)
    page = await (await enter("signer")).get("/reports/columns")
    count, newest, *_, how = numbers(page, "行政规范性文件")
    assert (count, newest, how) == ("1", f"{YEAR - 2}-03-02", "超期未更新")
    assert numbers(page, "通知公告")[-1] == "空白"
    assert "达到单项否决的 5 个" in page.words


async def test_what_makes_no_sense_is_refused(enter: Enter) -> None:
    clerk = await enter("admin")
    for query in ("year=1", "year=2199", "year=x", "published=-1"):
        assert (await clerk.get(f"/reports?{query}")).status == 422, query
    for query in ("", "figure=x", "figure=late&month=13", "figure=late&after=-1"):
        assert (await clerk.get(f"/reports/timeliness/documents?{query}")).status == 422, query
    assert (await clerk.get("/reports/passwords")).status == 404
