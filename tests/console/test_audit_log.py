"""The log browser: everything findable, nothing changed, each entry provable, each list a file."""

import csv
import io
import json
from urllib.parse import urlencode

import pytest
from sqlalchemy import text

from hub.app import House
from hub.commands import people
from hub.log import verify
from hub.store import log
from schemas.entry import Act, EntryType
from schemas.person import Duty, Person
from tests import making
from tests.console.clerk import Clerk, Sheet
from tests.console.conftest import Enter
from workers.checkpoint import Checkpointer


async def sign(house: House) -> int:
    async with house.engine.connect() as connection:
        size = await log.size(connection)
    await Checkpointer(house.engine, house.signer, house.settings.data_dir / "guard").cover(size)
    return size


def places(sheet: Sheet) -> list[int]:
    """The entries on the page, in its order."""
    return [int(str(a["href"]).rpartition("/")[2]) for a in sheet.soup.select("td.proof a")]


async def search(clerk: Clerk, **filters: object) -> Sheet:
    return await clerk.get(f"/audit/log?{urlencode(filters)}")


async def test_filters_find_exactly_what_they_say(house: House, staff: dict[str, Person], enter: Enter) -> None:
    one, other = (await making.approved(house, staff)).release, (await making.draft(house, staff)).id
    clerk = await enter("auditor")
    mine = places(await search(clerk, release=one))
    assert mine == sorted(mine, reverse=True)
    assert not set(mine) & set(places(await search(clerk, release=other)))
    reviews = places(await search(clerk, release=one, type="release.reviewed"))
    assert len(reviews) == len(making.REVIEWS)
    assert set(reviews) < set(mine)
    by_one = await search(clerk, who=staff["second"].id)
    assert len(places(by_one)) == 1
    assert "second先生" in by_one.words
    assert places(await search(clerk, who="operator", type="release.created")) == []
    assert "没有符合条件的条目" in (await search(clerk, channel="website", release=one)).words


async def test_days_are_whole_days_of_beijing(house: House, staff: dict[str, Person], enter: Enter) -> None:
    await making.draft(house, staff)
    clerk = await enter("auditor")
    async with house.engine.connect() as connection:
        query = text("SELECT convert_from(body, 'UTF8')::jsonb ->> 'at' FROM log_entries ORDER BY seq")
        days = [at[:10] for at in (await connection.execute(query)).scalars()]
    assert places(await search(clerk, since=days[0], until=days[-1])) == list(range(len(days) - 1, -1, -1))
    assert places(await search(clerk, until="2001-01-01")) == []
    assert places(await search(clerk, since="2999-01-01")) == []


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        ({"release": "1001x"}, "编号只含数字"),
        ({"since": "26.11.2026"}, "日期应写作"),
        ({"since": "2026-11-27", "until": "2026-11-26"}, "截止日期早于开始日期"),
    ],
)
async def test_what_is_wrong_in_a_filter_is_said_beside_it(enter: Enter, filters: dict[str, str], said: str) -> None:
    sheet = await search(await enter("auditor"), **filters)
    assert said in sheet.words
    assert (await (await enter("auditor")).get(f"/audit/log.csv?{urlencode(filters)}")).status == 422


@pytest.mark.parametrize(
    "hostile",
    ["who=%27%3B%20DROP%20TABLE%20people", "type=%25", "channel=%00", "before=-1", "before=9" * 9, "until=9999-12-31"],
)
async def test_no_filter_breaks_the_page(enter: Enter, hostile: str) -> None:
    assert (await (await enter("auditor")).get(f"/audit/log?{hostile}")).status in {200, 422}


async def test_pages_lead_to_the_first_entry_and_repeat_none(house: House, enter: Enter) -> None:
    acts = [Act(type=EntryType.CHANNEL_CHANGED, who="operator", channel="website", data={"n": n}) for n in range(120)]
    async with house.engine.begin() as connection:
        await log.append(connection, acts)
    clerk = await enter("auditor")
    seen: list[int] = []
    path = "/audit/log"
    while path:
        sheet = await clerk.get(path)
        seen += places(sheet)
        older = sheet.soup.find("a", string="更早的条目")
        path = str(older["href"]) if older else ""
    assert seen == list(range(len(seen) - 1, -1, -1))
    assert len(seen) > 120


