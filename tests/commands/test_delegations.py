"""授权代办: lent from a day to a day, used in the giver's stead, never by both, never on."""

import json
from collections.abc import Awaitable
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from hub.app import House
from hub.commands import delegating, drafting, people, reviewing
from hub.store import delegations, editions, log
from hub.store import people as accounts
from schemas.delegation import Delegation, Offer
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty, Person
from schemas.release import ReleaseState
from schemas.review import Decision, Level
from tests import making

Staff = dict[str, Person]
LONG = timedelta(days=89)


@pytest.fixture
async def today(house: House) -> date:
    """The store's day in Beijing."""
    async with house.engine.connect() as connection:
        return await delegations.today(connection)


async def lend(
    house: House, giver: Person, receiver: Person, duty: Duty, start: date, end: date | None = None
) -> Delegation:
    offer = Offer(receiver=receiver.login, duty=duty, starts_on=start, ends_on=end or start, reason="出差")
    return await delegating.give(house.hub, giver, offer)


async def come(house: House, person: Person) -> Person:
    """The person as a visit or a token brings them."""
    async with house.engine.connect() as connection:
        found = await accounts.get(connection, person.id)
        assert found is not None
        return await delegations.effective(connection, found)


async def refused(attempt: Awaitable[object]) -> HubError:
    with pytest.raises(HubError) as told:
        await attempt
    return told.value


async def told(house: House, kind: str) -> list[dict[str, object]]:
    async with house.engine.connect() as connection:
        size = await log.size(connection)
        entries = [json.loads(body) async for body in log.entries(connection, 0, size)]
    return [one for one in entries if one["t"] == kind]


async def test_a_lent_duty_is_used_in_its_givers_stead(house: House, staff: Staff, today: date) -> None:
    edition = await submitted(house, staff)
    await lend(house, staff["first"], staff["publisher"], Duty.FIRST_REVIEWER, today)
    deputy = await come(house, staff["publisher"])
    assert Duty.FIRST_REVIEWER in deputy.duties
    assert deputy.own_duties == {Duty.PUBLISHER}
    await reviewing.review(house.hub, deputy, edition, Level.FIRST, Decision.APPROVE)
    async with house.engine.connect() as connection:
        (made,) = await editions.reviews(connection, edition, 1)
    assert (made.reviewer, made.on_behalf_of) == (deputy.id, staff["first"].id)
    (entry,) = await told(house, "release.reviewed")
    assert entry["who"] == deputy.id
    assert entry["data"] == {"level": "first", "decision": "approve", "for": staff["first"].id}


async def test_the_days_count_and_both_ends_are_in(house: House, staff: Staff, today: date) -> None:
    day = timedelta(days=1)
    await lend(house, staff["first"], staff["publisher"], Duty.FIRST_REVIEWER, today + day)
    assert (await come(house, staff["publisher"])).lent == ()
    await lend(house, staff["first"], staff["publisher"], Duty.FIRST_REVIEWER, today)
    assert [one.giver for one in (await come(house, staff["publisher"])).lent] == [staff["first"].id]
    async with house.engine.begin() as connection:
        await connection.execute(text("UPDATE delegations SET starts_on = starts_on - 9, ends_on = ends_on - 2"))
    assert (await come(house, staff["publisher"])).lent == ()


async def test_revoked_it_ends_at_once_even_for_who_is_in_already(house: House, staff: Staff, today: date) -> None:
    edition = await submitted(house, staff)
    made = await lend(house, staff["first"], staff["publisher"], Duty.FIRST_REVIEWER, today)
    deputy = await come(house, staff["publisher"])
    await delegating.revoke(house.hub, staff["first"], made.id)
    late = reviewing.review(house.hub, deputy, edition, Level.FIRST, Decision.APPROVE)
    assert (await refused(late)).code is ErrorCode.FORBIDDEN
    assert (await come(house, staff["publisher"])).lent == ()
    assert (await refused(delegating.revoke(house.hub, staff["first"], made.id))).code is ErrorCode.STATE


