"""After the release, in a whole town: withdrawn and marked on every channel, in order, and never public again."""

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
from bs4 import BeautifulSoup
from sqlalchemy import text

from hub.app import House
from hub.commands import drafting, publishing, reviewing, standing, steering
from hub.demo.stage import Stage
from hub.store import deliveries, publications, releases
from schemas import addresses
from schemas.delivery import FINAL, Action, Delivery, DeliveryState
from schemas.edition import Edition
from schemas.entry import EntryType
from schemas.person import Person
from schemas.publication import Publication
from schemas.release import Document, Release, Role
from schemas.review import Decision
from schemas.standing import StandingKind
from tests import making
from tests.workers import town
from tests.working import working

TEXT = "一、为了测试。"


async def published(house: House, staff: dict[str, Person]) -> Edition:
    (edition,) = await all_published(house, staff, {})
    return edition


async def all_published(house: House, staff: dict[str, Person], *kinds: dict[str, object]) -> list[Edition]:
    editions = [await making.approved(house, staff, **changes) for changes in kinds]
    for edition in editions:
        await publishing.publish(house.hub, staff["publisher"], edition.release)
    async with working(house):
        await town.settled(house, *(edition.release for edition in editions))
    return editions


async def settled(house: House, release: int) -> list[Delivery]:
    async with working(house):
        return (await town.settled(house, release))[release]


async def corrected(house: House, staff: dict[str, Person], release: int) -> Edition:
    """A second edition that only waits for the button."""
    changed = Document(role=Role.POLICY, number=0, title="关于测试的通知", body="<p>二、更正以后。</p>")
    await drafting.put_document(house.hub, staff["editor"], release, changed)
    edition = await reviewing.submit(house.hub, staff["editor"], release)
    for login, level in making.REVIEWS:
        await reviewing.review(house.hub, staff[login], release, level, Decision.APPROVE)
    return edition


async def shown(house: House, release: int) -> list[Publication]:
    async with house.engine.connect() as connection:
        return await publications.of_release(connection, release)


async def row(house: House, release: int) -> Release:
    async with house.engine.connect() as connection:
        found = await releases.find(connection, release)
    assert found is not None
    return found


async def found_at(*places: str) -> str:
    """What the public finds at these addresses, all of it."""
    async with aiohttp.ClientSession() as http:
        pages = []
        for place in places:
            async with http.get(place) as answer:
                pages.append(await answer.text())
    return "\n".join(pages)


def done(found: list[Delivery], action: Action) -> dict[str, list[DeliveryState]]:
    states: dict[str, list[DeliveryState]] = {}
    for one in found:
        if one.action is action and one.standing:
            states.setdefault(one.channel, []).append(one.state)
    return states


async def test_a_withdrawn_release_is_gone_from_every_channel(
    house: House, staff: dict[str, Person], tmp_path: Path
) -> None:
    edition = await published(house, staff)
    before = await row(house, edition.release)
    places = {one.address for one in await shown(house, edition.release)}
    assert TEXT in await found_at(*places)
    await making.said(house, staff, edition.release)
    found = await settled(house, edition.release)
    assert done(found, Action.WITHDRAW) == {name: [DeliveryState.VISIBLE] for name in house.channels}
    assert TEXT not in await found_at(*places)
    after = await row(house, edition.release)
    assert (after.official_at, after.official_channel) == (before.official_at, before.official_channel)
    assert all(one.withdrawn_at and one.seen_at for one in await shown(house, edition.release))
    acts = [act["t"] for act in await town.acts(house)]
    assert acts.count(EntryType.WITHDRAWAL_SEEN) == len(house.channels) * len(edition.documents)
    report = await town.audited(house, tmp_path / "log")
    assert report.ok, report.findings
    assert report.certificates_checked == 1


async def test_a_repealed_release_is_marked_wherever_it_can_be(
    house: House, staff: dict[str, Person], tmp_path: Path
) -> None:
    successor, edition = await all_published(house, staff, {"title": "新的通知", "doc_no": None}, {})
    await making.said(
        house,
        staff,
        edition.release,
        StandingKind.REPEALED,
        reason="已有新规定",
        successor={"release": successor.release},
    )
    found = await settled(house, edition.release)
    able = [name for name in house.channels if name != "wechat"]
    assert done(found, Action.ANNOTATE) == {name: [DeliveryState.VISIBLE] for name in able}
    pages = town.pages(house)
    page = pages[addresses.path(edition.release, "policy")]
    assert "关于测试的通知(已废止)" in page
    assert f'<a href="{house.public_url}{addresses.path(successor.release, "policy")}">新的通知</a>' in page
    assert TEXT in page
    assert "关于测试的通知(已废止)" in BeautifulSoup(pages["/zcwj/index.html"], "lxml").get_text()
    assert "关于测试的通知(已废止)" in [one.title for one in (await town.feed(house, "all.atom")).entries]
    report = await town.audited(house, tmp_path / "log")
    assert report.ok, report.findings


