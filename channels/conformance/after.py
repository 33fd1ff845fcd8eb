"""What every channel promises about what comes after a publication: withdrawn means gone, marked means marked."""

from typing import ClassVar

import pytest

from channels.conformance.asked import HANDED, only_if, only_if_able
from channels.conformance.editions import OFFICIAL_AT, build_edition, build_notice
from channels.conformance.journey import Journey
from channels.conformance.world import World
from channels.contract import NotYetError
from schemas.delivery import Action
from schemas.edition import Edition
from schemas.parcel import Parcel
from schemas.publication import Receipt, Sighting
from schemas.standing import Can, StandingKind

GONE = build_notice(StandingKind.WITHDRAWN, reason="公开了不应公开的内容")
REPEALED = build_notice(StandingKind.REPEALED)


class After:
    """Withdrawals and marks."""

    worlds: ClassVar[tuple[type[World], ...]] = ()

    async def test_what_is_withdrawn_is_seen_to_be_gone_from_its_addresses(
        self, world: World, edition: Edition
    ) -> None:
        only_if_able(world.channel.traits.withdraw, is_handed=world.is_handed)
        journey, places = await published(world, edition)
        assert any([text_of(edition) in await whatever(world, one.address) for one in places])
        sightings = await Journey(world, withdrawal(world, edition, journey.receipt)).go()
        assert [(one.document, one.address) for one in sightings] == [(one.document, one.address) for one in places]
        assert not any([text_of(edition) in await whatever(world, one.address) for one in places])
        with pytest.raises(NotYetError):
            await journey.world.channel.sight(journey.parcel, journey.receipt or Receipt(id=""), journey.notes)

    async def test_what_is_still_there_is_not_seen_to_be_gone(self, world: World, edition: Edition) -> None:
        only_if_able(world.channel.traits.withdraw, is_handed=world.is_handed)
        journey, places = await published(world, edition)
        gone = Journey(world, withdrawal(world, edition, journey.receipt))
        await gone.prepare()
        receipt = Receipt(id="r", addresses={one.document: one.address for one in places})
        with pytest.raises(NotYetError):
            await world.channel.sight(gone.parcel, receipt, gone.notes)

    async def test_preparing_a_withdrawal_takes_nothing_down(self, world: World, edition: Edition) -> None:
        only_if_able(world.channel.traits.withdraw, is_handed=world.is_handed)
        journey, _ = await published(world, edition)
        before = await world.public()
        await Journey(world, withdrawal(world, edition, journey.receipt)).prepare()
        assert await world.public() == before
        assert await journey.sight()

    async def test_a_withdrawal_is_asked_about_honestly(self, world: World, edition: Edition) -> None:
        only_if(not world.is_handed, HANDED)
        only_if_able(world.channel.traits.withdraw, is_handed=world.is_handed)
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

    async def test_a_withdrawal_may_be_made_again(self, world: World, edition: Edition) -> None:
        only_if_able(world.channel.traits.withdraw, is_handed=world.is_handed)
        journey, _ = await published(world, edition)
        gone = withdrawal(world, edition, journey.receipt)
        first = await Journey(world, gone).go()
        world.reopen()
        assert [one.address for one in await Journey(world, gone).go()] == [one.address for one in first]

    async def test_the_notice_says_why_and_when_and_what_came_instead(self, world: World, edition: Edition) -> None:
        only_if_able(world.channel.traits.withdraw, is_handed=world.is_handed)
        journey, _ = await published(world, edition)
        sightings = await Journey(world, withdrawal(world, edition, journey.receipt)).go()
        shown = await whatever(world, sightings[0].address)
        if world.channel.traits.annotate.can is Can.YES:
            successor = GONE.successor
            assert successor is not None
            assert all(words in shown for words in (GONE.reason, "2026年11月1日", successor.title))

    async def test_a_new_edition_comes_after_a_withdrawal(self, world: World, edition: Edition) -> None:
        only_if_able(world.channel.traits.withdraw, is_handed=world.is_handed)
        journey, _ = await published(world, edition)
        await Journey(world, withdrawal(world, edition, journey.receipt)).go()
        newer = build_edition(number=2, body="<p>重新审核后的正文。</p>")
        _, sightings = await published(world, newer)
        assert "重新审核后的正文" in await whatever(world, sightings[0].address)

    async def test_the_next_release_is_not_touched(self, world: World, edition: Edition) -> None:
        only_if_able(world.channel.traits.withdraw, is_handed=world.is_handed)
        journey, _ = await published(world, edition)
        other = build_edition(release=1002, title="关于另一件事的通知", body="<p>另一份文件。</p>")
        beside, _ = await published(world, other)
        await Journey(world, withdrawal(world, edition, journey.receipt)).go()
        assert await beside.sight()

    async def test_a_mark_is_seen_where_the_document_is(self, world: World, edition: Edition) -> None:
        only_if_able(world.channel.traits.annotate, is_handed=world.is_handed)
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

    async def test_a_mark_is_taken_off_again(self, world: World, edition: Edition) -> None:
        only_if_able(world.channel.traits.annotate, is_handed=world.is_handed)
        await published(world, edition)
        annotate = {"action": Action.ANNOTATE, "official_at": OFFICIAL_AT}
        await Journey(world, world.parcel(edition, notice=REPEALED, **annotate)).go()  # type: ignore[arg-type]
        mended = build_notice(StandingKind.IN_FORCE, serial=2, reason="标注有误", successor=None)
        sightings = await Journey(world, world.parcel(edition, notice=mended, **annotate)).go()  # type: ignore[arg-type]
        assert "已废止" not in await whatever(world, sightings[0].address)

    async def test_a_correction_of_a_marked_document_keeps_its_mark(self, world: World, edition: Edition) -> None:
        only_if_able(world.channel.traits.annotate, is_handed=world.is_handed)
        await published(world, edition)
        await Journey(
            world, world.parcel(edition, action=Action.ANNOTATE, official_at=OFFICIAL_AT, notice=REPEALED)
        ).go()
        newer = build_edition(number=2, body="<p>更正后的正文。</p>")
        sightings = await Journey(world, world.parcel(newer, official_at=OFFICIAL_AT, notice=REPEALED)).go()
        shown = await whatever(world, sightings[0].address)
        assert "(已废止)" in shown
        assert "更正后的正文" in shown


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
