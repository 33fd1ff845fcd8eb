"""What every channel promises when things go wrong: the right reaction, and a journey that can be resumed."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.conformance.asked import only_if
from channels.conformance.journey import Journey, cut_at
from channels.conformance.plugin import Opener
from channels.conformance.world import World
from channels.contract import Call, ChannelError, NotYetError
from schemas.delivery import Reaction
from schemas.edition import Edition

#: More awaits than any step has; a step that never ends fails here instead of running for ever.
MAX_AWAITS = 400
#: A world may be shared by the examples, and a class of the suite by several kinds.
FRESH = [HealthCheck.function_scoped_fixture, HealthCheck.differing_executors]
#: Until then every outside has shown what it took.
SOON_SECONDS = 0.2
QUERY = st.dictionaries(st.text(max_size=20), st.text(max_size=60), max_size=5)


class Trouble:
    """A dead outside, a cancelled step, a hostile caller."""

    worlds: ClassVar[tuple[type[World], ...]] = ()

    async def test_a_dead_outside_at_prepare_is_tried_again_later(self, world: World, edition: Edition) -> None:
        only_if(world.remote, "it prepares without anybody")
        await world.stop()
        journey = Journey(world, world.parcel(edition))
        with pytest.raises(ChannelError) as caught:
            await world.channel.prepare(journey.parcel, journey.notes)
        assert caught.value.trouble.reaction is Reaction.RETRY

    async def test_a_channel_of_our_own_prepares_and_commits_without_any_network(
        self, world: World, edition: Edition
    ) -> None:
        only_if(not world.remote, "it needs somebody else's machine")
        await world.stop()
        journey = Journey(world, world.parcel(edition))
        await journey.prepare()
        await journey.commit()

    async def test_nobody_listening_at_commit_is_never_taken_for_success_or_absence(
        self, world: World, edition: Edition
    ) -> None:
        only_if(world.remote, "it commits without anybody")
        journey = Journey(world, world.parcel(edition))
        await journey.prepare()
        await world.stop()
        with pytest.raises(ChannelError) as caught:
            await world.channel.commit(journey.parcel, journey.notes)
        assert caught.value.trouble.reaction in {Reaction.RETRY, Reaction.ASK}
        with pytest.raises((ChannelError, NotYetError)) as asked:
            await world.channel.look_up(journey.parcel, journey.notes)
        if isinstance(asked.value, ChannelError):
            assert asked.value.trouble.reaction is Reaction.RETRY

    async def test_an_answer_that_is_lost_at_commit_is_asked_after(self, opener: Opener, edition: Edition) -> None:
        usual = await _result(await opener(), edition)
        for at in range(MAX_AWAITS):
            world = await opener()
            only_if(world.remote and not world.is_handed, "nobody answers its commit")
            journey = Journey(world, world.parcel(edition))
            await journey.prepare()
            world.lose_answer(at)
            reaction = await _committed(journey)
            if not world.has_lost:
                only_if(at > 0, "no answer of this outside can be lost here")
                return
            if reaction not in {None, Reaction.ASK}:
                # The hub will not ask, but commit again: so nothing may have come of the call that had no answer.
                await asyncio.sleep(SOON_SECONDS)
                assert not await world.public(), (at, reaction)
                journey.intended = False
            world.reopen()
            await journey.go()
            assert await world.public() == usual, at
            await world.close()

    async def test_nothing_is_seen_while_the_outside_is_dead(self, world: World, edition: Edition) -> None:
        journey = Journey(world, world.parcel(edition))
        sightings = await journey.go()
        assert journey.receipt is not None
        receipt = journey.receipt.model_copy(update={"addresses": {one.document: one.address for one in sightings}})
        await world.stop()
        with pytest.raises((ChannelError, NotYetError)) as caught:
            await world.channel.sight(journey.parcel, receipt, journey.notes)
        if isinstance(caught.value, ChannelError):
            assert caught.value.trouble.reaction is Reaction.RETRY

    async def test_a_trouble_never_quotes_a_secret(self, world: World, edition: Edition) -> None:
        journey = Journey(world, world.parcel(edition))
        await world.stop()
        told = [repr(world.channel.settings)]
        for step in (world.channel.prepare, world.channel.commit, world.channel.look_up):
            try:
                await step(journey.parcel, journey.notes)
            except (ChannelError, NotYetError) as error:
                told += [repr(error), repr(error.__cause__), repr(error.__context__)]
        assert not any(secret in words for secret in world.secrets for words in told)

    @settings(suppress_health_check=FRESH, deadline=None, max_examples=30)
    @given(
        method=st.sampled_from(["GET", "POST", "PUT"]),
        query=QUERY,
        body=st.binary(max_size=300),
        kind=st.text(max_size=30),
    )
    async def test_a_hostile_callback_is_refused_and_keeps_nothing(
        self, world: World, method: str, query: Mapping[str, str], body: bytes, kind: str
    ) -> None:
        heard = await world.channel.hear(Call(method=method, query=query, body=body, content_type=kind))
        assert heard is None or (400 <= heard.status < 500 and not heard.messages)

    @pytest.mark.parametrize("late", [False, True], ids=["waiting", "answered"])
    @pytest.mark.parametrize("step", ["prepare", "commit", "sight"])
    async def test_a_cancellation_at_any_await_can_be_resumed_and_doubles_nothing(
        self,
        opener: Opener,
        edition: Edition,
        step: str,
        late: bool,  # noqa: FBT001
    ) -> None:
        await cut_everywhere(opener, edition, step, late=late)


async def cut_everywhere(opener: Opener, edition: Edition, step: str, *, late: bool) -> None:
    """Cut the step at its first await, in another world at its second, and so on: what follows is always as usual."""
    usual = await _result(await opener(), edition)
    for at in range(MAX_AWAITS):
        world = await opener()
        journey = Journey(world, world.parcel(edition))
        if not await _cut(journey, step, at, late=late):
            # Every step that leaves the process has awaits to be cut at; rendering alone has none.
            assert at > 0 or (not world.remote and step == "prepare")
            return
        world.reopen()
        sightings = await journey.go()
        assert [one.document for one in sightings] == [one.name for one in edition.documents], at
        assert await world.public() == usual, at
        await world.close()
    pytest.fail(f"{step} has no end")


async def _committed(journey: Journey) -> Reaction | None:
    """Commit once. Returns how the channel sorted what came of it; None when it has its receipt."""
    journey.intended = True
    journey.world.shelf.put(journey.parcel)
    try:
        journey.receipt = await journey.world.channel.commit(journey.parcel, journey.notes)
    except ChannelError as error:
        return error.trouble.reaction
    return None


async def _result(world: World, edition: Edition) -> Counter[str]:
    await Journey(world, world.parcel(edition)).go()
    return await world.public()


async def _cut(journey: Journey, step: str, at: int, *, late: bool) -> bool:
    """Bring the journey to the step and cut it there, as the end of a process would. Returns whether it was cut."""
    channel, parcel, notes = journey.world.channel, journey.parcel, journey.notes
    if step == "prepare":
        return await cut_at(channel.prepare(parcel, notes), at, late=late)
    await journey.prepare()
    if step == "commit":
        journey.intended = True
        journey.world.shelf.put(parcel)
        return await cut_at(channel.commit(parcel, notes), at, late=late)
    await journey.commit()
    assert journey.receipt is not None
    await asyncio.sleep(0.05)
    return await cut_at(channel.sight(parcel, journey.receipt, notes), at, late=late)
