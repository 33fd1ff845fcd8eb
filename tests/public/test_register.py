"""The register tells what holds today, whatever was said and whatever day it is; and it can be taken away."""

import csv
import io
import itertools
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import aiohttp
import openpyxl
import pytest
from sqlalchemy.exc import OperationalError

from hub.core import cards as rules
from hub.core import validity
from hub.web.live import register
from schemas.card import Validity
from schemas.edition import Edition
from schemas.person import Person
from schemas.standing import Standing, StandingKind
from tests import making
from tests.public.conftest import Room
from workers import cards

V, K = Validity, StandingKind
TODAY = date(2026, 11, 26)
DAY = timedelta(days=1)


def said(kind: StandingKind) -> Standing:
    at = datetime(2026, 11, 26, tzinfo=UTC)
    return Standing(
        id=1,
        release=1,
        kind=kind,
        reason="有新规定",
        ground="",
        successor=None,
        effective_on=TODAY,
        expires_on=None,
        proposed_by="a",
        proposed_at=at,
    )


@pytest.mark.parametrize(
    ("kind", "effective_on", "expires_on", "expected", "turns_on"),
    [
        (None, None, None, V.IN_FORCE, None),
        (None, TODAY, TODAY, V.IN_FORCE, TODAY + DAY),
        (None, TODAY + DAY, None, V.NOT_YET, TODAY + DAY),
        (None, None, TODAY - DAY, V.EXPIRED, None),
        (K.AMENDED, TODAY - DAY, TODAY, V.AMENDED, TODAY + DAY),
        (K.AMENDED, None, TODAY - DAY, V.EXPIRED, None),
        (K.REPEALED, TODAY + DAY, TODAY - DAY, V.REPEALED, None),
        (K.EXPIRED, None, TODAY + DAY, V.EXPIRED, None),
        (K.IN_FORCE, None, None, V.IN_FORCE, None),
    ],
)
def test_validity(
    kind: StandingKind | None,
    effective_on: date | None,
    expires_on: date | None,
    expected: Validity,
    turns_on: date | None,
) -> None:
    judged = validity.judge(said(kind) if kind else None, effective_on, expires_on, TODAY)
    assert judged == (expected, turns_on)


def test_numbers_sort_by_year_then_mark_then_number() -> None:
    given = ["津规资办发〔2020〕253号", "津规资办发〔2020〕9号", "津规资发〔2020〕10号", "津规资办发〔2019〕999号"]
    assert sorted(given, key=rules.order_no) == [given[3], given[1], given[0], given[2]]


async def holding(room: Room, staff: dict[str, Person]) -> dict[Validity, Edition]:
    """One document in every state, and one that is no 规范性文件."""
    today = date.today()  # noqa: DTZ011 - any day within one of the bureau's will do
    made = {one: await room.shelved(title=f"文件{one}", kind="normative") for one in (V.IN_FORCE, V.AMENDED)}
    made[V.REPEALED] = await room.shelved(title="=文件废止", kind="normative")
    made[V.EXPIRED] = await room.shelved(title="文件失效", kind="normative", expires_on=today - 3 * DAY)
    made[V.NOT_YET] = await room.shelved(title="文件未施行", kind="normative", effective_on=today + 3 * DAY)
    await room.shelved(title="通知", kind="notice")
    successor = {"release": made[V.IN_FORCE].release}
    for kind, state in ((K.AMENDED, V.AMENDED), (K.REPEALED, V.REPEALED)):
        await making.said(room.house, staff, made[state].release, kind, successor=successor)
    await room.follow()
    return made


async def test_every_state_is_listed_counted_and_linked_both_ways(room: Room, staff: dict[str, Person]) -> None:
    made = await holding(room, staff)
    page = await room.page("/register")
    assert re.findall(r">(有效|已修改|已废止|已失效|尚未施行) (\d)</a>", page) == [
        ("尚未施行", "1"),
        ("有效", "1"),
        ("已修改", "1"),
        ("已废止", "1"),
        ("已失效", "1"),
    ]
    successor = f'<a href="/zcwj/{made[V.IN_FORCE].release}.html">文件in_force</a>'
    assert page.count(f"替代文件：{successor}") == 1
    assert page.count(f"修改文件：{successor}") == 1
    assert page.count("原文件：") == 2
    assert "通知</a>" not in page
    only = await room.page("/register?validity=repealed&q=废止")
    assert re.findall(r'<th scope="row"><a href="/zcwj/(\d+)', only) == [str(made[V.REPEALED].release)]
    for asked, found in (("文件废止", True), ("废止 文件", True), ("文件 失效", False)):
        of_several = await room.page(f"/register?validity=repealed&q={asked}")
        assert ("<th scope" in of_several) is found, "all of the words, in whatever order"
    # An extension brings back what had run out; a new standing that says no day keeps it.
    later = date.today() + 30 * DAY  # noqa: DTZ011
    await making.said(room.house, staff, made[V.EXPIRED].release, K.IN_FORCE, expires_on=later)
    await making.said(room.house, staff, made[V.EXPIRED].release, K.AMENDED)
    await making.said(room.house, staff, made[V.IN_FORCE].release)
    await room.follow()
    page = await room.page("/register")
    assert "已失效 0" in page
    assert "已修改 2" in page
    assert f'<time datetime="{later}">' in page
    # A successor that is withdrawn is still named, and leads nowhere.
    assert "替代文件：文件in_force</span>" in page


