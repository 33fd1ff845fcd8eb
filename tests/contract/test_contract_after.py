"""What every channel promises about what comes after a publication: withdrawn means gone, marked means marked."""

import pytest

from channels.contract import NotYetError
from schemas.delivery import Action
from schemas.edition import Edition
from schemas.parcel import Parcel
from schemas.publication import Receipt, Sighting
from schemas.standing import Can, StandingKind
from tests.channels.conftest import OFFICIAL_AT, build_edition, build_notice
from tests.contract.journey import Journey
from tests.contract.world import WORLDS, World

ANNOTATING = [world for world in WORLDS if world.kind != "wechat"]
GONE = build_notice(StandingKind.WITHDRAWN, reason="公开了不应公开的内容")
REPEALED = build_notice(StandingKind.REPEALED)


async def published(world: World, edition: Edition) -> tuple[Journey, tuple[Sighting, ...]]:
    journey = Journey(world, world.parcel(edition))
    return journey, await journey.go()


def withdrawal(world: World, edition: Edition, receipt: Receipt | None) -> Parcel:
    return world.parcel(edition, action=Action.WITHDRAW, official_at=OFFICIAL_AT, notice=GONE, published=receipt)


async def whatever(world: World, address: str) -> str:
    async with world.http.get(address) as response:
        return await response.text()


def text_of(edition: Edition) -> str:
    return edition.policy.body[3:10]


async def test_what_can_be_done_afterwards_is_told_before(world: World) -> None:
    traits = world.channel.traits
    assert traits.withdraw.can is Can.YES
    assert traits.annotate.can is (Can.YES if type(world) in ANNOTATING else Can.NO)
    assert all(10 < len(one.words) <= 100 for one in (traits.annotate, traits.withdraw))


async def test_what_is_withdrawn_is_seen_to_be_gone_from_its_addresses(world: World, edition: Edition) -> None:
    journey, places = await published(world, edition)
    assert any([text_of(edition) in await whatever(world, one.address) for one in places])
    sightings = await Journey(world, withdrawal(world, edition, journey.receipt)).go()
    assert [(one.document, one.address) for one in sightings] == [(one.document, one.address) for one in places]
    assert not any([text_of(edition) in await whatever(world, one.address) for one in places])
    with pytest.raises(NotYetError):
        await journey.world.channel.sight(journey.parcel, journey.receipt or Receipt(id=""), journey.notes)


async def test_what_is_still_there_is_not_seen_to_be_gone(world: World, edition: Edition) -> None:
    journey, places = await published(world, edition)
    gone = Journey(world, withdrawal(world, edition, journey.receipt))
    await gone.prepare()
    receipt = Receipt(id="r", addresses={one.document: one.address for one in places})
    with pytest.raises(NotYetError):
        await world.channel.sight(gone.parcel, receipt, gone.notes)


async def test_preparing_a_withdrawal_takes_nothing_down(world: World, edition: Edition) -> None:
    journey, _ = await published(world, edition)
    before = await world.public()
    await Journey(world, withdrawal(world, edition, journey.receipt)).prepare()
    assert await world.public() == before
    assert await journey.sight()


async def test_a_withdrawal_is_asked_about_honestly(world: World, edition: Edition) -> None:
    journey, _ = await published(world, edition)
    gone = Journey(world, withdrawal(world, edition, journey.receipt))
    await gone.prepare()
    assert await gone.look_up() is None
    await gone.commit()
    world.reopen()
    found = await gone.look_up()
    assert found is not None
    assert gone.receipt is not None
    assert (found.id, found.addresses) == (gone.receipt.id, gone.receipt.addresses)


async def test_a_withdrawal_may_be_made_again(world: World, edition: Edition) -> None:
    journey, _ = await published(world, edition)
    gone = withdrawal(world, edition, journey.receipt)
    first = await Journey(world, gone).go()
    world.reopen()
    assert [one.address for one in await Journey(world, gone).go()] == [one.address for one in first]


async def test_the_notice_says_why_and_when_and_what_came_instead(world: World, edition: Edition) -> None:
    journey, _ = await published(world, edition)
    sightings = await Journey(world, withdrawal(world, edition, journey.receipt)).go()
    if world.kind != "wechat":
        shown = await whatever(world, sightings[0].address)
        successor = GONE.successor
        assert successor is not None
        assert all(words in shown for words in (GONE.reason, "2026年11月1日", successor.title))


async def test_a_new_edition_comes_after_a_withdrawal(world: World, edition: Edition) -> None:
    journey, _ = await published(world, edition)
    await Journey(world, withdrawal(world, edition, journey.receipt)).go()
    newer = build_edition(number=2, body="<p>重新审核后的正文。</p>")
    _, sightings = await published(world, newer)
    assert "重新审核后的正文" in await whatever(world, sightings[0].address)


async def test_the_next_release_is_not_touched(world: World, edition: Edition) -> None:
    journey, _ = await published(world, edition)
    other = build_edition(release=1002, title="关于另一件事的通知", body="<p>另一份文件。</p>")
    beside, _ = await published(world, other)
    await Journey(world, withdrawal(world, edition, journey.receipt)).go()
    assert await beside.sight()


@pytest.mark.parametrize("opener", ANNOTATING, indirect=True, ids=lambda world: world.kind)
async def test_a_mark_is_seen_where_the_document_is(world: World, edition: Edition) -> None:
    journey, places = await published(world, edition)
    marked = Journey(world, world.parcel(edition, action=Action.ANNOTATE, official_at=OFFICIAL_AT, notice=REPEALED))
    with pytest.raises(NotYetError):
        await world.channel.sight(marked.parcel, journey.receipt or Receipt(id=""), marked.notes)
    sightings = await marked.go()
    assert [(one.document, one.address) for one in sightings] == [(one.document, one.address) for one in places]
    shown = await whatever(world, sightings[0].address)
    assert f"{edition.policy.title}(已废止)" in shown
    assert text_of(edition) in shown
    assert REPEALED.reason in shown


@pytest.mark.parametrize("opener", ANNOTATING, indirect=True, ids=lambda world: world.kind)
async def test_a_mark_is_taken_off_again(world: World, edition: Edition) -> None:
    await published(world, edition)
    annotate = {"action": Action.ANNOTATE, "official_at": OFFICIAL_AT}
    await Journey(world, world.parcel(edition, notice=REPEALED, **annotate)).go()  # type: ignore[arg-type]
    mended = build_notice(StandingKind.IN_FORCE, serial=2, reason="标注有误", successor=None)
    sightings = await Journey(world, world.parcel(edition, notice=mended, **annotate)).go()  # type: ignore[arg-type]
    assert "已废止" not in await whatever(world, sightings[0].address)


@pytest.mark.parametrize("opener", ANNOTATING, indirect=True, ids=lambda world: world.kind)
async def test_a_correction_of_a_marked_document_keeps_its_mark(world: World, edition: Edition) -> None:
    await published(world, edition)
    await Journey(world, world.parcel(edition, action=Action.ANNOTATE, official_at=OFFICIAL_AT, notice=REPEALED)).go()
    newer = build_edition(number=2, body="<p>更正后的正文。</p>")
    sightings = await Journey(world, world.parcel(newer, official_at=OFFICIAL_AT, notice=REPEALED)).go()
    shown = await whatever(world, sightings[0].address)
    assert "(已废止)" in shown
    assert "更正后的正文" in shown
