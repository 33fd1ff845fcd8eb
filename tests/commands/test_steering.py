"""A person's hand on what is under way: who may, what the log says, and what is refused."""

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hub.app import House
from hub.commands import drafting, publishing, reviewing, steering
from hub.store import circuits, deliveries, log, publications, tables
from schemas.circuit import Circuit
from schemas.delivery import Delivery, DeliveryState, Step
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty, Person
from schemas.review import Decision
from tests import making

Staff = dict[str, Person]
NOW = datetime.now(UTC)
LEFT = {"intended_at": NOW, "step": "commit"}
HELD_UNKNOWN = LEFT | {"state": "held", "notes": {"draft": "d"}}
FAILED = {"state": "failed", "attempts": 40}
ADDRESSES = {"policy": "https://mp.weixin.qq.com/s/abc"}
Act = Callable[[House, Person, int], Awaitable[object]]
ACTS: dict[str, Act] = {
    "retry": lambda house, person, number: steering.retry(house.hub, person, number),
    "cancel": lambda house, person, number: steering.cancel(house.hub, person, number, why="不发了"),
    "postpone": lambda house, person, number: steering.postpone(house.hub, person, number, NOW + timedelta(days=1)),
    "settle": lambda house, person, number: steering.settle(
        house.hub, person, number, addresses=ADDRESSES, evidence="后台可见"
    ),
}


async def refused(attempt: Awaitable[object]) -> ErrorCode:
    with pytest.raises(HubError) as told:
        await attempt
    return told.value.code


async def going(house: House, staff: Staff, **columns: Any) -> Delivery:
    """A delivery to the website; `columns` are written over it."""
    edition = await making.approved(house, staff)
    await publishing.publish(house.hub, staff["publisher"], edition.release, channels=["website"])
    async with house.engine.begin() as connection:
        (one,) = await deliveries.of_release(connection, edition.release)
        if columns:
            t = tables.deliveries
            await connection.execute(t.update().where(t.c.id == one.id).values(columns))
    return await found(house, one.id)


async def found(house: House, number: int) -> Delivery:
    async with house.engine.connect() as connection:
        one = await deliveries.find(connection, number)
    assert one is not None
    return one


async def told(house: House) -> dict[str, Any]:
    """The newest entry of the log."""
    async with house.engine.connect() as connection:
        size = await log.size(connection)
        (body,) = [body async for body in log.entries(connection, size - 1, size)]
    entry: dict[str, Any] = json.loads(body)
    return entry


def changed(one: Delivery, staff: Staff, before: str, after: str, why: str) -> dict[str, Any]:
    """What the log says of a person's hand on the delivery."""
    return {
        "t": "delivery.changed",
        "who": staff["publisher"].id,
        "rel": one.release,
        "ed": one.edition,
        "digest": one.digest,
        "chan": one.channel,
        "act": one.action,
        "data": {"before": before, "after": after, "why": why},
    }


def without_time(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key not in {"v", "at"}}


async def test_only_a_publisher_has_a_hand_on_deliveries(house: House, staff: Staff) -> None:
    one = await going(house, staff, **HELD_UNKNOWN)
    for act in ACTS.values():
        for login in set(staff) - {"publisher"}:
            assert await refused(act(house, staff[login], one.id)) is ErrorCode.FORBIDDEN
        assert await refused(act(house, staff["publisher"], 999_999)) is ErrorCode.NOT_FOUND
    assert await found(house, one.id) == one


REFUSED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("retry", {"state": "working", "lease_owner": "w", "lease_until": NOW}),
    ("retry", {"state": "visible"}),
    ("cancel", LEFT | {"state": "unconfirmed"}),
    ("cancel", HELD_UNKNOWN),
    ("cancel", {"state": "superseded"}),
    ("postpone", HELD_UNKNOWN),
    ("postpone", LEFT | {"state": "accepted", "step": "sight"}),
    ("postpone", {"state": "working", "lease_owner": "w", "lease_until": NOW}),
    ("settle", {}),
    ("settle", {"state": "held"}),
    ("settle", LEFT | {"state": "visible", "step": "sight"}),
)


