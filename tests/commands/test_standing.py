"""After a release: who may say something of it, and who confirms it. Two people, always."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from hub.app import House
from hub.commands import delegating, people, standing
from hub.store import delegations, engine, standings
from schemas.delegation import Offer
from schemas.delivery import Action, DeliveryState
from schemas.entry import EntryType
from schemas.errors import ErrorCode
from schemas.person import Duty, Person
from schemas.standing import Ruling
from tests import making
from tests.commands.after import K, Staff, acts, propose, refused, released, row, under_way


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
    first = await propose(house, staff, edition.release)
    assert await refused(propose(house, staff, edition.release)) is ErrorCode.STATE
    other = await propose(house, staff, edition.release, K.REPEALED)
    async with house.engine.connect() as connection:
        assert await standing.proposals(connection, release=edition.release) == [first, other], "neither is replaced"


async def test_two_confirmations_at_once_are_one(house: House, staff: Staff) -> None:
    edition = await released(house, staff)
    other = await people.add(house.hub, people.OPERATOR, login="other", name="乙", unit="", duties=[Duty.SIGNER])
    proposed = await propose(house, staff, edition.release)
    attempts = [standing.confirm(house.hub, who, proposed.id) for who in (staff["signer"], other)]
    told = await asyncio.gather(*attempts, return_exceptions=True)
    assert sorted(type(one).__name__ for one in told) == ["HubError", "Standing"]
    assert len([act for act in await acts(house) if act["t"] == EntryType.STANDING_CONFIRMED]) == 1
