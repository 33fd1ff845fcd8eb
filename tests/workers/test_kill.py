"""kill -9 between any two steps, then another worker: delivered once, nothing lost."""

import asyncio
from collections import Counter
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from hub import bell
from hub.app import House
from hub.commands import publishing
from hub.demo.stage import Stage
from hub.store import publications, releases
from schemas import addresses
from schemas.delivery import Action, Delivery
from schemas.edition import Edition
from schemas.entry import EntryType, stamp
from schemas.person import Person
from schemas.release import Release
from tests import making
from tests.workers import dying_worker, town
from tests.workers.dying_worker import Doom, Moment, When
from tests.working import working

BOTH: tuple[When, ...] = ("before", "after")
#: Every moment at which anything is written about a delivery. A claim is the same whatever the delivery is to do.
MATRIX = {
    "Claimed": [Moment(when, "Claimed") for when in BOTH],
    **{
        what: [Moment(when, what, action) for action, when in product((Action.PUBLISH, Action.ANNOTATE), BOTH)]
        for what in ("Prepared", "Intended", "Accepted", "Seen")
    },
}


async def test_another_worker_takes_over_when_the_lease_of_a_dead_one_runs_out(
    house: House, scene: Stage, staff: dict[str, Person]
) -> None:
    """After the irreversible call, on the channel that has no idempotency key of its own."""
    edition = await making.approved(house, staff)
    await publishing.publish(house.hub, staff["publisher"], edition.release)
    doom = Doom(Moment("before", "Accepted"), edition.release, "wechat")
    assert await dying_worker.die(house.settings, house.servers, doom) == -9
    async with working(house):
        found = (await town.settled(house, edition.release))[edition.release]
    published = Counter(d.channel for d in found if d.action is Action.PUBLISH)
    assert published == dict.fromkeys(house.channels, 1)
    assert set((await town.articles(scene)).values()) == {1}
    assert len(await town.records(scene)) == len(edition.documents)


async def test_an_emptied_queue_loses_nothing(house: House, staff: dict[str, Person]) -> None:
    edition = await making.approved(house, staff)
    await publishing.publish(house.hub, staff["publisher"], edition.release)
    redis = bell.connect(house.servers.redis_url)
    await redis.flushall()
    async with working(house):
        await redis.flushall()
        await town.settled(house, edition.release)
    await redis.aclose(close_connection_pool=True)


async def test_the_official_time_is_the_earliest_authoritative_sighting(house: House, staff: dict[str, Person]) -> None:
    edition = await making.approved(house, staff)
    await publishing.publish(house.hub, staff["publisher"], edition.release)
    async with working(house):
        found = (await town.settled(house, edition.release))[edition.release]
    authoritative = {name for name, channel in house.channels.items() if channel.settings.authoritative}
    seen = [d.seen_at for d in found if d.action is Action.PUBLISH and d.channel in authoritative and d.seen_at]
    async with house.engine.connect() as connection:
        release = await releases.find(connection, edition.release)
    assert release is not None
    assert release.official_at == min(seen)


@pytest.mark.parametrize("moments", MATRIX.values(), ids=MATRIX)
async def test_a_worker_killed_at_any_moment_on_any_channel_publishes_once(
    house: House, scene: Stage, staff: dict[str, Person], tmp_path: Path, moments: list[Moment]
) -> None:
    """One release per moment, one dead worker per channel; then one worker for all that they left behind."""
    editions = {moment: await approved(house, staff, moment) for moment in moments}
    for moment, edition in editions.items():
        await publishing.publish(house.hub, staff["publisher"], edition.release, channels=channels(house, moment))
        await all_die(house, moment, edition.release)
    await let_leases_run_out(house)
    async with working(house):
        found = await town.settled(house, *(edition.release for edition in editions.values()))
    acts = await town.acts(house)
    for moment, edition in editions.items():
        await delivered_once(house, moment, found[edition.release])
        await timed_once(house, found[edition.release], [act for act in acts if act.get("rel") == edition.release])
    on_wechat = [edition for moment, edition in editions.items() if "wechat" in channels(house, moment)]
    assert await town.articles(scene) == Counter(paths(*on_wechat))
    assert await shown_by_the_column(scene) == Counter(names(*editions.values()))
    await shown_on_the_site(house, *editions.values())
    await shown_in_the_feeds(house, *editions.values())
    report = await town.audited(house, tmp_path / "log")
    assert report.ok, report.findings
    assert report.certificates_checked == len(moments)