async def test_what_its_state_does_not_take_is_refused_and_changes_nothing(house: House, staff: Staff) -> None:
    fresh = await going(house, staff)
    t = tables.deliveries
    for what, columns in REFUSED:
        values = fresh.model_dump(include={"state", "step", "intended_at", "lease_owner", "lease_until", "notes"})
        async with house.engine.begin() as connection:
            await connection.execute(t.update().where(t.c.id == fresh.id).values(values | columns))
        one, before = await found(house, fresh.id), await told(house)
        assert await refused(ACTS[what](house, staff["publisher"], one.id)) is ErrorCode.STATE, (what, columns)
        assert await found(house, one.id) == one
        assert await told(house) == before


async def test_a_retry_is_due_now_and_logged(house: House, staff: Staff) -> None:
    one = await going(house, staff, **FAILED)
    after = await steering.retry(house.hub, staff["publisher"], one.id)
    assert (after.state, after.attempts) == (DeliveryState.WAITING, 0)
    assert after == await found(house, one.id)
    assert without_time(await told(house)) == changed(one, staff, "failed", "waiting", "retried")


async def test_a_retry_of_what_left_looks_for_it(house: House, staff: Staff) -> None:
    one = await going(house, staff, **HELD_UNKNOWN)
    after = await steering.retry(house.hub, staff["publisher"], one.id)
    assert (after.state, after.intended_at) == (DeliveryState.UNCONFIRMED, one.intended_at)


async def test_a_cancelled_delivery_says_why(house: House, staff: Staff) -> None:
    one = await going(house, staff)
    after = await steering.cancel(house.hub, staff["publisher"], one.id, why="  领导要求\n暂缓 ")
    assert after.state is DeliveryState.CANCELLED
    assert without_time(await told(house)) == changed(one, staff, "waiting", "cancelled", "领导要求 暂缓")


async def test_a_reason_must_be_given_and_short(house: House, staff: Staff) -> None:
    one = await going(house, staff, **HELD_UNKNOWN)
    hub, person = house.hub, staff["publisher"]
    for why in ("", " \n ", "长" * 501):
        assert await refused(steering.cancel(hub, person, one.id, why=why)) is ErrorCode.INVALID
        assert await refused(steering.settle(hub, person, one.id, addresses=None, evidence=why)) is ErrorCode.INVALID
        assert await refused(steering.pause(hub, person, "website", why=why)) is ErrorCode.INVALID


async def test_a_postponed_delivery_is_prepared_ahead_of_its_new_time(house: House, staff: Staff) -> None:
    one = await going(house, staff)
    at = datetime.now(UTC) + timedelta(hours=3)
    after = await steering.postpone(house.hub, staff["publisher"], one.id, at)
    assert (after.planned_at, after.due_at) == (at, at - timedelta(minutes=10))
    assert (await told(house))["data"]["why"].startswith("postponed to ")
    prepared = await going(house, staff, step="commit")
    after = await steering.postpone(house.hub, staff["publisher"], prepared.id, at)
    assert (after.planned_at, after.due_at, after.step) == (at, at, Step.COMMIT)


async def test_nothing_is_postponed_into_the_past(house: House, staff: Staff) -> None:
    one = await going(house, staff)
    past = datetime.now(UTC) - timedelta(minutes=1)
    assert await refused(steering.postpone(house.hub, staff["publisher"], one.id, past)) is ErrorCode.TOO_LATE


async def test_settled_as_carried_out_it_has_an_address_and_is_looked_for(house: House, staff: Staff) -> None:
    one = await going(house, staff, **HELD_UNKNOWN)
    after = await steering.settle(
        house.hub, staff["publisher"], one.id, addresses=ADDRESSES, evidence="公众号后台截图已存档"
    )
    assert (after.state, after.step) == (DeliveryState.ACCEPTED, Step.SIGHT)
    assert after.receipt is not None
    assert after.receipt.addresses == ADDRESSES
    assert without_time(await told(house)) == changed(one, staff, "held", "accepted", "公众号后台截图已存档")
    async with house.engine.connect() as connection:
        (kept,) = await publications.of_release(connection, one.release)
    # Only a sighting is publication: a person's word makes no official time.
    assert (kept.document, kept.address, kept.seen_at) == ("policy", ADDRESSES["policy"], None)