async def test_only_its_giver_and_administrators_revoke(house: House, staff: Staff, today: date) -> None:
    made = await lend(house, staff["first"], staff["publisher"], Duty.FIRST_REVIEWER, today)
    for other in ("publisher", "second", "auditor"):
        assert (await refused(delegating.revoke(house.hub, staff[other], made.id))).code is ErrorCode.NOT_FOUND
    duties = [Duty.ADMINISTRATOR]
    admin = await people.add(house.hub, people.OPERATOR, login="admin", name="管", unit="", duties=duties)
    ended = await delegating.revoke(house.hub, admin, made.id)
    assert ended.revoked_by == admin.id
    (entry,) = await told(house, "delegation.revoked")
    assert entry["data"]["delegation"] == made.id  # type: ignore[index]


async def test_what_was_lent_is_not_lent_on(house: House, staff: Staff, today: date) -> None:
    await lend(house, staff["first"], staff["publisher"], Duty.FIRST_REVIEWER, today)
    deputy = await come(house, staff["publisher"])
    on = lend(house, deputy, staff["second"], Duty.FIRST_REVIEWER, today)
    assert (await refused(on)).code is ErrorCode.FORBIDDEN


async def test_it_counts_while_its_giver_has_the_duty(house: House, staff: Staff, today: date) -> None:
    await lend(house, staff["first"], staff["publisher"], Duty.FIRST_REVIEWER, today)
    async with house.engine.begin() as connection:
        await accounts.set_duties(connection, staff["first"].id, [Duty.EDITOR])
    assert (await come(house, staff["publisher"])).lent == ()
    async with house.engine.begin() as connection:
        await accounts.set_duties(connection, staff["first"].id, [Duty.FIRST_REVIEWER])
    assert len((await come(house, staff["publisher"])).lent) == 1
    await people.disable(house.hub, people.OPERATOR, "first")
    assert (await come(house, staff["publisher"])).lent == ()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"receiver": "first"}, "receiver"),
        ({"receiver": "nobody"}, "receiver"),
        ({"receiver": "auditor"}, "receiver"),
        ({"receiver": "first2"}, "receiver"),
        ({"start": -1, "end": 1}, "starts_on"),
        ({"start": 2, "end": 1}, "ends_on"),
        ({"start": 0, "end": 90}, "ends_on"),
    ],
)
async def test_what_cannot_be_meant_is_refused_beside_its_field(
    house: House, staff: Staff, today: date, change: dict[str, object], field: str
) -> None:
    duties = [Duty.FIRST_REVIEWER]
    await people.add(house.hub, people.OPERATOR, login="first2", name="乙", unit="", duties=duties)
    wanted = {"receiver": "publisher", "start": 0, "end": 89} | change
    offer = Offer(
        receiver=str(wanted["receiver"]),
        duty=Duty.FIRST_REVIEWER,
        starts_on=today + timedelta(days=int(str(wanted["start"]))),
        ends_on=today + timedelta(days=int(str(wanted["end"]))),
        reason="出差",
    )
    error = await refused(delegating.give(house.hub, staff["first"], offer))
    assert error.code is ErrorCode.INVALID
    assert set(error.fields) == {field}


async def test_an_editors_duty_is_not_lent_and_no_duty_is_lent_twice(house: House, staff: Staff, today: date) -> None:
    write = lend(house, staff["editor"], staff["publisher"], Duty.EDITOR, today)
    assert set((await refused(write)).fields) == {"duty"}
    foreign = lend(house, staff["first"], staff["publisher"], Duty.SIGNER, today)
    assert (await refused(foreign)).code is ErrorCode.FORBIDDEN
    made = await lend(house, staff["first"], staff["publisher"], Duty.FIRST_REVIEWER, today, today + LONG)
    again = lend(house, staff["first"], staff["second"], Duty.FIRST_REVIEWER, today + LONG)
    assert set((await refused(again)).fields) == {"starts_on"}
    await delegating.revoke(house.hub, staff["first"], made.id)
    later = await lend(house, staff["first"], staff["second"], Duty.FIRST_REVIEWER, today + LONG)
    assert later.is_active(today + LONG)
    assert not later.is_active(today)


