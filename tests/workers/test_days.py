"""In a whole town: what a new document declares of an old one, and what a day brings, is on every channel by itself."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bs4 import BeautifulSoup

from hub.app import House
from hub.commands import publishing
from hub.store import relations, standings
from hub.store.relations import Turn
from schemas import addresses
from schemas.basis import Cause
from schemas.delivery import Action, DeliveryState
from schemas.entry import BEIJING, EntryType
from schemas.person import Person
from schemas.standing import Standing, StandingKind
from tests import making
from tests.workers import town
from tests.workers.test_after import done
from tests.working import working
from workers import carrying, days, main

VISIBLE = [DeliveryState.VISIBLE]


def no(number: int) -> dict[str, object]:
    return {"index_no": f"11120000MB1909339E/2026-{number:05}", "doc_no": None}


async def held(house: House, release: int, *, serial: int = 1) -> Standing:
    """What holds of the release once so many words were said of it."""
    async with asyncio.timeout(20):
        while True:
            async with house.engine.connect() as connection:
                found = await standings.current(connection, release)
            if found and (found.serial or 0) >= serial:
                return found
            await asyncio.sleep(0.05)


def tied(house: House, release: int) -> str:
    page = BeautifulSoup(town.pages(house)[addresses.path(release, "policy")], "lxml")
    return "；".join("".join(one.get_text().split()) for one in page.select('[aria-labelledby="ties"] li'))


async def test_a_new_document_ends_the_old_one_wherever_it_is(
    house: House, staff: dict[str, Person], tmp_path: Path
) -> None:
    old = await making.approved(house, staff, title="旧的通知", **no(2))
    third = await making.approved(house, staff, title="第三份通知", **no(3))
    async with working(house):
        for one in (old, third):
            await publishing.publish(house.hub, staff["publisher"], one.release)
        await town.settled(house, old.release, third.release)
        declared = [{"kind": "replaces", "release": old.release}, {"kind": "clarifies", "release": third.release}]
        new = await making.approved(house, staff, title="新的通知", relations=declared)
        await publishing.publish(house.hub, staff["publisher"], new.release)
        ended = await held(house, old.release)
        await held(house, third.release)
        found = (await town.settled(house, old.release, third.release, new.release))[old.release]
    assert (ended.kind, ended.cause) == (StandingKind.REPEALED, Cause.RELATION)
    assert ended.reason == "《新的通知》（津规资办发〔2026〕1号）替代了本文件"
    assert (ended.proposed_by, ended.ruled_by) == (staff["editor"].id, staff["signer"].id)
    assert done(found, Action.ANNOTATE) == {name: VISIBLE for name in house.channels if name != "wechat"}
    page = town.pages(house)[addresses.path(old.release, "policy")]
    assert "关于测试的通知(已废止)" in page
    assert tied(house, old.release) == "替代本文件的文件：新的通知"
    assert tied(house, new.release) == "替代的文件：旧的通知；澄清的文件：第三份通知"
    assert tied(house, third.release) == "澄清本文件的文件：新的通知"
    assert 'class="standing' not in town.pages(house)[addresses.path(third.release, "policy")]
    told = [(a["rel"], a["data"]["what"]) for a in await town.acts(house) if a["t"] == EntryType.STANDING_FOLLOWED]
    assert sorted(told) == [(old.release, new.digest), (third.release, new.digest)]
    report = await town.audited(house, tmp_path / "log")
    assert report.ok, report.findings


async def test_what_people_say_of_the_old_one_stands_on_the_new_one_too(
    house: House, staff: dict[str, Person], tmp_path: Path
) -> None:
    new = await making.approved(house, staff, title="新的通知", **no(2))
    old = await making.approved(house, staff, title="旧的通知")
    async with working(house):
        for one in (new, old):
            await publishing.publish(house.hub, staff["publisher"], one.release)
        await town.settled(house, new.release, old.release)
        named = {"successor": {"release": new.release}, "reason": "已有新规定"}
        await making.said(house, staff, old.release, StandingKind.REPEALED, **named)
        await held(house, new.release)
        await town.settled(house, new.release, old.release)
    assert tied(house, new.release) == "替代的文件：旧的通知"
    assert tied(house, old.release) == "替代本文件的文件：新的通知"
    report = await town.audited(house, tmp_path / "log")
    assert report.ok, report.findings


async def test_what_is_over_by_its_own_date_is_marked_once_whoever_works(
    house: House, staff: dict[str, Person], tmp_path: Path
) -> None:
    last = date(2026, 11, 20)
    edition = await making.approved(house, staff, effective_on=date(2026, 11, 2), expires_on=last)
    await publishing.publish(house.hub, staff["publisher"], edition.release)
    async with working(house):
        await town.settled(house, edition.release)
        made = await held(house, edition.release)
        await town.settled(house, edition.release)
    since = last + timedelta(days=1)
    assert (made.kind, made.cause, made.effective_on) == (StandingKind.EXPIRED, Cause.TERM, since)
    assert "关于测试的通知(已失效)" in town.pages(house)[addresses.path(edition.release, "policy")]
    async with house.engine.begin() as connection:
        await relations.turn(connection, edition.release, since + timedelta(days=1))
    worker = main.hire(house)
    assert len([one for one in await asyncio.gather(*(days.turn(worker) for _ in range(4))) if one]) == 1
    async with house.engine.connect() as connection:
        assert len(await standings.of_release(connection, edition.release)) == 1
    report = await town.audited(house, tmp_path / "log")
    assert report.ok, report.findings


async def test_what_a_document_says_of_a_day_to_come_waits_for_it(house: House, staff: dict[str, Person]) -> None:
    now = datetime.now(UTC)
    day = (now + timedelta(days=10)).astimezone(BEIJING).date()
    old = await making.approved(house, staff, title="旧的通知", **no(2))
    async with working(house):
        await publishing.publish(house.hub, staff["publisher"], old.release)
        await town.settled(house, old.release)
        declared = [{"kind": "repeals", "release": old.release}]
        new = await making.approved(house, staff, effective_on=day, expires_on=None, relations=declared)
        await publishing.publish(house.hub, staff["publisher"], new.release)
        await town.settled(house, new.release)
    assert "尚未施行，自" in town.pages(house)[addresses.path(new.release, "policy")]
    worker = main.hire(house)
    await days.catch_up(worker)
    async with house.engine.begin() as connection:
        (said,) = await relations.of_release(connection, old.release)
        assert (said.due_on, said.settled_at) == (day, None)
        assert await relations.due(connection, day - timedelta(days=1)) is None
        assert await standings.current(connection, old.release) is None
        # The day itself, as the two loops would meet it.
        then = now + timedelta(days=10)
        assert (await carrying.relate(connection, worker, said, then)).rings
        assert (await carrying.turn(connection, worker, Turn(release=new.release, day=day), then)).rings
        ended, begun = [await standings.current(connection, one.release) for one in (old, new)]
    told = [(one.kind, one.effective_on, one.cause) for one in (ended, begun) if one]
    in_force = (StandingKind.IN_FORCE, day, Cause.TERM)
    assert told == [(StandingKind.REPEALED, day, Cause.RELATION), in_force]
