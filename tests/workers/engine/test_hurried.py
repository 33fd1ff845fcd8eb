"""应急发布: behind a backlog on its channel, the fast lane is claimed first; order within a release stays."""

from hub.commands import publishing, reviewing
from hub.store import due
from schemas.review import Decision
from tests import making
from tests.workers.engine.rig import Rig
from workers import deliver


async def hurried(rig: Rig) -> int:
    """A release of the fast lane on its way; its id."""
    release = (await making.draft(rig.house, rig.staff, kind="notice")).id
    hub, staff = rig.house.hub, rig.staff
    await reviewing.submit(hub, staff["editor"], release, urgent="今晨发生地质灾害，须立即公告避险路线")
    for login, level in making.REVIEWS:
        if login in {"secrecy", "signer"}:
            await reviewing.review(hub, staff[login], release, level, Decision.APPROVE)
    await publishing.publish(hub, staff["publisher"], release, channels=["alpha"])
    return release


async def test_it_passes_what_has_waited_longer(rig: Rig) -> None:
    usual = await rig.published(4)
    urgent = await hurried(rig)
    station = rig.station("alpha")
    claimed = [one.release for one in await deliver.claim(station, limit=2)]
    assert claimed == [urgent, usual[0]]
    assert [one.release for one in await deliver.claim(station, limit=9)] == usual[1:]


async def test_it_waits_for_nobody_on_an_idle_channel_and_is_claimed_once(rig: Rig) -> None:
    urgent = await hurried(rig)
    station = rig.station("alpha")
    assert [one.release for one in await deliver.claim(station, limit=1)] == [urgent]
    assert await deliver.claim(station, limit=1) == []


async def test_an_older_one_has_had_its_time(rig: Rig) -> None:
    usual = await rig.published(1)
    urgent = await hurried(rig)
    late = due.HURRIED.total_seconds() + 1
    await rig.sql("UPDATE urgencies SET published_at = published_at - make_interval(secs => :late)", late=late)
    station = rig.station("alpha")
    assert [one.release for one in await deliver.claim(station, limit=1)] == usual
    assert [one.release for one in await deliver.claim(station, limit=1)] == [urgent]
