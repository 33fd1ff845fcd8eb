"""After a release: who may say what, when, and what follows from it. Two people, always."""

import asyncio
import json
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from hub.app import House
from hub.commands import delegating, drafting, people, publishing, reviewing, standing, steering
from hub.core import standing as rules
from hub.store import delegations, deliveries, engine, log, releases, standings
from schemas.delegation import Offer
from schemas.delivery import Action, Delivery, DeliveryState
from schemas.edition import Edition
from schemas.entry import BEIJING, EntryType
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty, Person
from schemas.release import Release, ReleaseState
from schemas.review import Decision
from schemas.standing import Ruling, Standing, StandingKind
from tests import making
from workers import deliver
from workers.main import hire
from workers.station import Station

Staff = dict[str, Person]
K = StandingKind


async def refused(attempt: Awaitable[object]) -> ErrorCode:
    with pytest.raises(HubError) as told:
        await attempt
    return told.value.code


async def released(house: House, staff: Staff, **changes: object) -> Edition:
    """A release that the website and the feeds have shown; the channels themselves are not asked."""
    edition = await making.approved(house, staff, **changes)
    await publishing.publish(house.hub, staff["publisher"], edition.release)
    await shown(house, edition.release)
    async with house.engine.begin() as connection:
        at = await engine.now(connection)
        await releases.make_official(connection, edition.release, at=at, channel="website")
        await releases.settle(connection, edition.release, edition.number)
    return edition


async def shown(house: House, release: int, **columns: object) -> None:
    """Have everything under way seen, or come as far as `columns` say."""
    values = {"state": "visible", "step": "sight"} | columns
    named = ", ".join(f"{name} = :{name}" for name in values)
    statement = text(
        f"UPDATE deliveries SET {named}, intended_at = clock_timestamp() WHERE release_id = :release "  # noqa: S608
        "AND state NOT IN ('visible', 'cancelled', 'superseded')"
    )
    async with house.engine.begin() as connection:
        await connection.execute(statement, values | {"release": release})


async def row(house: House, release: int) -> Release:
    async with house.engine.connect() as connection:
        found = await releases.find(connection, release)
    assert found is not None
    return found


async def under_way(house: House, release: int) -> list[Delivery]:
    async with house.engine.connect() as connection:
        return await deliveries.of_release(connection, release)


async def acts(house: House) -> list[dict[str, Any]]:
    async with house.engine.connect() as connection:
        size = await log.size(connection)
        return [json.loads(body) async for body in log.entries(connection, 0, size)]


async def propose(house: House, staff: Staff, release: int, kind: K = K.WITHDRAWN, **changes: object) -> Standing:
    return await standing.propose(house.hub, staff["editor"], release, making.proposal(kind, **changes))


async def test_nothing_happens_before_the_second_person(house: House, staff: Staff) -> None:
    edition = await released(house, staff)
    before = await under_way(house, edition.release)
    proposed = await propose(house, staff, edition.release)
    assert proposed.is_open
    assert await under_way(house, edition.release) == before
    assert (await row(house, edition.release)).standing is None
    async with house.engine.connect() as connection:
        assert await standing.proposals(connection) == [proposed]
        assert await standing.proposals(connection, release=edition.release) == [proposed]


async def test_a_confirmation_and_all_that_follows_are_one_transaction(house: House, staff: Staff) -> None:
    edition = await released(house, staff)
    made = await making.said(house, staff, edition.release)
    assert (made.ruling, made.serial, made.edition) == (Ruling.CONFIRM, 1, 1)
    assert (await row(house, edition.release)).standing == made.id
    sent = [one for one in await under_way(house, edition.release) if one.standing == made.id]
    assert {(one.channel, one.action, one.state) for one in sent} == {
        (name, Action.WITHDRAW, DeliveryState.WAITING) for name in house.channels
    }
    told = [(act["t"], act["who"], act["data"]["sha256"]) for act in await acts(house) if "standing" in act["t"]]
    assert told == [
        (EntryType.STANDING_PROPOSED, staff["editor"].id, made.sha256),
        (EntryType.STANDING_CONFIRMED, staff["signer"].id, made.sha256),
    ]


async def test_the_proposer_cannot_confirm_even_as_a_signer(house: House, staff: Staff) -> None:
    edition = await released(house, staff)
    duties = {Duty.EDITOR, Duty.SIGNER}
    both = await people.add(house.hub, people.OPERATOR, login="both", name="甲", unit="", duties=duties)
    proposed = await standing.propose(house.hub, both, edition.release, making.proposal())
    assert await refused(standing.confirm(house.hub, both, proposed.id)) is ErrorCode.OWN_PROPOSAL
    taken_back = await standing.decline(house.hub, both, proposed.id, note="提错了")
    assert taken_back.ruling is Ruling.DECLINE


