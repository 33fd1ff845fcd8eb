"""What every channel promises to tell before anything is sent, and how it comes and goes: traits, knock, close."""

import asyncio
import re
import threading
from typing import ClassVar

import pytest

from channels.conformance.asked import only_if
from channels.conformance.journey import Journey
from channels.conformance.world import World
from channels.contract import ChannelError, Traits
from schemas.budget import DAY_SECONDS, Budget
from schemas.delivery import Reaction
from schemas.edition import Edition

#: What a person is told to do when a channel would not let us in.
SHUT = {Reaction.RETRY, Reaction.CONFIGURATION, Reaction.CREDENTIALS}
#: How long a budget is used up here.
WAIT_SECONDS = 61.0
#: A step that leaves longer than this to its worker would hold up the end of the program.
MAX_SECONDS = 3600
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")


class Terms:
    """Traits, budgets, abilities; knock and close."""

    worlds: ClassVar[tuple[type[World], ...]] = ()

    async def test_traits_are_bounds(self, world: World) -> None:
        traits = world.channel.traits
        assert 1 <= traits.concurrency <= 64
        bounds = (traits.prepare_seconds, traits.commit_seconds, traits.sight_seconds)
        assert all(0 < one <= MAX_SECONDS for one in bounds)

    async def test_settings_name_the_channel_as_its_table_does(self, world: World) -> None:
        assert (world.channel.settings.name, world.channel.settings.kind) == ("place", world.kind)

    async def test_what_can_be_done_afterwards_is_told_before_in_chinese(self, world: World) -> None:
        for one in (world.channel.traits.annotate, world.channel.traits.withdraw):
            assert 10 < len(one.words) <= 100
            assert len(_CHINESE.findall(one.words)) > len(_LATIN.findall(one.words)) + len(one.words) // 3

    async def test_budgets_are_told_with_endpoint_and_window(self, world: World) -> None:
        budgets = world.channel.traits.budgets
        assert all(one.endpoint == one.endpoint.strip() != "" for one in budgets)
        assert all(1 <= one.seconds <= DAY_SECONDS for one in budgets)
        assert all(_CHINESE.search(one.name) for one in budgets if one.name)
        assert len({one.endpoint for one in budgets}) == len(budgets)

    async def test_ways_to_take_an_edition_are_told_in_chinese_and_all_of_them_are_ways(
        self, world: World, edition: Edition
    ) -> None:
        ways = world.channel.traits.choices
        only_if(ways, "there is one way only")
        names = [one.name for one in ways]
        assert len(set(names)) == len(names) >= 2
        assert all(_CHINESE.search(one.words) for one in ways)
        assert {one.choice for one in world.channel.traits.budgets} <= {"", *names}
        for name in names:
            assert world.channel.render(world.parcel(edition).model_copy(update={"choice": name})).files

    async def test_an_account_may_be_allowed_other_numbers(self, world: World) -> None:
        daily = _daily(world.channel.traits)
        only_if(daily, "no budget of a day")
        world.reopen(budgets={one.endpoint: one.limit + 7 for one in daily})
        assert {one.endpoint: one.limit for one in _daily(world.channel.traits)} == {
            one.endpoint: one.limit + 7 for one in daily
        }

    async def test_only_what_has_a_budget_is_counted(self, world: World, edition: Edition) -> None:
        await Journey(world, world.parcel(edition)).go()
        assert set(world.budgets.spent) <= {one.endpoint for one in world.channel.traits.budgets}

    async def test_a_used_up_budget_is_waited_for(self, world: World, edition: Edition) -> None:
        only_if(world.channel.traits.budgets, "no budgets")
        world.budgets.wait = WAIT_SECONDS
        with pytest.raises(ChannelError) as caught:
            await Journey(world, world.parcel(edition)).go()
        trouble = caught.value.trouble
        assert (trouble.reaction, trouble.retry_after_seconds) == (Reaction.QUOTA, WAIT_SECONDS)
        told = (one for one in world.channel.traits.budgets if one.endpoint in trouble.detail)
        assert any(str(one.limit) in trouble.detail and str(one.seconds) in trouble.detail for one in told)
        world.budgets.wait = None
        assert not await world.public()

    async def test_a_knock_at_a_good_door_changes_nothing(self, world: World, edition: Edition) -> None:
        journey = Journey(world, world.parcel(edition))
        before = (await world.public(), await world.held())
        await world.channel.knock()
        assert (await world.public(), await world.held()) == before
        sightings = await journey.go()
        before = (await world.public(), await world.held())
        await world.channel.knock()
        assert (await world.public(), await world.held()) == before
        assert [one.address for one in await journey.sight()] == [one.address for one in sightings]

    async def test_a_knock_where_nobody_answers_says_what_to_do(self, world: World) -> None:
        only_if(world.remote, "there is nobody to knock at")
        await world.stop()
        with pytest.raises(ChannelError) as caught:
            await world.channel.knock()
        assert caught.value.trouble.reaction in SHUT
        assert not any(secret in repr(caught.value) for secret in world.secrets)

    async def test_a_knock_with_wrong_credentials_asks_for_the_right_ones(self, world: World) -> None:
        denied = world.denied()
        only_if(denied, "nobody is asked for credentials")
        world.reopen(**(denied or {}))
        with pytest.raises(ChannelError) as caught:
            await world.channel.knock()
        assert caught.value.trouble.reaction in {Reaction.CREDENTIALS, Reaction.CONFIGURATION}
        assert not any(str(one) in repr(caught.value) for one in (denied or {}).values())

    async def test_a_channel_that_did_nothing_can_be_closed(self, world: World) -> None:
        threads = set(threading.enumerate())
        world.reopen()
        await world.opened.pop().close()
        assert not _left(threads)

    async def test_close_ends_what_the_channel_began(self, world: World, edition: Edition) -> None:
        await world.opened.pop().close()
        threads, tasks = set(threading.enumerate()), asyncio.all_tasks()
        world.reopen()
        await Journey(world, world.parcel(edition)).go()
        await world.channel.knock()
        await world.opened.pop().close()
        assert not _left(threads)
        assert not [one for one in asyncio.all_tasks() - tasks if not _is_a_servers(one)]
        # What all channels share is not one channel's to close.
        assert not world.http.closed


def _daily(traits: Traits) -> list[Budget]:
    return [one for one in traits.budgets if one.seconds == DAY_SECONDS]


def _left(before: set[threading.Thread]) -> list[threading.Thread]:
    """Threads that were begun since and still run, without those that the event loop lends out."""
    return [one for one in threading.enumerate() if one not in before and not one.name.startswith("asyncio_")]


def _is_a_servers(task: asyncio.Task[object]) -> bool:
    """Whether it serves a connection of the outside, which ends when the outside does."""
    return "RequestHandler" in repr(task.get_coro())
