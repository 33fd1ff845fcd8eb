"""What every channel promises about its steps: run twice as if once, asked honestly, seen truly."""

import json
from collections import Counter
from typing import ClassVar

import pytest

from channels.conformance.asked import HANDED, only_if
from channels.conformance.editions import OFFICIAL_AT, build_edition
from channels.conformance.journey import Journey
from channels.conformance.memory import MemoryNotes
from channels.conformance.plugin import Opener
from channels.conformance.world import World
from channels.contract import Handed, NotYetError
from schemas import canonical
from schemas.delivery import Action
from schemas.edition import Edition
from schemas.parcel import Parcel, RenderedFile

#: A delivery's notes are one row's column, read with every claim.
MAX_NOTES_BYTES = 8_000


class Way:
    """Prepare, commit, look up, sight."""

    worlds: ClassVar[tuple[type[World], ...]] = ()

    async def test_every_document_is_seen_at_its_public_address(self, world: World, edition: Edition) -> None:
        journey = Journey(world, world.parcel(edition))
        sightings = await journey.go()
        assert [one.document for one in sightings] == [one.name for one in edition.documents]
        assert all(one.address.startswith(world.bases) and len(one.sha256) == 64 for one in sightings)
        promised = journey.receipt.addresses if journey.receipt else {}
        assert {one.document: one.address for one in sightings} == (
            promised or {s.document: s.address for s in sightings}
        )

    async def test_a_sightings_digest_is_that_of_the_bytes_at_the_address(self, world: World, edition: Edition) -> None:
        for sighting in await Journey(world, world.parcel(edition)).go():
            async with world.http.get(sighting.address) as response:
                assert canonical.digest(await response.read()) == sighting.sha256

    async def test_nothing_is_public_after_prepare(self, world: World, edition: Edition) -> None:
        await Journey(world, world.parcel(edition)).prepare()
        assert await world.public() == Counter()

    async def test_prepare_twice_leaves_the_outside_as_if_once(self, opener: Opener, edition: Edition) -> None:
        once, twice = await opener(), await opener()
        await Journey(once, once.parcel(edition)).prepare()
        journey = Journey(twice, twice.parcel(edition))
        await journey.prepare()
        twice.reopen()
        await journey.prepare()
        assert await twice.held() == await once.held()

    async def test_prepare_still_holds_after_the_commit(self, world: World, edition: Edition) -> None:
        journey = Journey(world, world.parcel(edition))
        await journey.go()
        public, held = await world.public(), await world.held()
        world.reopen()
        await journey.prepare()
        assert (await world.public(), await world.held()) == (public, held)

    async def test_a_look_up_before_any_commit_finds_nothing(self, world: World, edition: Edition) -> None:
        journey = Journey(world, world.parcel(edition))
        assert await journey.look_up() is None
        await journey.prepare()
        assert await journey.look_up() is None

    async def test_a_look_up_after_a_commit_finds_its_receipt(self, world: World, edition: Edition) -> None:
        only_if(not world.is_handed, HANDED)
        journey = Journey(world, world.parcel(edition))
        await journey.prepare()
        await journey.commit()
        world.reopen()
        found = await journey.look_up()
        assert found is not None
        assert journey.receipt is not None
        assert (found.id, found.addresses) == (journey.receipt.id, journey.receipt.addresses)

    async def test_a_commit_whose_notes_were_lost_is_found_and_not_made_again(
        self, world: World, edition: Edition
    ) -> None:
        only_if(not world.is_handed, HANDED)
        journey = Journey(world, world.parcel(edition))
        await journey.prepare()
        before = dict(journey.notes.kept)
        await journey.commit()
        journey.notes.kept, journey.receipt = before, None
        world.reopen()
        await journey.go()
        made = await world.public()
        assert set(made.values()) == {1}
        assert len(made) >= len(edition.documents)

    async def test_nothing_is_seen_before_the_commit(self, world: World, edition: Edition) -> None:
        journey = Journey(world, world.parcel(edition))
        await journey.prepare()
        with pytest.raises(NotYetError):
            await world.channel.sight(journey.parcel, world.foretold(journey.parcel), journey.notes)

    async def test_an_older_edition_in_public_is_no_sighting_of_the_newer(self, world: World, edition: Edition) -> None:
        old = Journey(world, world.parcel(edition))
        sightings = await old.go()
        assert old.receipt is not None
        receipt = old.receipt.model_copy(update={"addresses": {one.document: one.address for one in sightings}})
        newer = Journey(world, world.parcel(build_edition(number=2, body="<p>更正后的正文。</p>")))
        with pytest.raises(NotYetError):
            await world.channel.sight(newer.parcel, receipt, newer.notes)

    async def test_a_correction_is_seen_in_its_turn(self, world: World, edition: Edition) -> None:
        await Journey(world, world.parcel(edition)).go()
        newer = world.parcel(build_edition(number=2, body="<p>更正后的正文。</p>"))
        assert len(await Journey(world, newer).go()) == 2

    async def test_the_next_release_leaves_the_last_one_in_its_place(self, world: World, edition: Edition) -> None:
        first = Journey(world, world.parcel(edition))
        places = [one.address for one in await first.go()]
        other = build_edition(release=1002, title="关于另一件事的通知", body="<p>另一份文件。</p>")
        await Journey(world, world.parcel(other)).go()
        assert [one.address for one in await first.sight()] == places

    async def test_the_official_time_is_shown_where_the_document_is(self, world: World, edition: Edition) -> None:
        only_if(world.channel.traits.editable, "what is published here cannot be changed in place")
        published = Journey(world, world.parcel(edition))
        places = {one.document: one.address for one in await published.go()}
        annotation = Journey(world, world.parcel(edition, action=Action.ANNOTATE, official_at=OFFICIAL_AT))
        assert published.receipt is not None
        with pytest.raises(NotYetError):
            await world.channel.sight(annotation.parcel, published.receipt, annotation.notes)
        assert {one.document: one.address for one in await annotation.go()} == places
        assert await world.channel.sight(published.parcel, published.receipt, published.notes)

    async def test_what_tells_of_an_official_release_waits_for_it(self, world: World, edition: Edition) -> None:
        only_if(world.channel.traits.after_official, "it waits for nothing")
        parcel = world.parcel(edition).model_copy(update={"official_at": None})
        with pytest.raises(NotYetError):
            await world.channel.prepare(parcel, MemoryNotes())
        assert not await world.public()

    async def test_a_bundle_is_the_same_whenever_a_person_fetches_it(self, world: World, edition: Edition) -> None:
        only_if(world.is_handed, "nobody carries anything")
        parcel = world.parcel(edition)
        first = await _bundle(world, parcel)
        world.reopen()
        assert await _bundle(world, parcel) == first

    async def test_notes_are_small_and_hold_no_secret(self, world: World, edition: Edition) -> None:
        journey = Journey(world, world.parcel(edition))
        await journey.go()
        kept = json.dumps(journey.notes.kept)
        assert len(kept) < MAX_NOTES_BYTES
        assert not any(secret in kept for secret in world.secrets)


async def _bundle(world: World, parcel: Parcel) -> RenderedFile:
    assert isinstance(world.channel, Handed)
    return await world.channel.bundle(parcel)
