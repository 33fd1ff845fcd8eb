"""kill -9 between any two steps of a withdrawal or a mark, then another worker: done once, and nothing comes back."""

from pathlib import Path
from typing import Any

import pytest

from hub.app import House
from hub.commands import publishing
from hub.demo.stage import Stage
from hub.store import publications
from schemas import addresses
from schemas.delivery import Action, Delivery, DeliveryState
from schemas.edition import Edition
from schemas.person import Person
from schemas.standing import StandingKind
from tests import making
from tests.workers import test_after, test_kill, town
from tests.workers.dying_worker import Moment
from tests.workers.test_kill import BOTH
from tests.working import working

STEPS = ("Prepared", "Intended", "Accepted", "Seen")
TEXT = test_after.TEXT


@pytest.mark.parametrize("what", STEPS)
async def test_a_worker_killed_while_it_withdraws_leaves_nothing_public(
    house: House, scene: Stage, staff: dict[str, Person], tmp_path: Path, what: str
) -> None:
    """One release per moment, one dead worker per channel; then one worker for all that they left behind."""
    moments = [Moment(when, what, Action.WITHDRAW) for when in BOTH]
    editions = await published(house, staff, moments)
    official = {edition.release: (await test_kill.read(house, edition.release)).official_at for edition in editions}
    for moment, edition in zip(moments, editions, strict=True):
        await making.said(house, staff, edition.release)
        await test_kill.all_die(house, moment, edition.release)
    await test_kill.let_leases_run_out(house)
    async with working(house):
        found = await town.settled(house, *official)
    for edition in editions:
        await gone_once(house, found[edition.release], edition)
        assert (await test_kill.read(house, edition.release)).official_at == official[edition.release]
    articles = (await test_after.book(scene))["articles"].values()
    assert [item["is_deleted"] for one in articles for item in one["items"]] == [True] * 2 * len(editions)
    assert {len(one["versions"]) for one in (await town.records(scene)).values()} == {3}
    assert all("body" not in one["versions"][-1]["record"] for one in (await town.records(scene)).values())
    assert TEXT not in "".join(town.pages(house).values())
    report = await town.audited(house, tmp_path / "log")
    assert report.ok, report.findings
    assert report.certificates_checked == len(editions)


@pytest.mark.parametrize("what", ["Intended", "Accepted"])
async def test_a_worker_killed_while_it_marks_marks_once(
    house: House, scene: Stage, staff: dict[str, Person], tmp_path: Path, what: str
) -> None:
    moments = [Moment(when, what, Action.ANNOTATE) for when in BOTH]
    editions = await published(house, staff, moments)
    for moment, edition in zip(moments, editions, strict=True):
        await making.said(house, staff, edition.release, StandingKind.REPEALED)
        await test_kill.all_die(house, moment, edition.release)
    await test_kill.let_leases_run_out(house)
    async with working(house):
        found = await town.settled(house, *(edition.release for edition in editions))
    for edition in editions:
        marks = [one for one in found[edition.release] if one.standing]
        assert sorted(one.channel for one in marks) == sorted(name for name in house.channels if name != "wechat")
        assert {one.state for one in marks} == {DeliveryState.VISIBLE}
        page = town.pages(house)[addresses.path(edition.release, "policy")]
        assert f"{edition.policy.title}(已废止)" in page
    for record in (await town.records(scene)).values():
        assert len({version["key"] for version in record["versions"]}) == len(record["versions"]) == 3
    report = await town.audited(house, tmp_path / "log")
    assert report.ok, report.findings


async def published(house: House, staff: dict[str, Person], moments: list[Moment]) -> list[Edition]:
    editions = [await test_kill.approved(house, staff, moment) for moment in moments]
    for edition in editions:
        await publishing.publish(house.hub, staff["publisher"], edition.release)
    async with working(house):
        await town.settled(house, *(edition.release for edition in editions))
    return editions


async def gone_once(house: House, found: list[Delivery], edition: Edition) -> None:
    withdrawn: dict[str, Any] = {one.channel: one.state for one in found if one.action is Action.WITHDRAW}
    assert withdrawn == dict.fromkeys(house.channels, DeliveryState.VISIBLE)
    assert len([one for one in found if one.action is Action.WITHDRAW]) == len(house.channels)
    async with house.engine.connect() as connection:
        shown = await publications.of_release(connection, edition.release)
    assert all(one.withdrawn_at and one.seen_at for one in shown)