async def test_a_day_that_comes_changes_what_holds(room: Room, staff: dict[str, Person]) -> None:
    await holding(room, staff)
    async with room.house.engine.begin() as connection:
        # As if the cards had been made before the day came.
        await connection.exec_driver_sql(
            "UPDATE cards SET validity = 'in_force', turns_on = current_date - 1 WHERE title = '文件失效'"
        )
    assert "已失效 0" in await room.page("/register")
    sites = cards.sites(room.house.channels)
    assert not await cards.step(room.house.engine, sites)
    assert "已失效 1" in await room.page("/register")
    assert not await cards.step(room.house.engine, sites)


async def test_the_list_can_be_taken_away_and_holds_no_formula(room: Room, staff: dict[str, Person]) -> None:
    await holding(room, staff)
    async with room.client.get("/register.csv?sort=number") as answer:
        data = await answer.read()
        assert answer.headers["Content-Disposition"].startswith("attachment")
    async with room.client.head("/register.csv") as answer:
        assert (answer.status, answer.headers.get("Transfer-Encoding")) == (200, None)
    assert data.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert len(lines) == 6
    titles = [line[0] for line in lines[1:]]
    assert "'=文件废止" in titles
    async with room.client.get("/register.xlsx?validity=repealed") as answer:
        sheet = openpyxl.load_workbook(io.BytesIO(await answer.read())).active
    rows = list(sheet.iter_rows(values_only=True))
    assert [row[0] for row in rows] == ["标题", "=文件废止"]
    assert sheet.cell(2, 1).data_type == "s"
    assert rows[1][8] == "已废止"


async def test_an_export_that_breaks_off_is_seen_to(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "PIECE", 2)
    for _ in range(3):
        await room.shelved(kind="normative")
    pieces = itertools.count()
    whole = register._piece

    async def breaking(*given: Any) -> Any:
        if next(pieces):
            raise OperationalError("", {}, OSError())
        return await whole(*given)

    monkeypatch.setattr(register, "_piece", breaking)
    with pytest.raises(aiohttp.ClientError):
        await room.page("/register.csv")
    async with room.client.get("/register.xlsx") as answer:
        assert answer.status == 503


async def test_pages_follow_their_key_in_both_orders(room: Room) -> None:
    every = [
        await room.shelved(title=f"第{n}件", kind="normative", signed_on=date(2020, 1, 1 + n % 7)) for n in range(33)
    ]
    for sort, wanted in (
        ("date", sorted(every, key=lambda one: (one.metadata.signed_on, one.release), reverse=True)),
        ("number", list(reversed(every))),
    ):
        first = await room.page(f"/register?sort={sort}")
        following = re.search(r'<a href="(/register\?[^"]+)" rel="next">', first)
        assert following
        second = await room.page(following[1].replace("&amp;", "&"))
        got = re.findall(r'<th scope="row"><a href="/zcwj/(\d+)', first + second)
        assert got == [str(one.release) for one in wanted]
        assert 'rel="next"' not in second


async def test_a_year_holds_its_first_day_and_its_last(room: Room) -> None:
    days = [date(2019, 12, 31), date(2020, 1, 1), date(2020, 12, 31), date(2021, 1, 1)]
    made = [await room.shelved(title=f"第{n}件", kind="normative", signed_on=day) for n, day in enumerate(days)]
    for sort in ("date", "number"):
        page = await room.page(f"/register?year=2020&sort={sort}")
        got = re.findall(r'<th scope="row"><a href="/zcwj/(\d+)', page)
        assert got == [str(made[2].release), str(made[1].release)]
        assert "有效 2" in page