async def test_a_lent_signature_is_never_the_proposers_own(house: House, staff: Staff) -> None:
    edition = await released(house, staff)
    duties = {Duty.EDITOR, Duty.SIGNER}
    both = await people.add(house.hub, people.OPERATOR, login="both", name="甲", unit="", duties=duties)
    await lend(house, both, staff["first"])
    proposed = await standing.propose(house.hub, both, edition.release, making.proposal())
    behind = await come(house, staff["first"])
    assert await refused(standing.confirm(house.hub, behind, proposed.id)) is ErrorCode.OWN_PROPOSAL
    await lend(house, staff["signer"], staff["second"])
    confirmed = await standing.confirm(house.hub, await come(house, staff["second"]), proposed.id)
    assert (confirmed.ruled_by, confirmed.on_behalf_of) == (staff["second"].id, staff["signer"].id)
    told = next(act["data"] for act in await acts(house) if act["t"] == EntryType.STANDING_CONFIRMED)
    assert told["for"] == staff["signer"].id


async def lend(house: House, giver: Person, receiver: Person) -> None:
    async with house.engine.connect() as connection:
        today = await delegations.today(connection)
    offer = Offer(receiver=receiver.login, duty=Duty.SIGNER, starts_on=today, ends_on=today, reason="出差")
    await delegating.give(house.hub, giver, offer)


async def come(house: House, person: Person) -> Person:
    """The person with what is lent to them today."""
    async with house.engine.connect() as connection:
        return await delegations.effective(connection, person)


async def test_nobody_proposes_in_anothers_stead(house: House, staff: Staff) -> None:
    edition = await released(house, staff)
    async with house.engine.connect() as connection:
        today = await delegations.today(connection)
    offer = Offer(receiver="first", duty=Duty.PUBLISHER, starts_on=today, ends_on=today, reason="出差")
    await delegating.give(house.hub, staff["publisher"], offer)
    attempt = standing.propose(house.hub, await come(house, staff["first"]), edition.release, making.proposal())
    assert await refused(attempt) is ErrorCode.FORBIDDEN


async def test_the_database_itself_refuses_one_person_for_two(house: House, staff: Staff) -> None:
    edition = await released(house, staff)
    proposed = await propose(house, staff, edition.release)
    async with house.engine.connect() as connection:
        at = await engine.now(connection)
        with pytest.raises(IntegrityError, match="two_people"):
            await standings.rule(connection, proposed, Ruling.CONFIRM, by=staff["editor"].id, note="", at=at, edition=1)


@pytest.mark.parametrize("table", ["standings", "rulings"])
async def test_what_was_said_only_grows(house: House, staff: Staff, table: str) -> None:
    edition = await released(house, staff)
    await making.said(house, staff, edition.release)
    async with house.engine.connect() as connection:
        with pytest.raises(DBAPIError, match=r"denied|only grows"):
            await connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - two names of ours


@pytest.mark.parametrize("login", ["first", "second", "secrecy", "signer", "auditor"])
async def test_only_editors_and_publishers_propose(house: House, staff: Staff, login: str) -> None:
    edition = await released(house, staff)
    attempt = standing.propose(house.hub, staff[login], edition.release, making.proposal())
    assert await refused(attempt) is ErrorCode.FORBIDDEN


@pytest.mark.parametrize("login", ["first", "second", "secrecy", "publisher", "auditor"])
async def test_only_signers_decide(house: House, staff: Staff, login: str) -> None:
    edition = await released(house, staff)
    proposed = await propose(house, staff, edition.release)
    assert await refused(standing.confirm(house.hub, staff[login], proposed.id)) is ErrorCode.FORBIDDEN
    attempt = standing.decline(house.hub, staff[login], proposed.id, note="不")
    assert await refused(attempt) is ErrorCode.FORBIDDEN


async def test_a_decision_is_made_once(house: House, staff: Staff) -> None:
    edition = await released(house, staff)
    proposed = await propose(house, staff, edition.release)
    await standing.decline(house.hub, staff["signer"], proposed.id, note="理由不足")
    assert await refused(standing.confirm(house.hub, staff["signer"], proposed.id)) is ErrorCode.STATE
    assert EntryType.STANDING_DECLINED in [act["t"] for act in await acts(house)]
    assert await refused(standing.confirm(house.hub, staff["signer"], 9999)) is ErrorCode.NOT_FOUND


async def test_the_same_is_not_proposed_twice_at_once(house: House, staff: Staff) -> None:
    edition = await released(house, staff)
    await propose(house, staff, edition.release)
    assert await refused(propose(house, staff, edition.release)) is ErrorCode.STATE
    await propose(house, staff, edition.release, K.REPEALED)