async def test_settled_as_not_carried_out_it_starts_afresh(house: House, staff: Staff) -> None:
    one = await going(house, staff, **HELD_UNKNOWN)
    await steering.settle(house.hub, staff["publisher"], one.id, addresses=None, evidence="后台没有")
    after = await found(house, one.id)
    assert (after.state, after.step, after.intended_at, after.notes) == (
        DeliveryState.WAITING,
        Step.PREPARE,
        None,
        {},
    )


async def test_settled_as_not_carried_out_it_gives_way_to_a_newer_edition(house: House, staff: Staff) -> None:
    one = await going(house, staff, **HELD_UNKNOWN)
    async with house.engine.begin() as connection:
        t = tables.releases
        await connection.execute(
            t.update().where(t.c.id == one.release).values(official_at=NOW, official_channel="elsewhere")
        )
    await correct(house, staff, one.release)
    await publishing.publish(house.hub, staff["publisher"], one.release, channels=["website"])
    after = await steering.settle(house.hub, staff["publisher"], one.id, addresses=None, evidence="后台没有")
    assert after.state is DeliveryState.SUPERSEDED
    async with house.engine.connect() as connection:
        newer = (await deliveries.of_release(connection, one.release))[-1]
    assert (newer.edition, newer.state) == (2, DeliveryState.WAITING)


async def correct(house: House, staff: Staff, release: int) -> None:
    policy, _ = making.documents()
    changed = policy.model_copy(update={"body": "<p>更正。</p>"})
    await drafting.put_document(house.hub, staff["editor"], release, changed)
    await reviewing.submit(house.hub, staff["editor"], release)
    for login, level in making.REVIEWS:
        await reviewing.review(house.hub, staff[login], release, level, Decision.APPROVE)


async def test_an_address_must_be_one_of_the_public_web(house: House, staff: Staff) -> None:
    one, person = await going(house, staff, **HELD_UNKNOWN), staff["publisher"]
    for address in ("", "x", "ftp://a/b", "http://", "http://[", "https://a@b/c", "javascript:alert(1)"):
        settle = steering.settle(house.hub, person, one.id, addresses={"policy": address}, evidence="见截图")
        assert await refused(settle) is ErrorCode.INVALID, address


async def test_a_channel_is_paused_and_resumed_by_whoever_may(house: House, staff: Staff) -> None:
    hub, publisher = house.hub, staff["publisher"]
    for login in set(staff) - {"publisher"}:
        assert await refused(steering.pause(hub, staff[login], "website", why="检修")) is ErrorCode.FORBIDDEN
        assert await refused(steering.resume(hub, staff[login], "website")) is ErrorCode.FORBIDDEN
    assert await refused(steering.pause(hub, publisher, "nowhere", why="检修")) is ErrorCode.NO_CHANNEL
    paused = await steering.pause(hub, publisher, "website", why="检修")
    assert (paused.paused_by, paused.paused_why) == (publisher.id, "检修")
    entry = {"t": "channel.changed", "who": publisher.id, "chan": "website"}
    assert without_time(await told(house)) == entry | {"data": {"what": "paused", "why": "检修"}}
    administrator = publisher.model_copy(update={"duties": frozenset({Duty.ADMINISTRATOR})})
    resumed = await steering.resume(hub, administrator, "website")
    assert resumed == Circuit(channel="website", changed_at=resumed.changed_at)
    assert without_time(await told(house)) == entry | {"data": {"what": "resumed", "why": ""}}
    async with house.engine.connect() as connection:
        assert (await circuits.find(connection, "website"))[0] == resumed