def channels(house: House, moment: Moment) -> list[str]:
    """Where a release of the moment goes: an article cannot be changed, so nobody dies of annotating one."""
    editable = [name for name, channel in house.channels.items() if channel.traits.editable]
    return editable if moment.action is Action.ANNOTATE else list(house.channels)


async def approved(house: House, staff: dict[str, Person], moment: Moment) -> Edition:
    return await making.approved(house, staff, title=f"关于 {moment} 的通知", doc_no=None)


async def all_die(house: House, moment: Moment, release: int) -> None:
    """On every channel at once. Their leases outlive them, so that nobody takes over before all are dead."""
    settings = house.settings.model_copy(update={"worker_name": "doomed", "lease_seconds": 300.0})
    deaths = [
        dying_worker.die(settings, house.servers, Doom(moment, release, channel), alone=True)
        for channel in channels(house, moment)
    ]
    assert set(await asyncio.gather(*deaths)) == {-9}, moment


async def let_leases_run_out(house: House) -> None:
    async with house.engine.begin() as connection:
        overdue = text("UPDATE deliveries SET lease_until = clock_timestamp() WHERE lease_until IS NOT NULL")
        assert (await connection.execute(overdue)).rowcount > 0


async def delivered_once(house: House, moment: Moment, found: list[Delivery]) -> None:
    wanted = set(channels(house, moment))
    published = Counter(d.channel for d in found if d.action is Action.PUBLISH)
    annotated = Counter(d.channel for d in found if d.action is Action.ANNOTATE)
    assert published == dict.fromkeys(wanted, 1), moment
    assert annotated == dict.fromkeys(wanted - {"wechat"}, 1), moment
    async with house.engine.connect() as connection:
        shown = await publications.of_release(connection, found[0].release)
    assert {one.channel for one in shown if one.document == "policy" and one.seen_at} == wanted, moment


async def timed_once(house: House, found: list[Delivery], acts: list[dict[str, Any]]) -> None:
    """One official time: that of the first sighting on an authoritative channel, in the store and in the log alike."""
    authoritative = {name for name, channel in house.channels.items() if channel.settings.authoritative}
    seen = [d.seen_at for d in found if d.action is Action.PUBLISH and d.channel in authoritative and d.seen_at]
    assert (await read(house, found[0].release)).official_at == min(seen)
    sightings = [act for act in acts if act["t"] == EntryType.SIGHTING and act["data"]["authoritative"]]
    first = next(act["at"] for act in sightings if act["data"]["document"] == "policy")
    official = [act["at"] for act in acts if act["t"] == EntryType.RELEASE_OFFICIAL]
    assert official == [first] == [stamp(min(seen))]


async def read(house: House, release: int) -> Release:
    async with house.engine.connect() as connection:
        found = await releases.find(connection, release)
    assert found is not None
    return found


async def shown_by_the_column(scene: Stage) -> Counter[str]:
    """Every record has two versions: as published, and with its official time."""
    kept = (await town.records(scene)).values()
    for record in kept:
        assert len(record["versions"]) == len({version["key"] for version in record["versions"]}) == 2
    return Counter(record["versions"][-1]["record"]["document"] for record in kept)


async def shown_on_the_site(house: House, *editions: Edition) -> None:
    pages = town.pages(house)
    for edition in editions:
        release = await read(house, edition.release)
        assert release.official_at is not None
        for path in paths(edition):
            assert stamp(release.official_at) in pages[path]
            assert f'href="{path}"' in pages[f"{path.rpartition('/')[0]}/index.html"]


async def shown_in_the_feeds(house: House, *editions: Edition) -> None:
    for name in ("all.atom", "all.rss"):
        entries = (await town.feed(house, name)).entries
        assert Counter(one.link.removeprefix(house.public_url) for one in entries) == Counter(paths(*editions))


def paths(*editions: Edition) -> list[str]:
    return [addresses.path(edition.release, one.name) for edition in editions for one in edition.documents]


def names(*editions: Edition) -> list[str]:
    return [one.name for edition in editions for one in edition.documents]