async def test_what_nobody_has_seen_needs_no_withdrawal(house: House, staff: Staff) -> None:
    edition = await making.approved(house, staff)
    await publishing.publish(house.hub, staff["publisher"], edition.release)
    assert await refused(propose(house, staff, edition.release)) is ErrorCode.STATE


async def test_what_may_be_public_already_can_be_withdrawn_and_not_be_marked(house: House, staff: Staff) -> None:
    edition = await making.approved(house, staff)
    await publishing.publish(house.hub, staff["publisher"], edition.release)
    await shown(house, edition.release, state="unconfirmed", step="commit")
    assert await refused(propose(house, staff, edition.release, K.REPEALED)) is ErrorCode.STATE
    await making.said(house, staff, edition.release)
    assert (await row(house, edition.release)).state is ReleaseState.DRAFT


@pytest.mark.parametrize(
    ("first", "then"),
    [(K.REPEALED, K.IN_FORCE), (K.REPEALED, K.WITHDRAWN), (K.EXPIRED, K.IN_FORCE), (K.AMENDED, K.AMENDED)],
)
async def test_one_word_may_follow_another(house: House, staff: Staff, first: K, then: K) -> None:
    edition = await released(house, staff)
    await making.said(house, staff, edition.release, first)
    await shown(house, edition.release)
    assert (await making.said(house, staff, edition.release, then)).serial == 2


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (K.REPEALED, K.REPEALED),
        (K.REPEALED, K.AMENDED),
        (K.EXPIRED, K.AMENDED),
        (K.WITHDRAWN, K.IN_FORCE),
        (K.WITHDRAWN, K.WITHDRAWN),
    ],
)
async def test_not_every_word_may_follow_every_other(house: House, staff: Staff, first: K, then: K) -> None:
    edition = await released(house, staff)
    await making.said(house, staff, edition.release, first)
    await shown(house, edition.release)
    assert await refused(propose(house, staff, edition.release, then)) is ErrorCode.STATE


def test_every_kind_says_what_may_follow() -> None:
    assert set(rules.FOLLOWS) == set(K)


async def test_dates_that_cannot_be_meant_are_refused(house: House, staff: Staff) -> None:
    edition = await released(house, staff)
    today = datetime.now(BEIJING).date()
    tomorrow, yesterday = today + timedelta(days=1), today - timedelta(days=1)
    wrong: list[tuple[K, dict[str, object]]] = [
        (K.REPEALED, {"effective_on": tomorrow}),
        (K.REPEALED, {"expires_on": tomorrow}),
        (K.IN_FORCE, {}),
        (K.IN_FORCE, {"expires_on": yesterday}),
    ]
    for kind, dates in wrong:
        assert await refused(propose(house, staff, edition.release, kind, **dates)) is ErrorCode.INVALID
    extended = await making.said(house, staff, edition.release, K.IN_FORCE, expires_on=tomorrow)
    assert (extended.expires_on, extended.effective_on) == (tomorrow, today)


async def test_the_successor_is_another_release_that_is_public(house: House, staff: Staff) -> None:
    edition = await released(house, staff)
    hidden = await making.draft(house, staff, doc_no=None)
    for number in (edition.release, hidden.id, 9999):
        attempt = propose(house, staff, edition.release, K.REPEALED, successor={"release": number})
        assert await refused(attempt) is ErrorCode.INVALID
    newer = await released(house, staff, title="新的通知", doc_no=None)
    made = await propose(house, staff, edition.release, K.REPEALED, successor={"release": newer.release})
    assert made.successor is not None
    assert made.successor.title == "新的通知"
    elsewhere = {"title": "市里的新规定", "address": "https://www.tj.gov.cn/1.html"}
    await propose(house, staff, edition.release, K.AMENDED, successor=elsewhere)


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


async def corrected(house: House, staff: Staff, release: int) -> Edition:
    await drafting.edit(house.hub, staff["editor"], release, making.metadata(title="更正后的通知"))
    edition = await reviewing.submit(house.hub, staff["editor"], release)
    for login, level in making.REVIEWS:
        await reviewing.review(house.hub, staff[login], release, level, Decision.APPROVE)
    return edition


async def test_two_confirmations_at_once_are_one(house: House, staff: Staff) -> None:
    edition = await released(house, staff)
    other = await people.add(house.hub, people.OPERATOR, login="other", name="乙", unit="", duties=[Duty.SIGNER])
    proposed = await propose(house, staff, edition.release)
    attempts = [standing.confirm(house.hub, who, proposed.id) for who in (staff["signer"], other)]
    told = await asyncio.gather(*attempts, return_exceptions=True)
    assert sorted(type(one).__name__ for one in told) == ["HubError", "Standing"]
    assert len([act for act in await acts(house) if act["t"] == EntryType.STANDING_CONFIRMED]) == 1
