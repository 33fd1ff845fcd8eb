"""What was said of a release, and its deliveries: what is called off, what is marked, what never leaves again."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from hub.app import House
from hub.commands import drafting, publishing, reviewing, steering
from schemas.delivery import Action, DeliveryState
from schemas.errors import ErrorCode
from schemas.release import ReleaseState
from tests import making
from tests.commands.after import K, Staff, corrected, refused, released, row, shown, under_way
from workers import deliver
from workers.main import hire
from workers.station import Station


async def test_a_withdrawal_calls_off_what_has_not_left(house: House, staff: Staff) -> None:
    edition = await released(house, staff)
    newer = await corrected(house, staff, edition.release)
    at = datetime.now(UTC) + timedelta(hours=2)
    await publishing.publish(house.hub, staff["publisher"], edition.release, at=at)
    await making.said(house, staff, edition.release)
    found = await under_way(house, edition.release)
    assert {one.state for one in found if one.edition == newer.number} == {DeliveryState.CANCELLED}
    assert {one.edition for one in found if one.action is Action.WITHDRAW} == {1}
    assert await refused(publishing.publish(house.hub, staff["publisher"], edition.release)) is ErrorCode.WITHDRAWN


async def test_a_mark_is_not_kept_waiting_by_a_correction_planned_for_later(house: House, staff: Staff) -> None:
    edition = await released(house, staff)
    newer = await corrected(house, staff, edition.release)
    at = datetime.now(UTC) + timedelta(hours=2)
    await publishing.publish(house.hub, staff["publisher"], edition.release, at=at)
    made = await making.said(house, staff, edition.release, K.REPEALED)
    found = [one for one in await under_way(house, edition.release) if one.state is DeliveryState.WAITING]
    on_website = [(one.action, one.edition, one.standing) for one in found if one.channel == "website"]
    assert on_website == [(Action.ANNOTATE, 1, made.id), (Action.PUBLISH, newer.number, made.id)]
    assert {one.planned_at for one in found if one.action is Action.PUBLISH} == {at}


async def test_a_correction_of_a_repealed_document_carries_its_mark(house: House, staff: Staff) -> None:
    edition = await released(house, staff)
    made = await making.said(house, staff, edition.release, K.REPEALED)
    newer = await corrected(house, staff, edition.release)
    await publishing.publish(house.hub, staff["publisher"], edition.release)
    sent = [one for one in await under_way(house, edition.release) if one.edition == newer.number]
    assert {one.standing for one in sent} == {made.id}


async def test_an_edition_that_was_in_review_is_void_after_a_withdrawal(house: House, staff: Staff) -> None:
    edition = await released(house, staff)
    await drafting.edit(house.hub, staff["editor"], edition.release, making.metadata(title="改过的通知"))
    await reviewing.submit(house.hub, staff["editor"], edition.release)
    made = await making.said(house, staff, edition.release)
    assert made.edition == 2
    assert (await row(house, edition.release)).state is ReleaseState.DRAFT


async def test_an_edit_does_not_call_a_withdrawal_off_nor_can_anybody_cancel_it(house: House, staff: Staff) -> None:
    edition = await making.approved(house, staff)
    await publishing.publish(house.hub, staff["publisher"], edition.release)
    await shown(house, edition.release)
    made = await making.said(house, staff, edition.release)
    newer = await corrected(house, staff, edition.release)
    await publishing.publish(house.hub, staff["publisher"], edition.release)
    found = await under_way(house, edition.release)
    withdrawals = [one for one in found if one.standing == made.id]
    assert {one.state for one in withdrawals} == {DeliveryState.WAITING}
    cancel = steering.cancel(house.hub, staff["publisher"], withdrawals[0].id, why="算了")
    assert await refused(cancel) is ErrorCode.STATE
    assert max(one.id for one in withdrawals) < min(one.id for one in found if one.edition == newer.number)


async def test_a_send_that_turns_out_never_to_have_arrived_is_not_made_again(house: House, staff: Staff) -> None:
    edition = await making.approved(house, staff)
    await publishing.publish(house.hub, staff["publisher"], edition.release, channels=["website"])
    await shown(house, edition.release, state="held", step="commit")
    await making.said(house, staff, edition.release)
    (unknown, withdrawal) = await under_way(house, edition.release)
    assert (unknown.state, withdrawal.action) == (DeliveryState.HELD, Action.WITHDRAW)
    settled = await steering.settle(house.hub, staff["publisher"], unknown.id, addresses=None, evidence="后台没有")
    assert settled.state is DeliveryState.SUPERSEDED


async def test_a_retry_slipped_into_the_store_is_stopped_at_the_last_door(house: House, staff: Staff) -> None:
    edition = await released(house, staff)
    await making.said(house, staff, edition.release)
    await shown(house, edition.release)
    back = text(
        "UPDATE deliveries SET state = 'waiting', step = 'prepare', intended_at = NULL, due_at = clock_timestamp() "
        "WHERE release_id = :release AND action = 'publish' AND channel = 'website'"
    )
    async with house.engine.begin() as connection:
        await connection.execute(back, {"release": edition.release})
    station = Station(hire(house), "website")
    for delivery in await deliver.claim(station, limit=5):
        await deliver.deliver(station, delivery)
    stopped = [one for one in await under_way(house, edition.release) if one.state is DeliveryState.HELD]
    assert [one.trouble.code for one in stopped if one.trouble] == [ErrorCode.WITHDRAWN]
    assert not (house.settings.data_dir / "site" / "zcwj").exists()