async def test_a_correction_under_way_is_not_overtaken_by_its_withdrawal(
    house: House, staff: dict[str, Person], scene: Stage
) -> None:
    """The correction has left for WeChat and nobody knows what became of it; elsewhere it has not left."""
    edition = await published(house, staff)
    newer = await corrected(house, staff, edition.release)
    await steering.pause(house.hub, staff["publisher"], "website", why="测试")
    async with aiohttp.ClientSession() as http:
        order = {"path": "/cgi-bin/freepublish/submit", "fault": "drop_reply"}
        async with http.post(f"{scene.wechat_url}/sandbox/faults", json=order) as answer:
            assert answer.status == 200
    await publishing.publish(house.hub, staff["publisher"], edition.release, channels=["wechat", "website"])
    async with working(house):
        await until(house, edition.release, lambda one: one.channel == "wechat" and bool(one.intended_at), newer.number)
    await steering.resume(house.hub, staff["publisher"], "website")
    await making.said(house, staff, edition.release)
    found = await settled(house, edition.release)
    on_website = [one.state for one in found if (one.channel, one.edition) == ("website", newer.number)]
    assert on_website == [DeliveryState.CANCELLED]
    articles = (await book(scene))["articles"].values()
    assert [all(item["is_deleted"] for item in one["items"]) for one in articles] == [True] * len(articles)
    assert "更正以后" not in await found_at(*{one.address for one in await shown(house, edition.release)})


async def test_what_is_withdrawn_comes_back_only_as_a_new_edition(
    house: House, staff: dict[str, Person], scene: Stage
) -> None:
    edition = await published(house, staff)
    await making.said(house, staff, edition.release)
    await settled(house, edition.release)
    newer = await corrected(house, staff, edition.release)
    await publishing.publish(house.hub, staff["publisher"], edition.release)
    await settled(house, edition.release)
    page = town.pages(house)[addresses.path(edition.release, "policy")]
    assert "更正以后" in page
    assert "gongbu:standing" not in page
    assert addresses.path(edition.release, "policy") in town.pages(house)["/zcwj/index.html"]
    assert {one.withdrawn_at for one in await shown(house, edition.release)} == {None}
    titles = [one.title for one in (await town.feed(house, "all.atom")).entries]
    assert titles.count("关于测试的通知") == 1
    assert "关于测试的通知(已撤回)" not in titles
    await making.said(house, staff, edition.release, reason="再次撤回")
    await settled(house, edition.release)
    assert newer.number == 2
    assert all(item["is_deleted"] for one in (await book(scene))["articles"].values() for item in one["items"])


async def test_what_the_channel_took_and_never_shows_does_not_hold_the_withdrawal_up(
    house: House, staff: dict[str, Person]
) -> None:
    edition = await making.approved(house, staff)
    await publishing.publish(house.hub, staff["publisher"], edition.release, channels=["website", "rss"])
    async with house.engine.begin() as connection:
        (one, _) = await deliveries.of_release(connection, edition.release)
        taken = {"state": "accepted", "step": "sight", "receipt": '{"id": "r"}', "id": one.id}
        await connection.execute(
            text(
                "UPDATE deliveries SET state = :state, step = :step, receipt = CAST(:receipt AS jsonb), "
                "intended_at = clock_timestamp(), accepted_at = clock_timestamp() WHERE id = :id"
            ),
            taken,
        )
    await making.said(house, staff, edition.release)
    async with working(house):
        found = await until(house, edition.release, lambda one: one.action is Action.WITHDRAW and one.state in FINAL)
    states = {(d.channel, d.action): d.state for d in found}
    assert states == {
        (one.channel, Action.PUBLISH): DeliveryState.SUPERSEDED,
        ("rss" if one.channel == "website" else "website", Action.PUBLISH): DeliveryState.CANCELLED,
        (one.channel, Action.WITHDRAW): DeliveryState.VISIBLE,
    }


async def until(house: House, release: int, wanted: Any, edition: int | None = None) -> list[Delivery]:
    async with asyncio.timeout(20):
        while True:
            async with house.engine.connect() as connection:
                found = await deliveries.of_release(connection, release)
            if any(wanted(one) for one in found if edition in {None, one.edition}):
                return found
            await asyncio.sleep(0.02)


async def book(scene: Stage) -> dict[str, Any]:
    async with aiohttp.ClientSession() as http, http.get(f"{scene.wechat_url}/sandbox/book") as answer:
        told: dict[str, Any] = await answer.json()
        return told


async def test_the_outlook_tells_before_what_each_channel_can_do(house: House, staff: dict[str, Person]) -> None:
    edition = await published(house, staff)
    prospects = await standing.outlook(house.hub, edition.release, StandingKind.REPEALED)
    assert {one.channel: one.can for one in prospects} == {
        name: "no" if name == "wechat" else "yes" for name in house.channels
    }
    assert all(one.editions == (1,) and one.addresses and one.words for one in prospects)
    assert {one.called_off + one.ahead for one in prospects} == {0}