async def test_an_entry_shows_its_bytes_and_a_proof_that_holds(
    house: House, staff: dict[str, Person], enter: Enter
) -> None:
    await making.draft(house, staff)
    size = await sign(house)
    clerk = await enter("auditor")
    sheet = await clerk.get(f"/audit/log/{size - 2}")
    async with house.engine.connect() as connection:
        (body,) = [entry async for entry in log.entries(connection, size - 2, size - 1)]
    assert body.decode() in sheet.soup.find("pre", attrs={"aria-labelledby": "bytes"}).get_text()  # type: ignore[union-attr]
    assert f"前 {size} 条日志之中" in sheet.words
    given = await clerk.get(f"/audit/log/{size - 2}/proof")
    policy = f"log {house.signer.vkey}\nquorum none\n".encode()
    assert verify.verify_certificate(given.text.encode(), policy=policy) == ()
    assert verify.verify_certificate(given.text.replace("index ", "index 1").encode(), policy=policy) != ()


async def test_what_is_not_signed_yet_is_not_called_proven(house: House, enter: Enter) -> None:
    clerk = await enter("auditor")
    await sign(house)
    async with house.engine.begin() as connection:
        added = await log.append(connection, [Act(type=EntryType.CHANNEL_CHANGED, who="operator", channel="website")])
    sheet = await clerk.get(f"/audit/log/{added.first}")
    assert "还没有进入签名检查点" in sheet.words
    assert (await clerk.get(f"/audit/log/{added.first}/proof")).status == 503
    assert "尚未签名" in (await clerk.get("/audit/log")).words
    assert (await clerk.get(f"/audit/log/{added.first + 1}")).status == 404


async def test_lists_are_files_and_run_nothing(house: House, staff: dict[str, Person], enter: Enter) -> None:
    evil = await people.add(
        house.hub, people.OPERATOR, login="evil", name="=HYPERLINK(0)", unit="办公室", duties=[Duty.EDITOR]
    )
    await making.draft(house, {**staff, "editor": evil})
    clerk = await enter("auditor")
    sheet = await clerk.get(f"/audit/log.csv?who={evil.id}")
    assert sheet.headers["Content-Disposition"] == 'attachment; filename="gongbu-log.csv"'
    assert sheet.text.startswith("\ufeff序号")
    rows = list(csv.reader(io.StringIO(sheet.text)))
    assert {row[3] for row in rows[1:]} == {"'=HYPERLINK(0)"}
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@"))]
    lines = (await clerk.get(f"/audit/log.jsonl?who={evil.id}")).text.splitlines()
    assert len(lines) == len(rows) - 1
    async with house.engine.connect() as connection:
        for line in lines:
            told = json.loads(line)
            (body,) = [entry async for entry in log.entries(connection, told["seq"], told["seq"] + 1)]
            assert body.decode() in line


@pytest.mark.parametrize("login", ["editor", "first", "publisher"])
async def test_others_do_not_enter(enter: Enter, login: str) -> None:
    clerk = await enter(login)
    for path in ("/audit", "/audit/log", "/audit/log/0", "/audit/log.zip", "/audit/verify", "/audit/releases/1001"):
        assert (await clerk.get(path)).status == 403, path
    assert "审计" not in (await clerk.get("/")).soup.select_one("nav").get_text()  # type: ignore[union-attr]


async def test_the_number_that_was_typed_leads_to_the_timeline(
    house: House, staff: dict[str, Person], enter: Enter
) -> None:
    release = (await making.draft(house, staff)).id
    clerk = await enter("signer")
    assert (await clerk.get(f"/audit/find?release={release}")).path == f"/audit/releases/{release}"
    for wrong in ("", "abc", "0", "9" * 30, "-1"):
        assert (await clerk.get(f"/audit/find?release={wrong}")).status == 404