async def test_the_giver_of_an_approval_does_not_approve_again(house: House, staff: Staff, today: date) -> None:
    duties = [Duty.FIRST_REVIEWER, Duty.SECOND_REVIEWER]
    both = await people.add(house.hub, people.OPERATOR, login="both", name="甲", unit="", duties=duties)
    release = await submitted(house, staff)
    await lend(house, both, staff["publisher"], Duty.FIRST_REVIEWER, today)
    deputy = await come(house, staff["publisher"])
    await reviewing.review(house.hub, deputy, release, Level.FIRST, Decision.APPROVE)
    second = reviewing.review(house.hub, both, release, Level.SECOND, Decision.APPROVE)
    assert (await refused(second)).code is ErrorCode.SECOND_LEVEL


@pytest.mark.parametrize("author", ["editor", "first"])
async def test_nobody_has_their_own_work_approved_in_their_stead(
    house: House, staff: Staff, today: date, author: str
) -> None:
    """Neither when the giver wrote it, nor when the deputy did."""
    async with house.engine.begin() as connection:
        await accounts.set_duties(connection, staff["first"].id, [Duty.FIRST_REVIEWER, Duty.EDITOR])
    writer = await come(house, staff[author])
    release = await drafting.create(house.hub, writer, making.metadata())
    for document in making.documents():
        await drafting.put_document(house.hub, writer, release.id, document)
    await reviewing.submit(house.hub, writer, release.id)
    await lend(house, staff["first"], staff["editor"], Duty.FIRST_REVIEWER, today)
    deputy = await come(house, staff["editor"])
    own = reviewing.review(house.hub, deputy, release.id, Level.FIRST, Decision.APPROVE)
    assert (await refused(own)).code is ErrorCode.OWN_WORK


async def test_an_escalation_is_decided_by_a_signer_and_signed_by_another(house: House, staff: Staff) -> None:
    other = await people.add(house.hub, people.OPERATOR, login="signer2", name="乙", unit="", duties=[Duty.SIGNER])
    release = await submitted(house, staff)
    put_up = reviewing.review(house.hub, staff["first"], release, Level.FIRST, Decision.ESCALATE)
    assert set((await refused(put_up)).fields) == {"note"}
    after = await reviewing.review(house.hub, staff["first"], release, Level.FIRST, Decision.ESCALATE, note="请定")
    assert after.state is ReleaseState.IN_REVIEW
    again = reviewing.review(house.hub, staff["first"], release, Level.FIRST, Decision.APPROVE)
    assert (await refused(again)).code is ErrorCode.ESCALATED
    await reviewing.review(house.hub, staff["signer"], release, Level.FIRST, Decision.APPROVE)
    await reviewing.review(house.hub, staff["second"], release, Level.SECOND, Decision.APPROVE)
    await reviewing.review(house.hub, staff["secrecy"], release, Level.SECRECY, Decision.APPROVE)
    sign = reviewing.review(house.hub, staff["signer"], release, Level.FINAL, Decision.APPROVE)
    assert (await refused(sign)).code is ErrorCode.SECOND_LEVEL
    signed = await reviewing.review(house.hub, other, release, Level.FINAL, Decision.APPROVE)
    assert signed.state is ReleaseState.APPROVED


@pytest.mark.parametrize("who", ["reviewer", "on_behalf_of"])
async def test_the_store_itself_keeps_two_people_apart(house: House, staff: Staff, who: str) -> None:
    release = await submitted(house, staff)
    await reviewing.review(house.hub, staff["first"], release, Level.FIRST, Decision.APPROVE)
    people_ = {"reviewer": staff["second"].id, "on_behalf_of": staff["signer"].id}
    for wrong in (staff["first"], staff["editor"]):
        async with house.engine.connect() as connection:
            edition = await editions.find(connection, release, 1)
            assert edition is not None
            values = {**people_, who: wrong.id, "release": release, "digest": edition.digest}
            with pytest.raises(DBAPIError, match="nobody approves twice"):
                await connection.execute(
                    text(
                        "INSERT INTO reviews (release_id, edition, digest, level, decision, reviewer, on_behalf_of, "
                        "note, at) VALUES (:release, 1, :digest, 'second', 'approve', :reviewer, :on_behalf_of, '', "
                        "now())"
                    ),
                    values,
                )


async def submitted(house: House, staff: Staff) -> int:
    release = await making.draft(house, staff)
    await reviewing.submit(house.hub, staff["editor"], release.id)
    return release.id
