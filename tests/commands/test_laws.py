"""Law 2: nothing is public before its last approval, and nobody approves their own work, by any path."""

from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from hub.app import House
from hub.commands import drafting, people, publishing, reviewing
from hub.core import planning
from hub.store import deliveries, tables
from schemas.delivery import Action, DeliveryState
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty, Person
from schemas.release import Document, ReleaseState, Role
from schemas.review import Decision, Level
from tests import making
from workers import deliver
from workers.main import hire
from workers.station import Station

Staff = dict[str, Person]


async def refused(attempt: Awaitable[object]) -> ErrorCode:
    with pytest.raises(HubError) as told:
        await attempt
    return told.value.code


async def test_an_approved_edition_is_published_once(house: House, staff: Staff) -> None:
    edition = await making.approved(house, staff)
    await publishing.publish(house.hub, staff["publisher"], edition.release)
    again = publishing.publish(house.hub, staff["publisher"], edition.release)
    assert await refused(again) is ErrorCode.PUBLISHED_ALREADY


async def test_an_unreviewed_release_cannot_be_published(house: House, staff: Staff) -> None:
    release = await making.draft(house, staff)
    await reviewing.submit(house.hub, staff["editor"], release.id)
    assert await refused(publishing.publish(house.hub, staff["publisher"], release.id)) is ErrorCode.NOT_REVIEWED


@pytest.mark.parametrize("changes", [{"disclosure": "on_request"}, {"disclosure": "closed"}, {"secrecy": "mi_mi"}])
async def test_what_is_not_open_cannot_even_be_submitted(house: House, staff: Staff, changes: dict[str, str]) -> None:
    release = await making.draft(house, staff, **changes)
    assert await refused(reviewing.submit(house.hub, staff["editor"], release.id)) is ErrorCode.BLOCKED


async def test_the_author_cannot_review(house: House, staff: Staff) -> None:
    both = {Duty.EDITOR, Duty.FIRST_REVIEWER}
    author = await people.add(house.hub, people.OPERATOR, login="both", name="甲", unit="", duties=both)
    release = await making.draft(house, staff)
    policy, _ = making.documents()
    await drafting.put_document(house.hub, author, release.id, policy)
    await reviewing.submit(house.hub, staff["editor"], release.id)
    review = reviewing.review(house.hub, author, release.id, Level.FIRST, Decision.APPROVE)
    assert await refused(review) is ErrorCode.OWN_WORK


async def test_one_person_cannot_hold_two_levels(house: House, staff: Staff) -> None:
    both = {Duty.FIRST_REVIEWER, Duty.SECOND_REVIEWER}
    one = await people.add(house.hub, people.OPERATOR, login="both", name="甲", unit="", duties=both)
    release = await making.draft(house, staff)
    await reviewing.submit(house.hub, staff["editor"], release.id)
    await reviewing.review(house.hub, one, release.id, Level.FIRST, Decision.APPROVE)
    again = reviewing.review(house.hub, one, release.id, Level.SECOND, Decision.APPROVE)
    assert await refused(again) is ErrorCode.SECOND_LEVEL


async def test_the_final_word_comes_last(house: House, staff: Staff) -> None:
    release = await making.draft(house, staff)
    await reviewing.submit(house.hub, staff["editor"], release.id)
    early = reviewing.review(house.hub, staff["signer"], release.id, Level.FINAL, Decision.APPROVE)
    assert await refused(early) is ErrorCode.OUT_OF_ORDER


async def test_an_edit_after_the_reviews_voids_them(house: House, staff: Staff) -> None:
    edition = await making.approved(house, staff)
    changed = Document(role=Role.POLICY, number=0, title="改过", body="<p>改过。</p>")
    await drafting.put_document(house.hub, staff["editor"], edition.release, changed)
    publish = publishing.publish(house.hub, staff["publisher"], edition.release)
    assert await refused(publish) is ErrorCode.EDITED_SINCE
    second = await reviewing.submit(house.hub, staff["editor"], edition.release)
    assert second.number == 2
    publish = publishing.publish(house.hub, staff["publisher"], edition.release)
    assert await refused(publish) is ErrorCode.NOT_REVIEWED


async def test_an_edit_calls_a_schedule_off(house: House, staff: Staff) -> None:
    edition = await making.approved(house, staff)
    at = datetime.now(UTC) + timedelta(hours=2)
    await publishing.publish(house.hub, staff["publisher"], edition.release, at=at)
    changed = Document(role=Role.POLICY, number=0, title="改过", body="<p>改过。</p>")
    release = await drafting.put_document(house.hub, staff["editor"], edition.release, changed)
    async with house.engine.connect() as connection:
        found = await deliveries.of_release(connection, edition.release)
    assert {d.state for d in found} == {DeliveryState.CANCELLED}
    assert release.state is ReleaseState.DRAFT


async def test_a_publication_is_never_back_dated(house: House, staff: Staff) -> None:
    edition = await making.approved(house, staff)
    past = publishing.publish(house.hub, staff["publisher"], edition.release, at=datetime(2020, 9, 18, tzinfo=UTC))
    assert await refused(past) is ErrorCode.TOO_LATE


async def test_a_delivery_slipped_into_the_store_is_stopped_at_the_last_door(house: House, staff: Staff) -> None:
    release = await making.draft(house, staff)
    edition = await reviewing.submit(house.hub, staff["editor"], release.id)
    now = datetime.now(UTC)
    planned = planning.deliveries(edition, ["website"], action=Action.PUBLISH, planned_at=now, now=now)
    async with house.engine.begin() as connection:
        await deliveries.add(connection, planned)
    station = Station(hire(house), "website")
    for delivery in await deliver.claim(station, limit=5):
        await deliver.deliver(station, delivery)
    async with house.engine.connect() as connection:
        (stopped,) = await deliveries.of_release(connection, release.id)
    assert stopped.state is DeliveryState.HELD
    assert stopped.trouble is not None
    assert stopped.trouble.code == ErrorCode.NOT_REVIEWED
    assert not (house.settings.data_dir / "site" / "zcwj").exists()


@pytest.mark.parametrize("change", ["DELETE FROM {}", "TRUNCATE {} CASCADE"])
async def test_what_is_proof_only_grows_even_for_the_owner(house: House, change: str) -> None:
    owner = create_async_engine(house.servers.owner_url, isolation_level="AUTOCOMMIT")
    async with owner.connect() as connection:
        for table in tables.APPEND_ONLY:
            with pytest.raises(DBAPIError, match=f"table {table.name} only grows"):
                await connection.execute(text(change.format(table.name)))
    await owner.dispose()


async def test_the_official_time_cannot_be_moved(house: House, staff: Staff) -> None:
    edition = await making.approved(house, staff)
    async with house.engine.begin() as connection:
        set_it = "UPDATE releases SET official_at = now(), official_channel = 'website' WHERE id = :id"
        await connection.execute(text(set_it), {"id": edition.release})
    async with house.engine.connect() as connection:
        with pytest.raises(DBAPIError, match="set once"):
            await connection.execute(text("UPDATE releases SET official_at = now() - interval '1 day'"))
