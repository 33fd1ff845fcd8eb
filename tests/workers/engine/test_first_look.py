"""A channel that shows at once: its receipt and its sighting are written together, and the receipt never waits long."""

import asyncio

import pytest

from channels.contract import ChannelError
from hub.store import attempts, log, publications
from schemas.delivery import DeliveryState, Reaction
from tests.workers.engine import scripted
from tests.workers.engine.rig import Rig
from workers import moves

AT_ONCE = ({"name": "alpha", "kind": scripted.KIND, "authoritative": True, "at_once": True},)
pytestmark = pytest.mark.parametrize("tables", [AT_ONCE])


async def history(rig: Rig, release: int) -> list[tuple[str, object]]:
    (one,) = await rig.of(release)
    async with rig.house.engine.connect() as connection:
        return [(line["outcome"], line["at"]) for line in await attempts.of_delivery(connection, one.id)]


async def test_what_is_shown_at_once_is_accepted_and_seen_in_one_transaction(rig: Rig) -> None:
    (release,) = await rig.published(1)
    await rig.step(rig.station("alpha"))
    lines = await history(rig, release)
    assert [what for what, _ in lines] == ["Prepared", "Intended", "Accepted", "Seen"]
    assert lines[2][1] == lines[3][1]
    (one,) = await rig.of(release)
    assert one.state is DeliveryState.VISIBLE
    assert one.receipt is not None
    async with rig.house.engine.connect() as connection:
        shown = await publications.of_release(connection, release)
        entries = [body async for body in log.entries(connection, 0, await log.size(connection))]
    assert {(each.document, each.accepted_at, each.seen_at) for each in shown} == {
        (name, one.accepted_at, one.seen_at) for name in one.receipt.addresses
    }
    told = (b"send.result", b"sighting", b"release.official")
    assert [kind for body in entries for kind in told if b'"t":"%s"' % kind in body] == [
        told[0],
        *told[1:2] * 2,
        told[2],
    ]


async def test_a_first_look_that_finds_nothing_costs_nothing(rig: Rig) -> None:
    (release,) = await rig.published(1)
    alpha = rig.channel("alpha")
    alpha.hooks["sight"] = scripted.down
    await rig.step(rig.station("alpha"))
    (one,) = await rig.of(release)
    assert one.state is DeliveryState.ACCEPTED
    assert [what for what, _ in await history(rig, release)] == ["Prepared", "Intended", "Accepted", "Troubled"]
    del alpha.hooks["sight"]
    async with rig.working():
        await rig.visible([release])


async def test_a_first_look_that_hangs_keeps_no_receipt_waiting(rig: Rig) -> None:
    (release,) = await rig.published(1)
    alpha = rig.channel("alpha")
    alpha.hooks["sight"] = scripted.silent

    async def accepted() -> bool:
        return (await rig.of(release))[0].state is DeliveryState.ACCEPTED

    moving = asyncio.create_task(rig.step(rig.station("alpha")))
    await rig.until(accepted, seconds=moves.FIRST_LOOK_SECONDS + 2)
    moving.cancel()
    await asyncio.wait([moving])
    assert len(alpha.calls("commit")) == 1


async def test_a_commit_that_failed_is_not_looked_for(rig: Rig) -> None:
    await rig.published(1)
    alpha = rig.channel("alpha")

    async def refuse(*_: object) -> None:
        raise ChannelError(Reaction.CONTENT, "no", "refused")

    alpha.hooks["commit"] = refuse
    await rig.step(rig.station("alpha"))
    assert not alpha.calls("sight")
